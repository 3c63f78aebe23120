import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request as httpRequest, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Feed } from '../../subscriber/feeds/feed.ts'
import type { FeedContents } from '../../subscriber/feeds/feeds.ts'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { buildApp } from '../../console/server/app.ts'
import { AtMostEvery } from '../../console/server/at-most-every.ts'
import { byteRange } from '../../console/server/byte-range.ts'
import { FailureLimit } from '../../console/server/failure-limit.ts'
import type {
  DraftNews, DraftPreview, DraftsPart, IssueFileContent, IssueKey, NewsletterView, NodePart, PublisherPart, SubscriberNews, SubscriberPart
} from '../../console/server/parts.ts'
import { Secrets } from '../../console/server/secrets.ts'
import { api } from '../../shared/api/api.ts'
import { type Client, createClient, fetchSender, isBytes, type Send } from '../../shared/api/client.ts'
import type { Draft, DraftCheck, DraftSummary, DraftVersion, DraftVersionText, PublishDraft, SaveDraft } from '../../shared/api/drafts.ts'
import type { Imported, Issue, IssueDetails, IssuePage, IssueSource, Place, Published, Verification } from '../../shared/api/issues.ts'
import type { Peers, Storage } from '../../shared/api/machine.ts'
import type { NewsletterDescription } from '../../shared/api/newsletters.ts'
import type { Status } from '../../shared/api/node.ts'
import type { BundleMade, BundleOpened } from '../../shared/api/bundles.ts'
import type { MarkedRead, Subscription, Unsubscribed } from '../../shared/api/subscriptions.ts'
import type { WriterDetails } from '../../shared/api/writers.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { createLog } from '../../shared/log.ts'
import { MemoryKeeping } from './memory-keeping.ts'
import { MemoryCopies } from './memory-copies.ts'
import { MemoryCustody, memoryEnrolment, memoryInvitations, memoryRevising, MemoryRoot, revision } from './memory-keys.ts'

const OWN = 'y'.repeat(52)
const OTHER = 'b'.repeat(52)
const ISSUE = '01j00000000000000000000001'
const REF = `${ISSUE}@${OTHER}`
const TOKEN = 'program-token-of-the-test-0123456789'
const PICTURE = Buffer.from('0123456789')

const described = {
  description: '', language: 'en', authors: ['Ada'], state: 'active' as const, successor: null, rootNumber: 0, writers: [],
  confirmedAt: null, issues: { total: 1, ready: 1, unread: 1 }, problem: null,
  paused: false, since: '2026-01-01T00:00:00.000Z'
}
const noImports: Imported = { published: 0, already: 0, failed: [], notes: [], sizeBytes: 0 }

function issueNamed (title: string): Issue {
  return {
    ref: REF, id: ISSUE, newsletter: OTHER, newsletterTitle: 'The Long Road', number: 1, revision: 1, change: 'original', title,
    subtitle: '', summary: '', authors: ['Bo'], tags: [], language: 'en', publishedAt: '2026-01-05T00:00:00.000Z',
    state: 'ready', problem: null, sizeBytes: 10, haveBytes: 10, parts: 2, haveParts: 2, read: false, saved: false,
    minutes: 1, place: null
  }
}

function subscriptionWith (peers: number): Subscription {
  const [issues, bytes] = [{ known: 1, ready: 1, notVerified: 0, removed: 0 }, { known: 10, have: 10 }]
  const progress = { state: 'upToDate' as const, peers, issues, bytes, arriving: null, problem: null }
  return { newsletter: OTHER, link: `colporteur://${OTHER}`, title: 'The Long Road', subscribedAt: '2026-01-01T00:00:00.000Z', paused: false, confirmedAt: null, progress }
}

/** Keeps newsletters in memory, as the reading side would keep them. */
class MemorySubscriber extends EventEmitter<SubscriberNews> implements SubscriberPart {
  known: NewsletterView[] = [
    { ...described, address: OWN, link: `colporteur://${OWN}`, title: 'Mine', role: 'own' },
    { ...described, address: OTHER, link: `colporteur://${OTHER}`, title: 'The Long Road', role: 'subscribed' }
  ]

  keeping = new MemoryKeeping()
  asked: unknown[] = []
  opened: [number, number][] = []
  files: Record<string, { type: string, bytes: Buffer }> = {
    'a b.png': { type: 'image/png', bytes: PICTURE },
    'drawing.svg': { type: 'image/svg+xml', bytes: Buffer.from('<svg/>') },
    'evil.html': { type: 'text/html', bytes: Buffer.from('<script>alert(1)</script>') },
    'empty.png': { type: 'image/png', bytes: Buffer.alloc(0) }
  }

  async newsletters (): Promise<NewsletterView[]> { return this.known }

  async newsletter (address: string): Promise<NewsletterView> {
    const found = this.known.find(candidate => candidate.address === address)
    if (!found) throw new AppError('NEWSLETTER_NOT_FOUND', 'There is no such newsletter.')
    return found
  }

  async writers (): Promise<Omit<WriterDetails, 'isHere'>[]> {
    const writer = { id: 'w1', name: 'laptop', drive: '', signingKey: '', sealed: false, expires: null }
    return [{ writer, seal: null, length: 1, issues: 1, newestAt: null }]
  }

  async resolveNewsletter (name: string): Promise<string> {
    const found = this.known.find(({ address, link, title }) => [address, link, title].includes(name))
    if (!found) throw new AppError('NEWSLETTER_NOT_FOUND', `There is no newsletter ${name}.`)
    return found.address
  }

  async resolveIssue (ref: string): Promise<IssueKey> {
    if (ref === 'broken') throw new Error('secret detail')
    if (ref !== ISSUE && ref !== REF) throw new AppError('ISSUE_NOT_FOUND', `There is no issue ${ref}.`)
    return { newsletter: OTHER, id: ISSUE }
  }

  async issues (list: object): Promise<IssuePage> {
    this.asked.push(list)
    return { issues: [issueNamed('One')], total: 1, next: null }
  }

  reading = {
    revisions: async () => [revision],
    revision: async (_key: IssueKey, number: number) => ({ revision, markdown: `text of ${number}` }),
    compare: async (_key: IssueKey, { from, to }: { from?: number, to?: number }) =>
      ({ from: revision, to: revision, fields: [], lines: [{ kind: 'added' as const, text: `${from} to ${to}` }] }),

    issue: async (): Promise<IssueDetails> => ({ issue: issueNamed('One'), files: [], older: null, newer: { ref: REF, title: 'Two' }, proof: null }),
    content: async (_key: IssueKey, format: string): Promise<string> => `as ${format}`,
    page: async (_key: IssueKey, fileUrl: (name: string) => string): Promise<{ html: string, styleHashes: string[] }> =>
      ({ html: `<!doctype html><img src="${fileUrl('a b.png')}">`, styleHashes: ['sha256-abc='] }),
    file: async (_key: IssueKey, name: string): Promise<IssueFileContent> => {
      const file = this.files[name]
      if (!file) throw new AppError('NOT_FOUND', 'The issue has no such file.')
      const { type, bytes } = file
      return {
        type,
        sizeBytes: bytes.length,
        hash: createHash('sha256').update(bytes).digest('hex'),
        open: (start, end) => {
          this.opened.push([start, end])
          return Readable.from([bytes.subarray(start, end + 1)])
        }
      }
    },
    verify: async (): Promise<Verification> => ({
      verified: true, problem: null, title: 'One', newsletter: OTHER, id: ISSUE, number: 1, revision: 1, writerName: 'laptop',
      signingKey: 'RW', checks: []
    }),
    exportIssue: async (_key: IssueKey, path: string): Promise<{ path: string, files: string[], sizeBytes: number }> =>
      ({ path, files: ['issue.json'], sizeBytes: 1 })
  }

  marking = {
    read: async (_key: IssueKey, read: boolean): Promise<Issue> => ({ ...issueNamed('One'), read }),
    save: async (_key: IssueKey, saved: boolean): Promise<Issue> => ({ ...issueNamed('One'), saved }),
    keepPlace: async (_key: IssueKey, place: Place | null): Promise<Issue> => ({ ...issueNamed('One'), place }),
    readAll: async (newsletter: string | null): Promise<MarkedRead> => {
      this.emit('issuesMarked', newsletter)
      return { marked: newsletter === null ? 2 : 1, at: '2026-01-05T00:00:00.000Z' }
    },
    takeBack: async (at: string): Promise<number> => at.length
  }

  bundles = {
    progress: null,
    make: async (path: string, { newsletters, issues, since }: { newsletters: string[], issues: IssueKey[], since: string | null }): Promise<BundleMade> =>
      ({ path, sizeBytes: issues.length, newsletters: newsletters.map(newsletter => ({ newsletter, title: since ?? '', issues: 1, incomplete: 0 })) }),
    open: async (path: string): Promise<BundleOpened> => ({ path, sizeBytes: 1, newBytes: 1, newsletters: [] }),
    writeWant: async (): Promise<void> => {}
  }

  feeds = {
    contents: async (): Promise<FeedContents> => ({
      tag: 'tag', head: { id: OTHER, title: 'A feed', description: '', language: 'en', authors: [] }, describedAt: '', issues: []
    }),
    feed: async ({ head }: FeedContents): Promise<Feed> => ({ ...head, homeUrl: '', updatedAt: '2026-01-05T00:00:00.000Z', items: [] }),
    ensureHolds: async (): Promise<void> => {}
  }

  async subscribe (): Promise<Subscription> { return subscriptionWith(0) }

  async pause (_address: string, paused: boolean): Promise<Subscription> { return { ...subscriptionWith(1), paused } }

  async unsubscribe (address: string, { keep = false }: { keep?: boolean }): Promise<Unsubscribed> {
    if (keep) return { newsletter: address, kept: true, freedBytes: 0 }
    this.known = this.known.filter(candidate => candidate.address !== address)
    this.emit('newsletterRemoved', address)
    return { newsletter: address, kept: false, freedBytes: 7 }
  }

  async subscriptions (): Promise<Subscription[]> { return [subscriptionWith(1)] }
  async subscription (): Promise<Subscription> { return subscriptionWith(1) }
  async reindex (): Promise<{ newsletters: number, issues: number, elapsedMs: number }> {
    return { newsletters: 2, issues: 2, elapsedMs: 1 }
  }
}

class MemoryPublisher implements PublisherPart {
  published: unknown[] = []

  async create ({ title }: NewsletterDescription): Promise<{ address: string, words: string }> {
    return { address: OWN, words: `words of ${title}` }
  }

  async describe (): Promise<void> {}

  async publish (address: string, source: IssueSource, options: { dryRun: boolean }): Promise<Published> {
    this.published.push([address, source, options])
    return {
      outcome: options.dryRun ? 'dryRun' : 'published', id: ISSUE, ref: `${ISSUE}@${address}`, number: 1, title: 'One',
      publishedAt: '2026-01-05T00:00:00.000Z', sizeBytes: 1, files: [], notes: []
    }
  }

  async importFolder (_address: string, _path: string, report: (done: number, total: number, name: string) => void): Promise<Imported> {
    report(1, 2, 'one.md')
    report(2, 2, 'two.md')
    return { ...noImports, published: 2 }
  }
}

const DRAFT = '01j00000000000000000000002'
const { markdown: DRAFT_TEXT, ...draftSummary }: Draft = {
  id: DRAFT, newsletter: OWN, title: '', subtitle: '', markdown: 'Once', language: 'en', tags: [], version: 1,
  savedAt: '2026-01-05T00:00:00.000Z', words: 1, files: [], publication: null
}
const draftVersion: DraftVersion = { version: 1, savedAt: '2026-01-05T00:00:00.000Z', words: 1, kept: 'saved' }

/** Has one draft. Notes what it is asked in the title. */
class MemoryDrafts extends EventEmitter<DraftNews> implements DraftsPart {
  files: DraftsPart['files'] = {
    put: async (_id, { name, bytes, alt, sizeBytes }) => {
      const content = await text(Readable.from(bytes))
      return this.#draft(`put ${name} ${content} ${alt} ${sizeBytes}`)
    },
    describe: async (_id, name, alt) => this.#draft(`describe ${name} ${alt}`),
    remove: async (_id, name) => this.#draft(`remove ${name}`),
    open: async () => ({ type: 'image/png', sizeBytes: PICTURE.length, hash: 'h', open: (start, end) => Readable.from([PICTURE.subarray(start, end + 1)]) })
  }

  list (): DraftSummary[] { return [draftSummary] }
  async create (newsletter: string, language: string): Promise<Draft> { return this.#draft(`create ${newsletter} ${language}`) }
  async get (id: string): Promise<Draft> {
    if (id !== DRAFT) throw new AppError('NOT_FOUND', 'There is no such draft.')
    return this.#draft('get')
  }

  async save (_id: string, { baseVersion, title }: SaveDraft): Promise<Draft> { return this.#draft(`save ${baseVersion} ${title}`) }
  async discard (): Promise<void> {}
  async versions (): Promise<DraftVersion[]> { return [draftVersion] }
  async version (_id: string, version: number): Promise<DraftVersionText> {
    return { ...draftVersion, version, title: '', subtitle: '', markdown: DRAFT_TEXT, language: null, tags: [] }
  }

  async check (): Promise<DraftCheck> { return { findings: [], sizeBytes: 4, words: 1, minutes: 1 } }
  async publish (_id: string, request: PublishDraft): Promise<Draft> { return this.#draft(`publish ${JSON.stringify(request)}`) }
  async unpublish (): Promise<Draft> { return this.#draft('unpublish') }
  async preview (): Promise<DraftPreview> {
    return { newsletter: OWN, title: 'Once', subtitle: '', language: null, publishedAt: '2026-01-05T00:00:00.000Z', markdown: DRAFT_TEXT, files: [],
      fileNames: { 'a-b.png': 'a b.png' } }
  }

  #draft (title: string): Draft { return { ...draftSummary, title, markdown: DRAFT_TEXT } }
}

class MemoryNode extends EventEmitter<{ statusChanged: [] }> implements NodePart {
  readingPort: number | null = null
  peers (): Peers { return { peers: [], downBytes: 1, upBytes: 2 } }
  async storage (): Promise<Storage> {
    return { newsletters: [], home: { totalBytes: 4, storeBytes: 1, libraryBytes: 1, draftsBytes: 1 }, disk: { freeBytes: 5, totalBytes: 9 } }
  }

  isReady = true
  count = 0

  async status (): Promise<Status> {
    return {
      version: '0.0.0', home: '/home', pid: 1, startedAt: '2026-01-01T00:00:00.000Z',
      network: { state: 'alone', peers: this.count, sentence: 'Nobody.' },
      newsletters: { own: 1, subscribed: 1 }, issues: { total: 1, ready: 1, unread: 1, notVerified: 0 }, problems: [], memoryBytes: 1
    }
  }
}

interface Room {
  app: FastifyInstance
  publisher: MemoryPublisher
  subscriber: MemorySubscriber
  drafts: MemoryDrafts
  node: MemoryNode
  secrets: Secrets
  logged: string[]
  /** Calls inside the process, with the program token. */
  client: Client
}

function openRoom (t: Test, { webFolder = '/nowhere', hosts = [] as string[] } = {}): Room {
  const [publisher, subscriber, drafts, node] = [new MemoryPublisher(), new MemorySubscriber(), new MemoryDrafts(), new MemoryNode()]
  const previews = {
    page: async (_issue: object, fileUrl: (name: string) => string) => ({ html: `<img src="${fileUrl('a-b.png')}">`, styleHashes: ['sha256-abc='] })
  }
  const secrets = new Secrets({ programToken: TOKEN })
  const logged: string[] = []
  const log = createLog('info', { write: line => { logged.push(line) } })
  const keys = { revising: memoryRevising, custody: new MemoryCustody(), root: new MemoryRoot(), invitations: memoryInvitations, enrolment: memoryEnrolment }
  const copies = new MemoryCopies()
  const app = buildApp({ publisher, ...keys, subscriber, copies, shelf: { url: null, problem: null, serve: async () => {} }, drafts, previews, node, secrets, log, webFolder, hosts, version: '1.2.3' })
  t.teardown(() => app.close())
  return { app, publisher, subscriber, drafts, node, secrets, logged, client: createClient(inside(app, TOKEN)) }
}

function inside (app: FastifyInstance, token: string): Send {
  return async ({ method, path, body }) => {
    const payload = body !== undefined && { payload: body as object }
    const headers = { authorization: `Bearer ${token}`, ...(isBytes(body) && { 'content-type': 'application/octet-stream' }) }
    const response = await app.inject({ method, url: path, headers, ...payload })
    return { status: response.statusCode, body: response.json() }
  }
}

async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

interface Answer { status: number, headers: IncomingHttpHeaders, code?: string }

/** A request with exactly these headers, which `fetch` would not send. */
async function ask (port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  const body = await text(response)
  const isProblem = response.headers['content-type']?.startsWith('application/problem+json') ?? false
  return { status: response.statusCode!, headers: response.headers, ...(isProblem && { code: JSON.parse(body).code }) }
}

async function codeOf (work: Promise<unknown>): Promise<string> {
  return await work.then(() => 'no failure', error => isAppError(error) ? error.code : String(error))
}

const asProgram = { authorization: `Bearer ${TOKEN}` }

t.test('every operation of the contract is registered and answers through the typed client', async t => {
  const { client, subscriber, publisher } = openRoom(t)
  const issue = { params: { issue: REF } }
  const newsletter = { params: { newsletter: 'The Long Road' } }
  const draft = { params: { draft: DRAFT } }
  const file = { params: { draft: DRAFT, name: 'a b.png' } }
  const answers: Record<keyof typeof api, unknown> = {
    getStatus: (await client.getStatus()).version,
    openSession: await codeOf(client.openSession({ body: { code: 'x' } })),
    createCode: (await client.createCode()).url.replace(/#code=[\w-]{43}$/, '#code'),
    reindex: (await client.reindex()).newsletters,
    getHealth: await client.getHealth(),
    getReadiness: await client.getReadiness(),
    listNewsletters: (await client.listNewsletters()).newsletters.map(({ title, wordsUnconfirmed }) => [title, wordsUnconfirmed]),
    createNewsletter: (await client.createNewsletter({ body: { title: 'Mine' } })).words,
    getNewsletter: (await client.getNewsletter({ params: { newsletter: `colporteur://${OTHER}` } })).address,
    describeNewsletter: (await client.describeNewsletter({ ...newsletter, body: { language: 'eo' } })).title,
    getWordCustody: (await client.getWordCustody(newsletter)).unconfirmed,
    showWords: (await client.showWords({ ...newsletter, body: { passphrase: 'open' } })).sets[0]?.words,
    confirmWords: (await client.confirmWords({ ...newsletter, body: { words: 'abandon' } })).threshold,
    sealWords: (await client.sealWords({ ...newsletter, body: { passphrase: 'a long one' } })).sealed,
    proposeRoot: (await client.proposeRoot({ ...newsletter, body: { change: { kind: 'state', state: 'resting' } } })).text,
    readProposal: (await client.readProposal({ body: { text: 'read' } })).text,
    signProposal: (await client.signProposal({ body: { text: 'sign', words: 'abandon' } })).text,
    publishRoot: (await client.publishRoot({ body: { text: 'publish' } })).newsletter,
    listWriters: (await client.listWriters(newsletter)).writers.map(({ isHere }) => isHere),
    inviteWriter: (await client.inviteWriter({ ...newsletter, body: { name: 'Tomas' } })).invitation,
    acceptInvitation: (await client.acceptInvitation({ body: { invitation: 'Come' } })).acceptance,
    leaveNewsletter: (await client.leaveNewsletter({ ...newsletter, body: {} })).writer,
    correctIssue: (await client.correctIssue({ ...issue, body: { source: { markdown: '# One' }, change: 'typo', note: 'A slip' } })).title,
    retractIssue: (await client.retractIssue({ ...issue, body: { note: 'Wrong' } })).title,
    eraseIssue: (await client.eraseIssue({ ...issue, body: { note: 'Private' } })).freedBytes,
    listRevisions: (await client.listRevisions(issue)).revisions.length,
    getRevision: (await client.getRevision({ params: { issue: REF, revision: 3 } })).markdown,
    compareRevisions: (await client.compareRevisions({ ...issue, query: { from: 1, to: 2 } })).lines,
    listIssues: (await client.listIssues({ ...newsletter, query: { limit: 7, cursor: '8' } })).issues.map(({ ref }) => ref),
    publishIssue: (await client.publishIssue({ params: { newsletter: OWN },
      body: { source: { markdown: '# One' }, dryRun: true } })).outcome,
    importIssues: (await client.importIssues({ params: { newsletter: OWN }, body: { path: '/folder' } })).published,
    getIssue: (await client.getIssue({ params: { issue: ISSUE } })).issue.title,
    getIssueContent: [await client.getIssueContent(issue), await client.getIssueContent({ ...issue, query: { format: 'html' } })],
    markIssue: (await client.markIssue({ ...issue, body: { read: true } })).read,
    saveIssue: (await client.saveIssue({ ...issue, body: { saved: true } })).saved,
    keepPlace: (await client.keepPlace({ ...issue, body: { place: { fraction: 0.5, block: 2.25 } } })).place,
    verifyIssue: (await client.verifyIssue(issue)).verified,
    exportIssue: (await client.exportIssue({ ...issue, body: { path: '/new' } })).path,
    openIssue: (await client.openIssue(issue)).path.replace(/pass=[\w.-]+$/, 'pass'),
    listKept: (await client.listKept()).usedBytes,
    changeKeeperSettings: (await client.changeKeeperSettings({ body: { owner: 'Wei', quietHours: { from: '22:00', to: '06:00' } } })).quietHours,
    lookAtNewsletter: (await client.lookAtNewsletter({ body: { address: OTHER } })).state,
    keepNewsletter: (await client.keepNewsletter({ body: { address: OTHER, owner: 'Wei' } })).owner,
    dropNewsletter: (await client.dropNewsletter(newsletter)).freedBytes,
    listEvictions: (await client.listEvictions()).evictions,
    getNewsletterCopies: (await client.getNewsletterCopies(newsletter)).newsletter,
    listIssueCopies: (await client.listIssueCopies({ ...newsletter, query: { limit: 4 } })).total,
    setCopiesTarget: (await client.setCopiesTarget({ ...newsletter, body: { copies: 5, owners: 3 } })).target,
    getIssueCopies: (await client.getIssueCopies(issue)).issue.state,
    listDrafts: (await client.listDrafts()).drafts.length,
    createDraft: (await client.createDraft({ body: { newsletter: 'Mine' } })).title,
    getDraft: (await client.getDraft(draft)).markdown,
    saveDraft: (await client.saveDraft({ ...draft, body: { baseVersion: 1, title: 'T', subtitle: '', markdown: '' } })).title,
    discardDraft: await client.discardDraft(draft),
    listDraftVersions: (await client.listDraftVersions(draft)).versions.length,
    getDraftVersion: (await client.getDraftVersion({ params: { draft: DRAFT, version: 7 } })).version,
    putDraftFile: (await client.putDraftFile({ ...file, query: { alt: 'A boat' }, body: Buffer.from('bytes') })).title,
    describeDraftFile: (await client.describeDraftFile({ ...file, body: { alt: 'A boat' } })).title,
    removeDraftFile: (await client.removeDraftFile(file)).title,
    checkDraft: (await client.checkDraft(draft)).minutes,
    publishDraft: (await client.publishDraft({ ...draft, body: { ignore: ['tk'] } })).title,
    unpublishDraft: (await client.unpublishDraft(draft)).title,
    openDraft: (await client.openDraft(draft)).path.replace(/pass=[\w.-]+$/, 'pass'),
    listSubscriptions: (await client.listSubscriptions()).subscriptions.length,
    subscribe: (await client.subscribe({ body: { address: OTHER } })).title,
    getSubscription: (await client.getSubscription(newsletter)).progress.peers,
    changeSubscription: [(await client.changeSubscription({ ...newsletter, body: { paused: true } })).paused,
      (await client.changeSubscription({ ...newsletter, body: {} })).paused],
    markAllRead: [await client.markAllRead({ body: {} }), await client.markAllRead({ body: { newsletter: 'The Long Road' } })],
    unmarkAllRead: await client.unmarkAllRead({ params: { at: '2026-01-05T00:00:00.000Z' } }),
    getInbox: [(await client.getInbox({ query: { unread: true, limit: 3 } })).total,
      (await client.getInbox({ query: { saved: false, text: '7', newsletter: 'The Long Road' } })).total],
    listPeers: await client.listPeers(),
    getStorage: (await client.getStorage()).disk,
    unsubscribe: [await client.unsubscribe({ ...newsletter, query: { keep: true } }), await client.unsubscribe(newsletter)],
    listFeeds: (await client.listFeeds()).feeds.map(({ title, json }) => [title, json.replace(/pass=.*$/, 'pass')]),
    makeBundle: await client.makeBundle({ body: { path: '/bundle', newsletters: [`colporteur://${OWN}`], issues: [ISSUE], since: '2026-01-31' } }),
    openBundle: (await client.openBundle({ body: { path: '/bundle' } })).newBytes,
    getBundleProgress: (await client.getBundleProgress()).progress,
    writeWant: (await client.writeWant({ body: { path: '/want' } })).newsletters
  }
  t.same(answers, {
    getStatus: '0.0.0',
    openSession: 'UNAUTHORIZED',
    createCode: 'http://localhost:80/#code',
    reindex: 2,
    getHealth: { ok: true },
    getReadiness: { ready: true },
    listNewsletters: [['Mine', true], ['The Long Road', false]],
    createNewsletter: 'words of Mine',
    getNewsletter: OTHER,
    describeNewsletter: 'The Long Road',
    getWordCustody: ['KEY'],
    showWords: 'shown with open',
    confirmWords: 1,
    sealWords: true,
    proposeRoot: 'state',
    readProposal: 'read',
    signProposal: 'sign abandon',
    publishRoot: 'publish',
    listWriters: [true],
    inviteWriter: `Tomas to ${OTHER}`,
    acceptInvitation: 'yes to Come',
    leaveNewsletter: 'w1',
    correctIssue: 'typo: A slip',
    retractIssue: 'Wrong',
    eraseIssue: 7,
    listRevisions: 1,
    getRevision: 'text of 3',
    compareRevisions: [{ kind: 'added', text: '1 to 2' }],
    listIssues: [REF],
    publishIssue: 'dryRun',
    importIssues: 2,
    getIssue: 'One',
    getIssueContent: [{ format: 'text', content: 'as text' }, { format: 'html', content: 'as html' }],
    markIssue: true,
    saveIssue: true,
    keepPlace: { fraction: 0.5, block: 2.25 },
    verifyIssue: true,
    exportIssue: '/new',
    openIssue: `/read/${REF}?pass`,
    listKept: 7,
    changeKeeperSettings: { from: '22:00', to: '06:00' },
    lookAtNewsletter: 'looking',
    keepNewsletter: 'Wei',
    dropNewsletter: 3,
    listEvictions: [],
    getNewsletterCopies: OTHER,
    listIssueCopies: 4,
    setCopiesTarget: { copies: 5, owners: 3 },
    getIssueCopies: 'onlyHere',
    listDrafts: 1,
    createDraft: `create ${OWN} en`,
    getDraft: 'Once',
    saveDraft: 'save 1 T',
    discardDraft: { draft: DRAFT },
    listDraftVersions: 1,
    getDraftVersion: 7,
    putDraftFile: 'put a b.png bytes A boat 5',
    describeDraftFile: 'describe a b.png A boat',
    removeDraftFile: 'remove a b.png',
    checkDraft: 1,
    publishDraft: 'publish {"ignore":["tk"]}',
    unpublishDraft: 'unpublish',
    openDraft: `/preview/${DRAFT}?pass`,
    listSubscriptions: 1,
    subscribe: 'The Long Road',
    getSubscription: 1,
    changeSubscription: [true, false],
    markAllRead: [{ marked: 2, at: '2026-01-05T00:00:00.000Z' }, { marked: 1, at: '2026-01-05T00:00:00.000Z' }],
    unmarkAllRead: { unmarked: 24 },
    getInbox: [1, 1],
    listPeers: { peers: [], downBytes: 1, upBytes: 2 },
    getStorage: { freeBytes: 5, totalBytes: 9 },
    unsubscribe: [{ newsletter: OTHER, kept: true, freedBytes: 0 }, { newsletter: OTHER, kept: false, freedBytes: 7 }],
    listFeeds: [
      ['Inbox', 'http://localhost:80/feeds/inbox/feed.json?pass'],
      ['Mine', `http://localhost:80/feeds/${OWN}/feed.json?pass`]
    ],
    makeBundle: { path: '/bundle', sizeBytes: 1, newsletters: [{ newsletter: OWN, title: '2026-01-31T00:00:00.000Z', issues: 1, incomplete: 0 }] },
    openBundle: 1,
    getBundleProgress: null,
    writeWant: [OWN]
  })
  t.same(subscriber.asked, [{ newsletter: OTHER, limit: 7, cursor: '8' }, { unread: true, limit: 3 }, { saved: false, text: '7', newsletter: OTHER }],
    'numbers and booleans of the query have their types')
  t.same(publisher.published, [[OWN, { markdown: '# One' }, { dryRun: true }]])
})

t.test('what the contract does not know is refused, and nothing is stripped or turned into another type', async t => {
  const { app, client, publisher } = openRoom(t)
  const send = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: unknown): Promise<[number, string]> => {
    const response = await app.inject({ method, url, headers: asProgram, ...(payload !== undefined && { payload: payload as object }) })
    t.match(response.headers['content-type'], /^application\/problem\+json/)
    t.same(Object.keys(response.json()).sort(), ['code', 'detail', 'status', 'title', 'type'])
    t.equal(response.json().type, `urn:colporteur:error:${response.json().code}`)
    return [response.statusCode, response.json().detail]
  }
  const issuesUrl = `/api/newsletters/${OWN}/issues`
  t.same(await send('POST', '/api/newsletters', { title: 'T', colour: 'red' }),
    [400, 'The body has fields that are not known here: colour.'])
  t.same(await send('POST', '/api/newsletters', { title: 7 }), [400, 'The body at title must be string.'])
  t.same(await send('POST', '/api/newsletters', { title: 'a\nb' }), [400, 'The body at title has to be one line of text, and not empty.'])
  t.same(await send('POST', '/api/newsletters', { title: '  ' }), [400, 'The body at title has to be one line of text, and not empty.'])
  t.same(await send('POST', '/api/newsletters', { title: 'T', language: 'plain English' }), [400, 'The body at language has to be a language code such as en or pt-BR.'])
  t.same(await send('POST', '/api/newsletters', {}), [400, 'The body lacks: title.'])
  t.same(await send('POST', '/api/newsletters'), [400, 'The body must be object.'])
  t.same(await send('POST', issuesUrl, { source: { markdown: 'x' }, dryRun: 'true' }), [400, 'The body at dryRun must be boolean.'])
  t.same(await send('POST', issuesUrl, { source: { markdown: 'x', path: '/etc' } }),
    [400, 'The body at source has none of the shapes that are accepted here.'])
  t.same(await send('PUT', `/api/issues/${REF}/read`, { read: 1 }), [400, 'The body at read must be boolean.'])
  t.same(await send('GET', '/api/inbox?limit=7x'), [400, 'The query at limit must be integer.'])
  t.same(await send('GET', '/api/inbox?limit=501'), [400, 'The query at limit must be <= 500.'])
  t.same(await send('GET', '/api/inbox?colour=red'), [400, 'The query has fields that are not known here: colour.'])
  t.same(await send('GET', '/api/status?colour=red'), [400, 'The query has fields that are not known here: colour.'])
  t.equal((await send('GET', `/api/issues/${'x'.repeat(121)}`))[0], 400)
  t.equal((await send('GET', '/api/nothing'))[0], 404)
  t.equal((await send('GET', '/api/%'))[0], 400)
  t.same(publisher.published, [])

  const broken = await app.inject({ method: 'POST', url: '/api/newsletters', headers: { ...asProgram, 'content-type': 'application/json' },
    payload: '{"title"' })
  t.equal(broken.json().code, 'BAD_REQUEST')
  const plain = await app.inject({ method: 'POST', url: '/api/newsletters', headers: { ...asProgram, 'content-type': 'text/plain' },
    payload: '{"title":"T"}' })
  t.equal(plain.json().code, 'BAD_REQUEST', 'a form of another site can not pose as JSON')
  t.equal(await codeOf(client.publishIssue({ params: { newsletter: OWN }, body: { source: { markdown: 'x'.repeat(6 * 1024 * 1024) } } })),
    'TOO_LARGE')
  t.equal((await client.publishIssue({ params: { newsletter: OWN },
    body: { source: { markdown: 'x'.repeat(4 * 1024 * 1024) } } })).outcome, 'published')
})

t.test('failures keep their code, and foreign ones tell nothing but to the log', async t => {
  const { app, client, node, logged } = openRoom(t)
  t.equal(await codeOf(client.getNewsletter({ params: { newsletter: 'a/b?c' } })), 'NEWSLETTER_NOT_FOUND')
  t.equal(await codeOf(client.getIssue({ params: { issue: 'no' } })), 'ISSUE_NOT_FOUND')
  await t.rejects(client.getIssue({ params: { issue: 'no' } }), { message: 'There is no issue no.' })
  t.equal(logged.length, 0)

  const response = await app.inject({ url: '/api/issues/broken', headers: asProgram })
  t.equal(response.json().code, 'INTERNAL')
  t.notMatch(response.body, /secret detail|\.ts|\.js/)
  t.match(logged.join(''), /secret detail/)

  node.isReady = false
  t.equal(await codeOf(client.getReadiness()), 'NOT_READY')
})

t.test('the client names what it can not understand', async t => {
  const strange = createClient(async () => ({ status: 418, body: { code: 'TEAPOT', detail: 'short and stout' } }))
  await t.rejects(strange.getStatus(), { code: 'INTERNAL', message: 'short and stout' })
  const silent = createClient(async () => ({ status: 502, body: null }))
  await t.rejects(silent.getStatus(), { code: 'INTERNAL', message: 'The node answered with status 502.' })

  const { app, secrets } = openRoom(t)
  const port = await listen(app)
  const url = `http://127.0.0.1:${port}`
  t.equal((await createClient(fetchSender({ url, token: TOKEN })).getStatus()).pid, 1)
  const { token } = await createClient(fetchSender({ url, token: null })).openSession({ body: { code: secrets.createCode() } })
  t.equal((await createClient(fetchSender({ url, token })).markIssue({ params: { issue: REF }, body: { read: true } })).read, true)
  await app.close()
  t.equal(await codeOf(createClient(fetchSender({ url, token })).getStatus()), 'NODE_UNREACHABLE')
})

t.test('the guard answers only to its own names', async t => {
  const { app } = openRoom(t, { hosts: ['192.0.2.7', '::2', 'Printer.local'] })
  const port = await listen(app)
  const other = port === 65535 ? 1024 : port + 1
  const codeFor = async (host: string): Promise<string | undefined> => (await ask(port, '/api/status', { ...asProgram, host })).code
  for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', '192.0.2.7', '[::2]', 'printer.local']) {
    t.equal(await codeFor(`${name}:${port}`), undefined, name)
  }
  for (const host of [
    `evil.example:${port}`, `127.0.0.1:${other}`, '127.0.0.1', 'localhost', `localhost.:${port}`, `localhost.evil.example:${port}`,
    `127.0.0.1.evil.example:${port}`, `user@localhost:${port}`, `[::3]:${port}`, `0.0.0.0:${port}`
  ]) t.equal(await codeFor(host), 'MISDIRECTED', host)
  t.equal((await ask(port, '/', { host: `evil.example:${port}` })).status, 421, 'the page as well')
  t.equal((await ask(port, '/nothing', { host: `evil.example:${port}` })).status, 421, 'and what is not there')
  const own = `Host: 127.0.0.1:${port}`
  for (const [head, what] of [
    ['GET /healthz HTTP/1.1\r\nHost:', 'no name at all'],
    ['GET /healthz HTTP/1.0\r\nAccept: */*', 'no name at all'],
    [`GET /healthz HTTP/1.1\r\n${own}\r\nhost: evil.example`, 'two names'],
    [`GET /healthz HTTP/1.1\r\n${own}\r\n${own}`, 'one name twice'],
    [`GET http://evil.example/healthz HTTP/1.1\r\n${own}`, 'a name in the target']
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    socket.write(`${head}\r\nConnection: close\r\n\r\n`)
    t.match(await text(socket), /^HTTP\/1\.1 421 /, what)
  }
})

t.test('the guard refuses what pages of other sites ask', async t => {
  const { app, secrets } = openRoom(t)
  const port = await listen(app)
  const host = `127.0.0.1:${port}`
  const codeFor = async (headers: Record<string, string>, path = '/api/status', method = 'GET'): Promise<string | undefined> =>
    (await ask(port, path, { ...asProgram, host, ...headers }, method)).code

  t.equal(await codeFor({ origin: `http://${host}` }), undefined)
  for (const origin of ['null', 'http://evil.example', `https://${host}`, `http://127.0.0.1:${port === 1 ? 2 : 1}`,
    `http://localhost:${port}`, `http://${host}.evil.example`, '']) {
    t.equal(await codeFor({ origin }), 'FORBIDDEN', `Origin ${origin}`)
  }
  for (const site of ['same-origin', 'none']) t.equal(await codeFor({ 'sec-fetch-site': site }), undefined, site)
  for (const site of ['cross-site', 'same-site', 'strange']) t.equal(await codeFor({ 'sec-fetch-site': site }), 'FORBIDDEN', site)

  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  t.equal(await codeFor(link, '/'), undefined, 'another site may link to the console')
  t.equal(await codeFor({ ...link, 'sec-fetch-dest': 'iframe' }, '/'), 'FORBIDDEN', 'but not frame it')
  t.equal(await codeFor({ ...link, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }, '/'), 'FORBIDDEN')
  t.equal(await codeFor(link, '/', 'POST'), 'FORBIDDEN')
  t.equal(await codeFor(link), 'FORBIDDEN', 'nor link to the interface')
  t.equal(await codeFor(link, '/docs'), 'FORBIDDEN')

  const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', authorization: '' }
  const url = `/read/${REF}/files/a%20b.png`
  t.equal(await codeFor(picture, `${url}?pass=${secrets.createPass(REF)}`), undefined, 'the sandboxed page of an issue shows its pictures')
  t.equal(await codeFor({ ...link, authorization: '' }, `${url}?pass=${secrets.createPass(REF)}`), undefined,
    'and links to its attachments')
  t.equal(await codeFor(picture, url), 'FORBIDDEN')
  t.equal(await codeFor(picture, `${url}?pass=${secrets.createPass(ISSUE)}`), 'FORBIDDEN', 'a pass of another issue')
  t.equal(await codeFor({ ...picture, 'sec-fetch-dest': 'script' }, `${url}?pass=${secrets.createPass(REF)}`), 'FORBIDDEN')
  t.equal(await codeFor({ ...picture, origin: 'null' }, `${url}?pass=${secrets.createPass(REF)}`), undefined, 'as a sandboxed frame asks')
  t.equal(await codeFor({ ...picture, origin: 'null' }, url), 'FORBIDDEN')
  t.equal(await codeFor({ ...picture, origin: 'http://evil.example' }, `${url}?pass=${secrets.createPass(REF)}`), 'FORBIDDEN')
  t.equal(await codeFor({ ...picture, ...asProgram }, '/api/status'), 'FORBIDDEN')

  const { headers } = await ask(port, '/api/status', { ...asProgram, host, origin: 'http://evil.example' })
  t.same(Object.keys(headers).filter(name => name.startsWith('access-control')), [], 'no other site is ever allowed to read')
  t.match(headers, { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin', 'referrer-policy': 'no-referrer' })
  t.equal(await codeFor({ origin: 'http://evil.example', 'access-control-request-method': 'POST' }, '/api/status', 'OPTIONS'), 'FORBIDDEN')
})

t.test('a connection that wants to become something else than HTTP is cut', async t => {
  const { app } = openRoom(t)
  const port = await listen(app)
  const socket = connect(port, '127.0.0.1')
  const head = ['GET /api/status HTTP/1.1', `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${TOKEN}`,
    'Connection: Upgrade', 'Upgrade: websocket']
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  t.equal(await text(socket), '')
})

t.test('everything needs a token, except what tells nothing about the person', async t => {
  const { app, secrets } = openRoom(t)
  await app.ready()
  const codeFor = async (url: string, authorization?: string): Promise<string | number> => {
    const response = await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })
    return response.statusCode < 400 ? response.statusCode : response.json().code
  }
  for (const url of ['/', '/healthz', '/readyz', '/openapi.json', '/docs', '/docs/static/swagger-ui.css', '/docs/json']) {
    t.equal(await codeFor(url), 200, url)
  }
  for (const url of ['/api/status', '/api/newsletters', '/api/inbox', '/api/events', `/read/${REF}`, `/read/${REF}/files/a%20b.png`,
    '/api/nothing', '/nothing']) {
    t.equal(await codeFor(url), 'UNAUTHORIZED', url)
  }
  const session = secrets.exchangeCode(secrets.createCode())!
  t.equal(await codeFor('/api/status', `Bearer ${TOKEN}`), 200)
  t.equal(await codeFor('/api/status', `bearer ${session}`), 200)
  for (const wrong of ['', 'Bearer', 'Bearer x', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}x`, `Bearer ${session}x`, `Bearer ${session}.x`,
    `Bearer 9${session}`, `Bearer ${secrets.createPass(REF)}`]) {
    t.equal(await codeFor('/api/status', wrong), 'UNAUTHORIZED', wrong || 'an empty one')
  }
  t.equal((await app.inject('/api/status')).headers['www-authenticate'], 'Bearer')
  t.equal(await codeFor(`/api/status?pass=${secrets.createPass(REF)}`), 'UNAUTHORIZED', 'a pass opens no interface')
})

t.test('only a program may name files of the machine', async t => {
  const { app, secrets, publisher } = openRoom(t)
  const page = createClient(inside(app, secrets.exchangeCode(secrets.createCode())!))
  const params = { newsletter: OWN }
  t.equal(await codeOf(page.publishIssue({ params, body: { source: { path: '/etc/passwd' } } })), 'FORBIDDEN')
  t.equal(await codeOf(page.importIssues({ params, body: { path: '/etc' } })), 'FORBIDDEN')
  t.equal(await codeOf(page.exportIssue({ params: { issue: REF }, body: { path: '/etc' } })), 'FORBIDDEN')
  await t.rejects(page.importIssues({ params, body: { path: '/etc' } }), { message: /command line/ })
  t.same(publisher.published, [])
  t.equal((await page.publishIssue({ params, body: { source: { markdown: '# One' } } })).outcome, 'published')
  t.equal((await createClient(inside(app, TOKEN)).publishIssue({ params, body: { source: { path: '/etc/passwd' } } })).outcome, 'published')
})

t.test('a code opens one session, once, and guessing ends soon', async t => {
  const { client } = openRoom(t)
  const code = new URL((await client.createCode()).url).hash.slice('#code='.length)
  t.match(await client.openSession({ body: { code } }), { token: /^\d+\.[\w-]+\.[\w-]+$/ })
  t.equal(await codeOf(client.openSession({ body: { code } })), 'UNAUTHORIZED', 'the second time')
  for (let guess = 0; guess < 9; guess++) t.equal(await codeOf(client.openSession({ body: { code: `guess ${guess}` } })), 'UNAUTHORIZED')
  t.equal(await codeOf(client.openSession({ body: { code: 'one more' } })), 'TOO_MANY_REQUESTS')
})

t.test('codes, sessions and passes end in time', async t => {
  let now = 1_700_000_000_000
  const MINUTE = 60_000
  const secrets = new Secrets({ programToken: TOKEN, now: () => now })
  const [early, late] = [secrets.createCode(), secrets.createCode()]
  now += 10 * MINUTE - 1
  const session = secrets.exchangeCode(early)!
  now += 1
  t.equal(secrets.exchangeCode(late), null, 'after ten minutes')

  t.equal(secrets.checkToken(session), 'session')
  t.equal(new Secrets({ programToken: TOKEN, now: () => now }).checkToken(session), 'session', 'after a restart')
  t.equal(new Secrets({ programToken: `${TOKEN}x`, now: () => now }).checkToken(session), null, 'not with another program token')
  t.equal(secrets.checkToken(session.replace(/^\d+/, '9999999999999')), null, 'nor with another end')
  const pass = secrets.createPass(REF)
  t.ok(secrets.checkPass(REF, pass))
  t.notOk(secrets.checkPass(ISSUE, pass))
  t.notOk(secrets.checkPass(REF, `9${pass}`))
  now += 12 * 60 * MINUTE
  t.notOk(secrets.checkPass(REF, pass), 'after twelve hours')
  now += 90 * 24 * 60 * MINUTE
  t.equal(secrets.checkToken(session), null, 'after ninety days')
  t.equal(secrets.checkToken(TOKEN), 'program', 'the program token stays')

  const codes = Array.from({ length: 101 }, () => secrets.createCode())
  t.equal(secrets.exchangeCode(codes[0]!), null, 'a hundred may wait')
  t.ok(secrets.exchangeCode(codes[1]!))

  const limit = new FailureLimit({ most: 2, withinMs: MINUTE, now: () => now })
  limit.count()
  t.notOk(limit.reached)
  limit.count()
  t.ok(limit.reached)
  now += MINUTE
  t.notOk(limit.reached, 'a minute later')
})

t.test('the page of the console comes with a policy that lets nothing in from elsewhere', async t => {
  const webFolder = join(t.testdir(), 'web')
  mkdirSync(join(webFolder, 'assets'), { recursive: true })
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Console</title>')
  writeFileSync(join(webFolder, 'assets/main.js'), 'export {}')
  const { app } = openRoom(t, { webFolder })
  const page = await app.inject('/')
  t.match(page.body, /Console/)
  t.equal(page.headers['content-security-policy'],
    "default-src 'self';img-src 'self' data: blob:;style-src 'self';script-src 'self';frame-src 'self';connect-src 'self';" +
    "base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'")
  const script = await app.inject('/assets/main.js')
  t.equal(script.statusCode, 200)
  t.match(script.headers['content-type'], /javascript/)
  t.equal((await app.inject('/assets/other.js')).json().code, 'UNAUTHORIZED', 'what is not there looks like the rest')
  t.equal((await app.inject({ url: '/..%2f..%2fetc/passwd', headers: asProgram })).json().code, 'NOT_FOUND')

  const without = await openRoom(t, { webFolder: '/nowhere' }).app.inject('/')
  t.equal(without.statusCode, 200)
  t.match(without.body, /was not built/)
})

t.test('the contract is told to programs and to people, without a request to elsewhere', async t => {
  const { app } = openRoom(t)
  const contract = (await app.inject('/openapi.json')).json()
  t.equal(contract.info.version, '1.2.3')
  const paths = Object.values<Record<string, { operationId?: string }>>(contract.paths)
  const told = paths.flatMap(path => Object.values(path).map(({ operationId }) => operationId))
  t.same(told.filter(name => name !== undefined).sort(), Object.keys(api).sort())
  t.same(contract.paths['/api/sessions'].post.security, [])
  t.ok(contract.paths['/api/newsletters/{newsletter}/issues'].get.parameters.some(({ name }: { name: string }) => name === 'limit'))
  t.ok(contract.paths['/api/events'])

  const docs = await app.inject('/docs')
  t.match(docs.headers['content-security-policy'], /^default-src 'none'; script-src 'self';/)
  t.notMatch(docs.body, /https?:\/\//)
})

t.test('the page of an issue is sandboxed, and its pass opens this issue alone', async t => {
  const { app, client } = openRoom(t)
  const { path } = await client.openIssue({ params: { issue: ISSUE } })
  const page = await app.inject(path)
  t.equal(page.statusCode, 200)
  t.equal(page.headers['content-security-policy'], "default-src 'none'; img-src 'self'; style-src 'sha256-abc='; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox")
  t.match(page.headers, { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'unsafe-none', 'x-frame-options': 'SAMEORIGIN' })
  const picture = /src="([^"]+)"/.exec(page.body)![1]!
  t.ok(picture.startsWith(`/read/${REF}/files/a%20b.png?pass=`))
  const shown = await app.inject(picture)
  t.equal(shown.body, '0123456789')
  t.equal(shown.headers['cross-origin-resource-policy'], 'cross-origin', 'the sandboxed page is another origin')

  const pass = path.slice(path.indexOf('?'))
  t.equal((await app.inject(`/read/${ISSUE}${pass}`)).statusCode, 401, 'under another name')
  t.equal((await app.inject(`/read/${REF}?pass=x`)).statusCode, 401)
  t.equal((await app.inject(`/read/${REF}${pass}&pass=x`)).statusCode, 401)

  const asked = await app.inject({ url: `/read/${ISSUE}`, headers: asProgram })
  t.match(asked.body, new RegExp(`/read/${REF}/files/a%20b\\.png\\?pass=`), 'who has a token gets a page with a pass for its pictures')
  const withToken = await app.inject({ url: `/read/${ISSUE}/files/a%20b.png`, headers: asProgram })
  t.equal(withToken.headers['cross-origin-resource-policy'], 'same-origin')
})

t.test('the page of a draft is as closed as that of an issue, and its pass opens this draft alone', async t => {
  const { app, client } = openRoom(t)
  const { path } = await client.openDraft({ params: { draft: DRAFT } })
  const { path: issuePath } = await client.openIssue({ params: { issue: ISSUE } })
  const [page, issuePage] = [await app.inject(path), await app.inject(issuePath)]
  for (const name of ['content-security-policy', 'cache-control', 'cross-origin-opener-policy', 'x-frame-options', 'x-content-type-options']) {
    t.ok(page.headers[name])
    t.equal(page.headers[name], issuePage.headers[name], name)
  }
  const picture = /src="([^"]+)"/.exec(page.body)![1]!
  t.ok(picture.startsWith(`/preview/${DRAFT}/files/a%20b.png?pass=`), 'by its name in the draft')
  t.match(await app.inject(picture), { body: '0123456789', headers: { 'cross-origin-resource-policy': 'cross-origin' } })

  const pass = path.slice(path.indexOf('?'))
  t.equal((await app.inject(`/preview/${ISSUE}${pass}`)).statusCode, 401)
  t.equal((await app.inject(`/read/${DRAFT}${pass}`)).statusCode, 401)
  t.equal((await app.inject(`/api/drafts/${DRAFT}${pass}`)).statusCode, 401)
  t.equal((await app.inject(`/preview/${DRAFT}${issuePath.slice(issuePath.indexOf('?'))}`)).statusCode, 401)
  t.equal((await app.inject(`/preview/${DRAFT}`)).statusCode, 401)
})

t.test('the bytes of a draft\'s file are taken as they are, and nothing else is', async t => {
  const { app } = openRoom(t)
  const put = async (headers: Record<string, string>, payload: string) =>
    await app.inject({ method: 'PUT', url: `/api/drafts/${DRAFT}/files/a.json`, headers: { ...asProgram, ...headers }, payload })
  t.match((await put({ 'content-type': 'application/octet-stream' }, '{"path":1}')).json(), { title: 'put a.json {"path":1} undefined 10' })
  t.match((await put({ 'content-type': 'application/json' }, '{}')).json(), { code: 'BAD_REQUEST' })
  t.match((await put({ 'content-type': 'application/octet-stream', 'content-length': String(65 * 1024 * 1024) }, '')).json(), { code: 'TOO_LARGE' })
})

t.test('files of an issue come whole, in ranges or not again, and run nothing', async t => {
  const { app, subscriber } = openRoom(t)
  const get = async (name: string, headers: Record<string, string> = {}) =>
    await app.inject({ url: `/read/${REF}/files/${encodeURIComponent(name)}`, headers: { ...asProgram, ...headers } })

  const whole = await get('a b.png')
  t.match(whole, { statusCode: 200, body: '0123456789' })
  t.match(whole.headers, { 'content-type': 'image/png', 'content-length': '10', 'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff' })
  t.notOk(whole.headers['content-disposition'])
  const etag = String(whole.headers.etag)

  const range = await get('a b.png', { range: 'bytes=2-4' })
  t.match(range, { statusCode: 206, body: '234' })
  t.match(range.headers, { 'content-range': 'bytes 2-4/10', 'content-length': '3' })
  t.match(await get('a b.png', { range: 'bytes=8-' }), { statusCode: 206, body: '89' })
  t.match(await get('a b.png', { range: 'bytes=-3' }), { statusCode: 206, body: '789' })
  t.same(subscriber.opened, [[0, 9], [2, 4], [8, 9], [7, 9]], 'nothing else was read')
  const beyond = await get('a b.png', { range: 'bytes=10-' })
  t.match(beyond, { statusCode: 416, body: '' })
  t.equal(beyond.headers['content-range'], 'bytes */10')
  t.match(await get('a b.png', { range: 'bytes=2-4', 'if-range': etag }), { statusCode: 206 })
  t.match(await get('a b.png', { range: 'bytes=2-4', 'if-range': '"old"' }), { statusCode: 200 })

  for (const condition of [etag, `W/${etag}`, `"old", ${etag}`, '*']) {
    t.match(await get('a b.png', { 'if-none-match': condition }), { statusCode: 304, body: '' })
  }
  t.match(await get('a b.png', { 'if-none-match': '"old"' }), { statusCode: 200 })

  const drawing = await get('drawing.svg')
  t.match(drawing.headers, { 'content-type': 'image/svg+xml',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" })
  const evil = await get('evil.html')
  t.match(evil.headers, { 'content-type': 'application/octet-stream', 'content-disposition': "attachment; filename*=UTF-8''evil.html" })
  t.match(await get('empty.png'), { statusCode: 200, body: '' })
  t.match(await get('empty.png', { range: 'bytes=0-' }), { statusCode: 416 })
  t.match(await get('other.png'), { statusCode: 404 })
})

t.test('ranges are understood as RFC 9110 says', async t => {
  t.same(byteRange('bytes=0-0', 10), { start: 0, end: 0 })
  t.same(byteRange('bytes=5-99', 10), { start: 5, end: 9 })
  t.same(byteRange('bytes=-99', 10), { start: 0, end: 9 })
  for (const none of [undefined, '', 'bytes=', 'bytes=-', 'bytes=0-1,3-4', 'items=0-1', 'bytes=4-2', 'bytes=a-b', 'bytes=1.5-']) {
    t.equal(byteRange(none, 10), null, String(none))
  }
  for (const beyond of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) t.equal(byteRange(beyond, 10), 'notSatisfiable', beyond)
})

/** Reads server-sent events one by one. */
async function * eventsOf (response: AsyncIterable<string>): AsyncGenerator<[string, Record<string, unknown>]> {
  let rest = ''
  for await (const chunk of response) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop()!
    for (const part of parts) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? []
      if (name !== undefined) yield [name, JSON.parse(data!)]
    }
  }
}

interface OpenedStream { response: IncomingMessage, next: () => Promise<[string, Record<string, unknown>] | null> }

async function openStream (port: number): Promise<OpenedStream> {
  const request = httpRequest({ host: '127.0.0.1', port, path: '/api/events', headers: asProgram, agent: false }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  const events = eventsOf(response.setEncoding('utf8'))
  return {
    response,
    next: async () => {
      const { done, value } = await events.next()
      return done ? null : value
    }
  }
}

t.test('events tell first what is, then what changes', async t => {
  const { app, client, subscriber, node } = openRoom(t)
  const port = await listen(app)
  const { response, next } = await openStream(port)
  t.match(response.headers, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store',
    'x-content-type-options': 'nosniff' })
  const [name, state] = (await next())!
  t.equal(name, 'state')
  t.match(state, { status: { version: '0.0.0' }, newsletters: [{ title: 'Mine', wordsUnconfirmed: true }, { title: 'The Long Road' }],
    subscriptions: [{ newsletter: OTHER }] })

  subscriber.emit('issueChanged', issueNamed('Two'))
  t.match(await next(), ['issueChanged', { title: 'Two' }])
  node.count = 3
  node.emit('statusChanged')
  t.match(await next(), ['statusChanged', { network: { peers: 3 } }])
  subscriber.emit('newsletterChanged', OWN)
  t.match(await next(), ['newsletterChanged', { title: 'Mine', wordsUnconfirmed: true }])
  await client.importIssues({ params: { newsletter: OWN }, body: { path: '/folder' } })
  t.same(await next(), ['importProgressed', { newsletter: OWN, done: 1, total: 2, name: 'one.md' }])
  t.same(await next(), ['importProgressed', { newsletter: OWN, done: 2, total: 2, name: 'two.md' }])

  for (let peers = 1; peers <= 50; peers++) subscriber.emit('subscriptionProgressed', subscriptionWith(peers))
  t.match(await next(), ['subscriptionProgressed', { progress: { peers: 1 } }], 'the first at once')
  t.match(await next(), ['subscriptionProgressed', { progress: { peers: 50 } }], 'then the newest')

  subscriber.emit('subscriptionProgressed', subscriptionWith(51))
  await client.unsubscribe({ params: { newsletter: OTHER } })
  subscriber.emit('newsletterChanged', OTHER)
  subscriber.emit('subscriptionProgressed', subscriptionWith(52))
  subscriber.emit('issueChanged', issueNamed('Last'))
  t.same(await next(), ['newsletterRemoved', { newsletter: OTHER }], 'progress that waited is not told after the end')
  t.match(await next(), ['subscriptionProgressed', { progress: { peers: 52 } }], 'and who subscribes again need not wait')
  t.match(await next(), ['issueChanged', { title: 'Last' }], 'nor a change of what is gone')
  response.destroy()
})

t.test('what happens while the state is gathered follows it', async t => {
  const { app, subscriber, node } = openRoom(t)
  let tellStatus = (): void => {}
  const status = await node.status()
  const asked = new Promise<void>(resolve => {
    node.status = async () => {
      resolve()
      await new Promise<void>(resolve => { tellStatus = resolve })
      return status
    }
  })
  const port = await listen(app)
  const opening = openStream(port)
  await asked
  subscriber.emit('issueChanged', issueNamed('Early'))
  tellStatus()
  const { response, next } = await opening
  t.equal((await next())?.[0], 'state')
  t.match(await next(), ['issueChanged', { title: 'Early' }])
  response.destroy()
})

t.test('the app closes while streams are open, and tells nobody afterwards', async t => {
  const { app, subscriber, node } = openRoom(t)
  const port = await listen(app)
  const streams = [await openStream(port), await openStream(port)]
  for (const { next } of streams) t.equal((await next())?.[0], 'state')
  t.equal(subscriber.listenerCount('issueChanged'), 1)
  await Promise.all([app.close(), ...streams.map(async ({ next }) => t.equal(await next(), null))])
  t.equal(subscriber.listenerCount('issueChanged') + subscriber.listenerCount('subscriptionProgressed'), 0)
  t.equal(node.listenerCount('statusChanged'), 0)
})

t.test('who does not read is dropped', async t => {
  const { app, subscriber } = openRoom(t)
  const port = await listen(app)
  const connected = once(app.server, 'connection') as Promise<[Socket]>
  // Being cut off is what it waits for.
  const client = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => client.destroy())
  client.write(`GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`)
  const [served] = await connected
  await once(client, 'data')
  client.pause()
  const large = { ...issueNamed('Large'), summary: 'x'.repeat(1024 * 1024) }
  // Sockets of the system take some megabytes by themselves, a bit in each round of the event loop.
  for (let round = 0; round < 200 && !served.destroyed; round++) {
    subscriber.emit('issueChanged', large)
    await new Promise(resolve => setImmediate(resolve))
  }
  t.ok(served.destroyed)
})

t.test('at most 32 streams are open', async t => {
  const { app } = openRoom(t)
  const served = new Map<number, Socket>()
  app.server.on('connection', (socket: Socket) => served.set(socket.remotePort!, socket))
  const port = await listen(app)
  const streams = await Promise.all(Array.from({ length: 32 }, () => openStream(port)))
  t.equal((await ask(port, '/api/events', asProgram)).code, 'TOO_MANY_REQUESTS')
  const { socket } = streams[0]!.response
  const gone = once(served.get(socket.localPort!)!, 'close')
  socket.destroy()
  await gone
  const { next } = await openStream(port)
  t.equal((await next())?.[0], 'state', 'one that ended makes room')
  await app.close()
})

t.test('the newest news of a thing always arrives', async t => {
  const rate = new AtMostEvery(20)
  const told: string[] = []
  await new Promise<void>(resolve => {
    const hold = setInterval(() => {}, 1000)
    for (const count of [1, 2, 3]) rate.run('a', () => told.push(`a${count}`))
    rate.run('b', () => told.push('b1'))
    rate.run('b', () => told.push('b2'))
    rate.forget('b')
    t.same(told, ['a1', 'b1'])
    rate.run('c', () => {})
    rate.run('c', () => {
      clearInterval(hold)
      resolve()
    })
  })
  t.same(told, ['a1', 'b1', 'a3'])
  rate.clear()
})
