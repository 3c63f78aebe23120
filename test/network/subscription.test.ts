import { randomBytes } from 'node:crypto'
import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Issue } from '../../shared/api/issues.ts'
import { folderBytes } from '../../shared/folder-bytes.ts'
import { Follower } from '../../subscriber/following/follower.ts'
import { listen } from '../support/events.ts'
import { createNewsletter, publishIssues, type TestNode, testNetwork, untilComplete, untilProgress } from '../support/network.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

async function inbox ({ client }: TestNode, query = {}): Promise<Issue[]> {
  return (await client.getInbox({ query })).issues
}

t.test('what was saved and read stays, survives a restart, and is found by the inbox', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const other = await createNewsletter(author, 'Small Engines')
  await publishIssues(author, newsletter, 3)
  await publishIssues(author, other, 2, 7)
  const long = `# A long one\n\n${'word '.repeat(500)}\n`
  const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: long } } })
  const reader = await network.open('reader')
  const twice = await Promise.all([newsletter, newsletter].map(async address => await reader.client.subscribe({ body: { address } })))
  t.same(twice.map(({ newsletter }) => newsletter), [newsletter, newsletter], 'who clicks twice subscribes once')
  await reader.client.subscribe({ body: { address: other } })
  await untilComplete(reader, newsletter, 4)
  await untilComplete(reader, other, 2)

  const counted = await until('the words are counted', async () => {
    const issues = await inbox(reader)
    return issues.every(({ minutes }) => minutes !== null) ? issues : null
  })
  t.equal(counted.find(issue => issue.ref === ref)?.minutes, 3, '503 words, 230 a minute')
  t.equal(counted.find(issue => issue.title === 'Issue 7')?.minutes, 1)

  const issue = { params: { issue: ref } }
  t.match(await reader.client.saveIssue({ ...issue, body: { saved: true } }), { saved: true, read: false })
  t.match(await reader.client.keepPlace({ ...issue, body: { place: { fraction: 0.4, block: 1.5 } } }), { place: { fraction: 0.4, block: 1.5 } })
  await reader.client.markIssue({ ...issue, body: { read: true } })
  await t.rejects(reader.client.saveIssue({ params: { issue: '01j00000000000000000000001' }, body: { saved: true } }), { code: 'ISSUE_NOT_FOUND' })

  const marked = await reader.client.markAllRead({ body: { newsletter: 'Small Engines' } })
  t.equal(marked.marked, 2)
  t.equal((await reader.client.getStatus()).issues.unread, 3)
  await reader.restart()
  t.same((await inbox(reader, { unread: true })).map(({ title }) => title), ['Issue 3', 'Issue 2', 'Issue 1'])
  t.same((await inbox(reader, { saved: true })).map(issue => [issue.ref, issue.place]), [[ref, { fraction: 0.4, block: 1.5 }]])
  t.same((await inbox(reader, { text: 'engines' })).map(({ title }) => title), ['Issue 8', 'Issue 7'])
  t.same((await inbox(reader, { newsletter: other, text: '8' })).map(({ title }) => title), ['Issue 8'])
  t.same(await reader.client.unmarkAllRead({ params: { at: marked.at } }), { unmarked: 2 })
  t.equal((await reader.client.getStatus()).issues.unread, 5)

  const { issues } = await reader.client.listIssues({ params: { newsletter }, query: { saved: false } })
  t.same(issues.map(({ title }) => title), ['A long one', 'Issue 3', 'Issue 2', 'Issue 1'])
  const second = await reader.client.getIssue({ params: { issue: issues[2]!.ref } })
  t.same([second.older, second.newer], [{ ref: issues[3]!.ref, title: 'Issue 1' }, { ref: issues[1]!.ref, title: 'Issue 3' }])
  t.match(await reader.client.getIssue(issue), { newer: null, older: { title: 'Issue 3' } })

  t.match(await reader.client.changeSubscription({ params: { newsletter: other }, body: { folder: ' Machines ' } }), { folder: 'Machines' })
  await reader.client.announceNewsletter({ params: { newsletter: other }, body: { announce: false } })
  await reader.client.changeSubscription({ params: { newsletter: other }, body: { receipts: false } })
  const { opml } = await reader.client.getOpml()
  const [, feedUrl] = /xmlUrl="([^"]+)"/.exec(opml)!
  const feed = await reader.node.app.inject({ url: new URL(feedUrl!.replaceAll('&amp;', '&')).pathname + new URL(feedUrl!).search, headers: { host: 'localhost' } })
  t.match(feed, { statusCode: 200, body: /A long one/ }, 'the feed that the list names is there')
  const elsewhere = await network.open('elsewhere')
  t.match(await elsewhere.client.takeOpml({ body: { opml } }), { subscribed: [{ newsletter, title: 'The Long Road' }, { newsletter: other }], already: 0, others: [] })
  t.match(await elsewhere.client.takeOpml({ body: { opml } }), { subscribed: [], already: 2 })
  t.match(await elsewhere.client.getSubscription({ params: { newsletter: other } }), { folder: 'Machines', receipts: false })
  t.match(await elsewhere.client.getNewsletter({ params: { newsletter: other } }), { announce: false }, 'what was quiet stays quiet')
  t.match(await elsewhere.client.getNewsletter({ params: { newsletter } }), { announce: true })
  const keeper = await network.open('keeper')
  await keeper.client.keepNewsletter({ body: { address: other } })
  await keeper.client.takeOpml({ body: { opml } })
  t.match(await keeper.client.getNewsletter({ params: { newsletter: other } }), { role: 'subscribed', announce: true }, 'what is kept for others stays to be found')
  t.match(await keeper.client.getSubscription({ params: { newsletter: other } }), { receipts: true })
  const [list, home] = [join(network.folder, 'list.opml'), ['--home', join(network.folder, 'unused')]]
  await writeFile(list, '')
  await truncate(list, 2 ** 30)
  t.match(await run(['opml', 'import', list, ...home]), { code: 1, stderr: /too large/ }, 'and none of any size')
  t.match(await run(['opml', 'import', network.folder, ...home]), { code: 1, stderr: /is a folder/ })
})

t.test('a newsletter stands in the lists also while it becomes something else', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  const { ready } = Follower.prototype
  let [isHeld, release] = [false, (): void => {}]
  const released = new Promise<void>(resolve => { release = resolve })
  t.teardown(() => { Follower.prototype.ready = ready })
  Follower.prototype.ready = async function () {
    isHeld = true
    await released
    await ready.call(this)
  }
  const params = { newsletter }
  const paused = reader.client.changeSubscription({ params, body: { paused: true } })
  await until('it is being opened anew', () => isHeld)
  t.match(await reader.client.listSubscriptions(), { subscriptions: [{ newsletter }] })
  t.match(await reader.client.listNewsletters(), { newsletters: [{ address: newsletter }] })
  release()
  t.match(await paused, { paused: true })
  await reader.client.unsubscribe({ params })
  t.same((await reader.client.listNewsletters()).newsletters, [])
})

t.test('a paused subscription fetches nothing until it goes on, also after a restart', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 2)
  const [reader, other] = [await network.open('reader'), await network.open('other')]
  for (const node of [reader, other]) {
    await node.client.subscribe({ body: { address: newsletter } })
    await untilComplete(node, newsletter, 2)
  }
  const subscription = { params: { newsletter } }
  t.match(await reader.client.changeSubscription({ ...subscription, body: { paused: true } }), { paused: true, progress: { state: 'paused', issues: { ready: 2 } } })
  const [third] = await publishIssues(author, newsletter, 1, 3)
  await untilComplete(other, newsletter, 3)
  t.match(await reader.client.getSubscription(subscription), { progress: { state: 'paused', peers: 0, issues: { known: 2 } } })
  await reader.restart()
  t.match(await reader.client.getSubscription(subscription), { paused: true, progress: { state: 'paused', issues: { known: 2, ready: 2 } } })
  t.match(await reader.client.getNewsletter(subscription), { role: 'subscribed', paused: true })
  t.equal((await inbox(reader)).length, 2, 'what is here can be read')
  await reader.client.getIssueContent({ params: { issue: (await inbox(reader))[0]!.ref } })
  t.match(await reader.client.reindex(), { issues: 2 }, 'the library is built anew from what is here')

  t.match(await reader.client.changeSubscription({ ...subscription, body: { paused: false } }), { paused: false })
  await untilComplete(reader, newsletter, 3)
  t.match(await reader.client.getIssue({ params: { issue: third! } }), { issue: { state: 'ready' } })
})

t.test('who ends a subscription keeps what is here, or gets the disk back', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  const folder = join(network.folder, 'heavy')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Heavy\n\n[The film](film.bin)\n')
  await writeFile(join(folder, 'film.bin'), randomBytes(20_000_000))
  const { ref, sizeBytes } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  const light = await createNewsletter(author, 'Light')
  await publishIssues(author, light, 3)
  const reader = await network.open('reader')
  for (const [address, issues] of [[newsletter, 1], [light, 3]] as const) {
    await reader.client.subscribe({ body: { address } })
    await untilComplete(reader, address, issues)
  }
  await reader.client.saveIssue({ params: { issue: ref }, body: { saved: true } })

  t.same(await reader.client.unsubscribe({ params: { newsletter }, query: { keep: true } }), { newsletter, kept: true, freedBytes: 0 })
  await publishIssues(author, newsletter, 1, 2)
  await reader.restart()
  t.match(await reader.client.getNewsletter({ params: { newsletter } }), { role: 'unsubscribed', title: 'Heavy', issues: { total: 1, ready: 1 } })
  await t.rejects(reader.client.getSubscription({ params: { newsletter } }), { code: 'NEWSLETTER_NOT_FOUND' })
  t.same((await reader.client.listSubscriptions()).subscriptions.map(({ title }) => title), ['Light'])
  t.equal((await inbox(reader)).length, 3, 'it is in the inbox no longer')
  t.same((await inbox(reader, { saved: true })).map(issue => issue.ref), [ref], 'what was saved stays in its list')
  t.match(await reader.client.verifyIssue({ params: { issue: ref } }), { verified: true })

  const store = join(reader.home, 'store')
  const before = await folderBytes(store)
  const ended = await reader.client.unsubscribe({ params: { newsletter } })
  const after = await folderBytes(store)
  t.ok(before - after > 0.9 * sizeBytes, `the store became smaller by ${before - after} bytes`)
  t.ok(Math.abs(ended.freedBytes - (before - after)) < 100_000, `and that is what was told: ${ended.freedBytes}`)
  await t.rejects(reader.client.getNewsletter({ params: { newsletter } }), { code: 'NEWSLETTER_NOT_FOUND' })
  await untilComplete(reader, light, 3)
  t.match(await reader.client.verifyIssue({ params: { issue: (await inbox(reader))[0]!.ref } }), { verified: true }, 'the others are as they were')

  await reader.client.subscribe({ body: { address: newsletter } })
  const again = await untilProgress(reader, newsletter, 'both issues are here', ({ state, issues }) => state === 'upToDate' && issues.ready === 2)
  t.equal(again.progress.arriving, null)
  t.equal((await inbox(reader, { saved: true })).length, 1, 'the marks were kept')
})

t.test('progress names the newest issue that is on its way, and its parts', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  const folder = join(network.folder, 'heavy')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Heavy\n\n[One](one.bin) [Two](two.bin)\n')
  await writeFile(join(folder, 'one.bin'), randomBytes(1_000_000))
  await writeFile(join(folder, 'two.bin'), randomBytes(40_000_000))
  const { ref, sizeBytes } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  const { progress: { arriving } } = await untilProgress(reader, newsletter, 'some of it is here', ({ arriving }) => (arriving?.haveBytes ?? 0) > 0)
  await author.stop()
  t.match(arriving, { ref, title: 'Heavy', parts: 3, sizeBytes })
  t.ok(arriving!.haveParts > 0, 'its text comes before its files')
  await reader.restart()
  const { progress } = await untilProgress(reader, newsletter, 'what is here was counted', ({ arriving }) => arriving !== null)
  const { issue } = await reader.client.getIssue({ params: { issue: ref } })
  t.match(progress, { state: 'alone', arriving: { title: 'Heavy', haveParts: issue.haveParts, haveBytes: issue.haveBytes } })
  t.ok(issue.haveParts < 3 && issue.haveBytes >= arriving!.haveBytes && issue.haveBytes < sizeBytes, 'an issue and its subscription tell the same')
  await author.restart()
  await untilComplete(reader, newsletter, 1)
  t.match(await reader.client.getIssue({ params: { issue: ref } }), { issue: { haveParts: 3, haveBytes: sizeBytes } })
})

t.test('a node tells who is connected for what, and what takes the room on its disk', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const folder = join(network.folder, 'heavy')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Heavy\n\n[The film](film.bin)\n')
  await writeFile(join(folder, 'film.bin'), randomBytes(3_000_000))
  const { sizeBytes } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  const reader = await network.open('reader')
  t.same(await reader.client.listPeers(), { peers: [], downBytes: 0, upBytes: 0 })
  const events = await listen(t, reader)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)

  const told = await events.until('peersChanged', ({ peers }) => peers.some(({ downBytes }) => downBytes > sizeBytes))
  const [here] = told.peers
  t.match(here, { key: /^[0-9a-f]{64}$/, host: '127.0.0.1', newsletters: [newsletter] })
  t.ok(here!.upBytes > 0 && Date.parse(here!.since) <= Date.now())
  const { peers: [there] } = await author.client.listPeers()
  t.not(there!.outgoing, here!.outgoing, 'one of the two called')
  t.ok(there!.upBytes > sizeBytes, 'what one gave the other got')

  const storage = await reader.client.getStorage()
  t.same(storage.newsletters, [{ newsletter, title: 'The Long Road', role: 'subscribed', issues: { total: 1, ready: 1 }, haveBytes: sizeBytes, knownBytes: sizeBytes }])
  t.ok(storage.home.storeBytes > sizeBytes && storage.home.libraryBytes > 0)
  t.ok(storage.home.totalBytes >= storage.home.storeBytes + storage.home.libraryBytes + storage.home.draftsBytes)
  t.ok(storage.disk.freeBytes > 0 && storage.disk.freeBytes <= storage.disk.totalBytes)

  await author.stop()
  await events.until('peersChanged', ({ peers, downBytes }) => peers.length === 0 && downBytes > sizeBytes)
})
