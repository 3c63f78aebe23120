import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import type { IssueFileContent, IssueKey, NewsletterView, SubscriberNews, SubscriberPart } from '../../console/server/parts.ts'
import type { BundleMade, BundleOpened } from '../../shared/api/bundles.ts'
import type { Issue, IssueDetails, IssuePage, Place, Verification } from '../../shared/api/issues.ts'
import type { MarkedRead, Subscription, SubscriptionChange, Unsubscribed } from '../../shared/api/subscriptions.ts'
import type { WriterDetails, WriterHistory } from '../../shared/api/writers.ts'
import { AppError } from '../../shared/errors.ts'
import type { Feed } from '../../subscriber/feeds/feed.ts'
import type { FeedContents } from '../../subscriber/feeds/feeds.ts'
import { memoryExporting, memoryHighlighting, memoryLists, memoryPolicies, memoryPreparing } from './memory-holding.ts'
import { MemoryKeeping } from './memory-keeping.ts'
import { revision } from './memory-keys.ts'
import { ISSUE, issueNamed, LIMITS, OTHER, OWN, PICTURE, REF, subscriptionWith, WORDS } from './samples.ts'

const described = {
  description: '', language: 'en', authors: ['Ada'], licence: '', website: '', rhythm: '', state: 'active' as const, successor: null, continues: null,
  successionProblem: null, rootNumber: 0, writers: [],
  confirmedAt: null, freshness: { staleAt: null, stale: false, aheadAt: null },
  checkWords: WORDS, looksLike: null, issues: { total: 1, ready: 1, unread: 1 }, problem: null, limits: LIMITS,
  paused: false, announce: true, since: '2026-01-01T00:00:00.000Z'
}

/** Keeps newsletters in memory, as the reading side would keep them. */
export class MemorySubscriber extends EventEmitter<SubscriberNews> implements SubscriberPart {
  known: NewsletterView[] = [
    { ...described, address: OWN, link: `colporteur://${OWN}`, title: 'Mine', role: 'own', subscribed: false },
    { ...described, address: OTHER, link: `colporteur://${OTHER}`, title: 'The Long Road', role: 'subscribed', subscribed: true }
  ]

  keeping = new MemoryKeeping()
  subscribing = { exporting: memoryExporting, highlighting: memoryHighlighting, lists: memoryLists, policies: memoryPolicies, preparing: memoryPreparing }
  asked: unknown[] = []
  opened: [number, number][] = []
  files: Record<string, { type: string, bytes: Buffer }> = {
    'a b.png': { type: 'image/png', bytes: PICTURE },
    'drawing.svg': { type: 'image/svg+xml', bytes: Buffer.from('<svg/>') },
    'evil.html': { type: 'text/html', bytes: Buffer.from('<script>alert(1)</script>') },
    'bomb.png': { type: 'image/png', bytes: PICTURE },
    'empty.png': { type: 'image/png', bytes: Buffer.alloc(0) }
  }

  async newsletters (): Promise<NewsletterView[]> { return this.known }

  async newsletter (address: string): Promise<NewsletterView> {
    const found = this.known.find(candidate => candidate.address === address)
    if (!found) throw new AppError('NEWSLETTER_NOT_FOUND', 'There is no such newsletter.')
    return found
  }

  async writers (): Promise<Omit<WriterDetails, 'isHere'>[]> {
    const writer = { id: 'w1', name: 'laptop', drive: '', signingKey: '', sealed: false, expires: null, otherHistory: null }
    return [{ writer, seal: null, length: 1, issues: 1, newestAt: null }]
  }

  readonly histories = {
    of: async (_address: string, id: string): Promise<WriterHistory> => ({
      writer: { id, name: 'laptop', drive: '', signingKey: '', sealed: false, expires: null, otherHistory: null }, seen: null, others: [], kept: []
    }),
    decide: async (address: string, id: string): Promise<WriterHistory> => await this.histories.of(address, id),
    export: async (_address: string, _id: string, path: string) => ({ path, files: [] as string[] })
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
      ({ from: revision, to: revision, fields: [], lines: [{ kind: 'added' as const, text: `${from} to ${to}` }], tooLong: false }),

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
        notShown: name === 'bomb.png' ? 'it is too large' : null,
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
    open: async (path: string): Promise<BundleOpened> => ({ path, sizeBytes: 1, newBytes: 1, leftOutBytes: 0, newsletters: [] }),
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

  async announce (address: string, announce: boolean): Promise<void> { Object.assign(await this.newsletter(address), { announce }) }

  async change (_address: string, change: SubscriptionChange): Promise<Subscription> { return { ...subscriptionWith(1), ...change } }

  async unsubscribe (address: string, { keep = false }: { keep?: boolean }): Promise<Unsubscribed> {
    if (keep) return { newsletter: address, kept: true, freedBytes: 0 }
    this.known = this.known.filter(candidate => candidate.address !== address)
    this.emit('newsletterRemoved', address)
    return { newsletter: address, kept: false, freedBytes: 7 }
  }

  async subscriptions (): Promise<Subscription[]> { return [subscriptionWith(1)] }
  /** Who is connected for each. */
  peers = 1
  async subscription (): Promise<Subscription> { return subscriptionWith(this.peers) }
  async reindex (): Promise<{ newsletters: number, issues: number, elapsedMs: number }> {
    return { newsletters: 2, issues: 2, elapsedMs: 1 }
  }
}
