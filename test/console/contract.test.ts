import t from 'tap'
import { api } from '../../shared/api/api.ts'
import { DRAFT } from './memory-drafts.ts'
import { codeOf, openRoom } from './room.ts'
import { ISSUE, OTHER, OWN, REF } from './samples.ts'

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
