import { randomBytes } from 'node:crypto'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Subscriber } from '../../subscriber/subscriber.ts'
import { verifyFolder } from '../../subscriber/verification/verify-folder.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import { fullDisk } from '../support/full-disk.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete, untilProgress } from '../support/network.ts'

/** A PNG of one pixel. What comes after its end does not matter to anyone. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

t.test('a newcomer gets everything from readers while the author is off, and reads it offline', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const folder = join(network.folder, 'with-picture')
  await mkdir(folder)
  const picture = Buffer.concat([PIXEL, randomBytes(200_000)])
  await writeFile(join(folder, 'harbour.png'), picture)
  await writeFile(join(folder, 'index.md'), '# By sea\n\n![The harbour](harbour.png)\n\nThe *boat* came.\n')
  await publishIssues(author, newsletter, 3)
  const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })

  const first = await network.open('first')
  const second = await network.open('second')
  await first.client.subscribe({ body: { address: `colporteur://${newsletter}` } })
  await second.client.subscribe({ body: { address: newsletter } })
  await untilComplete(first, newsletter, 4)
  await untilComplete(second, newsletter, 4)
  await author.stop()

  const newcomer = await network.open('newcomer')
  await newcomer.client.subscribe({ body: { address: newsletter } })
  const { title } = await untilComplete(newcomer, newsletter, 4)
  t.equal(title, 'The Long Road')
  await first.stop()
  await second.stop()

  const { issues, total } = await newcomer.client.getInbox({})
  t.equal(total, 4)
  t.same(issues.map(issue => issue.state), ['ready', 'ready', 'ready', 'ready'])
  t.same(issues.map(issue => issue.title), ['By sea', 'Issue 3', 'Issue 2', 'Issue 1'], 'newest first')
  t.same(issues.map(issue => issue.number), [4, 3, 2, 1])
  t.match(await newcomer.client.getIssueContent({ params: { issue: ref }, query: { format: 'text' } }), { content: /The boat came/ })
  t.match(await newcomer.client.verifyIssue({ params: { issue: ref } }), { verified: true, problem: null, title: 'By sea' })

  const { path } = await newcomer.client.openIssue({ params: { issue: ref } })
  const page = await newcomer.node.app.inject({ url: path, headers: { host: 'localhost' } })
  t.equal(page.statusCode, 200)
  const [, source] = /<img[^>]* src="([^"]+)"/.exec(page.payload) ?? []
  const file = await newcomer.node.app.inject({ url: new URL(source!.replaceAll('&amp;', '&'), `http://localhost${path}`).href, headers: { host: 'localhost' } })
  t.ok(file.rawPayload.equals(picture), 'the picture comes from the newcomer\'s own copy')

  const exported = join(network.folder, 'exported')
  await newcomer.client.exportIssue({ params: { issue: ref }, body: { path: exported } })
  t.match(await verifyFolder(exported, newsletter), { verified: true })
  await writeFile(join(exported, 'body.md'), 'Somebody else\'s text.')
  t.match(await verifyFolder(exported, newsletter), { verified: false, problem: { code: 'BAD_HASH' } })
})

t.test('an issue published while readers are connected comes to all of them', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const reader = await network.open('reader')
  const newsletter = await createNewsletter(author, 'News')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilProgress(reader, newsletter, 'the newsletter is known', ({ state }) => state === 'upToDate')
  await publishIssues(author, newsletter, 2)
  await untilComplete(reader, newsletter, 2)
  await author.client.describeNewsletter({ params: { newsletter }, body: { title: 'Better news' } })
  await untilProgress(reader, newsletter, 'the new title has come', () => true)
  t.match(await author.client.getNewsletter({ params: { newsletter } }), { title: 'Better news', authors: ['An author'], issues: { total: 2, ready: 2 } })
})

t.test('a reader stopped in the middle of a download goes on at the block', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  const folder = join(network.folder, 'heavy')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Heavy\n\n[The film](film.bin)\n')
  await writeFile(join(folder, 'film.bin'), randomBytes(40_000_000))
  const { ref, sizeBytes } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })

  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilProgress(reader, newsletter, 'some of it is here', ({ bytes }) => bytes.have > 1_000_000)
  await reader.stop()
  await author.stop()
  await reader.restart()
  const alone = await untilProgress(reader, newsletter, 'the reader counts what it has', ({ bytes }) => bytes.have > 0)
  t.equal(alone.progress.state, 'alone', 'it says that something is missing and nobody is there')
  t.ok(alone.progress.bytes.have < sizeBytes, 'it was stopped in the middle')
  t.equal((await reader.client.getIssue({ params: { issue: ref } })).issue.state, 'downloading')
  await t.rejects(reader.client.getIssueContent({ params: { issue: ref } }), { code: 'NOT_COMPLETE' })

  await author.restart()
  await untilComplete(reader, newsletter, 1)
})

t.test('a reader whose peer dies in the middle of a download goes on with another', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  const folder = join(network.folder, 'heavy')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Heavy\n\n[The film](film.bin)\n')
  await writeFile(join(folder, 'film.bin'), randomBytes(40_000_000))
  await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  const carrier = await network.open('carrier')
  await carrier.client.subscribe({ body: { address: newsletter } })
  await untilComplete(carrier, newsletter, 1)
  await carrier.stop()

  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilProgress(reader, newsletter, 'some of it is here', ({ bytes }) => bytes.have > 1_000_000)
  await author.stop()
  const { progress } = await reader.client.getSubscription({ params: { newsletter } })
  t.ok(progress.issues.ready === 0, 'the author went in the middle')
  await carrier.restart()
  await untilComplete(reader, newsletter, 1)
})

t.test('two newsletters on one node, written and read at once', async t => {
  const network = await testNetwork(t)
  const [ann, ben] = [await network.open('ann'), await network.open('ben')]
  const [hers, his] = [await createNewsletter(ann, 'Hers'), await createNewsletter(ben, 'His')]
  const other = await createNewsletter(ann, 'Her other one')
  await publishIssues(ann, hers, 2)
  await publishIssues(ann, other, 3)
  await publishIssues(ben, his, 1)
  await ben.client.subscribe({ body: { address: hers } })
  await ben.client.subscribe({ body: { address: other } })
  await ann.client.subscribe({ body: { address: his } })
  await untilComplete(ben, hers, 2)
  await untilComplete(ben, other, 3)
  await untilComplete(ann, his, 1)
  const { newsletters } = await ben.client.listNewsletters()
  t.same(newsletters.map(({ title, role }) => [title, role]).sort(), [['Her other one', 'subscribed'], ['Hers', 'subscribed'], ['His', 'own']])

  await ben.client.unsubscribe({ params: { newsletter: 'Hers' } })
  t.equal((await ben.client.getInbox({})).total, 3)
  await t.rejects(ben.client.getNewsletter({ params: { newsletter: hers } }), { code: 'NEWSLETTER_NOT_FOUND' })
  await ben.client.subscribe({ body: { address: hers } })
  await untilComplete(ben, hers, 2)
})

t.test('of texts with one name and date, the second is told of, and the first stays what it is', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Old news')
  const folder = join(network.folder, 'issues')
  await mkdir(join(folder, '2020-01-01-x'), { recursive: true })
  await writeFile(join(folder, '2020-01-01-x.md'), '# One\n\nFirst.\n')
  await writeFile(join(folder, '2020-01-01-x', 'index.md'), '# Two\n\nSecond.\n')
  const imported = (): ReturnType<typeof author.client.importIssues> => author.client.importIssues({ params: { newsletter }, body: { path: folder } })
  const failed = [{ name: '2020-01-01-x', code: 'CONFLICT', reason: /name and date/ }]
  t.match(await imported(), { published: 1, already: 0, failed })
  t.match(await imported(), { published: 0, already: 1, failed })
  const { issues: [issue] } = await author.client.listIssues({ params: { newsletter }, query: {} })
  const params = { issue: issue!.ref }
  await author.client.correctIssue({ params, body: { source: { markdown: '# Better\n\nThird.\n' }, change: 'update' } })
  t.match(await imported(), { published: 0, already: 1, failed }, 'what was corrected since is there')
  await author.client.retractIssue({ params, body: { note: 'It is wrong.' } })
  t.match(await imported(), { published: 0, already: 1, failed }, 'and what was withdrawn')
})

t.test('an import that ends before its time makes safe what went out, and says how much did', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Old news')
  const folder = join(network.folder, 'issues')
  await mkdir(folder)
  for (const day of [1, 2, 3]) await writeFile(join(folder, `2024-01-0${day}.md`), `# Day ${day}\n\nText.\n`)
  const { append } = DriveWriter.prototype
  t.teardown(() => { DriveWriter.prototype.append = append })
  let written = 0
  DriveWriter.prototype.append = async function (files) {
    if (++written === 3) throw new Error('ENOSPC: no space left on device')
    await append.call(this, files)
  }
  const asked = fullDisk(t, 0)
  const imported = (): ReturnType<typeof author.client.importIssues> => author.client.importIssues({ params: { newsletter }, body: { path: folder } })
  await t.rejects(imported(), { code: 'DISK_FULL', message: /^2 of 3 issues were published/ })
  t.equal(asked(), 1)
  t.same((await author.client.listIssues({ params: { newsletter }, query: {} })).issues.map(({ title }) => title), ['Day 2', 'Day 1'])
  t.match(await imported(), { published: 1, already: 2, failed: [] })
})

t.test('an import whose issues could not be made safe says so, whatever else is wrong then', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Old news')
  const folder = join(network.folder, 'issues')
  await mkdir(folder)
  for (const day of [1, 2, 3]) await writeFile(join(folder, `2024-01-0${day}.md`), `# Day ${day}\n\nText.\n`)
  const { append } = DriveWriter.prototype
  const { caughtUp } = Subscriber.prototype
  t.teardown(() => {
    DriveWriter.prototype.append = append
    Subscriber.prototype.caughtUp = caughtUp
  })
  let [written, isFull] = [0, true]
  DriveWriter.prototype.append = async function (files) {
    if (isFull && ++written >= 3) throw new Error('ENOSPC: no space left on device')
    await append.call(this, files)
  }
  Subscriber.prototype.caughtUp = async function (...args) {
    if (isFull && written >= 3) throw new Error('The library fails, too.')
    await caughtUp.apply(this, args)
  }
  fullDisk(t, 2)
  const imported = (): ReturnType<typeof author.client.importIssues> => author.client.importIssues({ params: { newsletter }, body: { path: folder } })
  await t.rejects(imported(), { code: 'DISK_FULL', message: /^2 of 3 issues were written, and are not safe yet.*: do the same again\. The disk is full/ })
  isFull = false
  fullDisk(t, 2)
  await rm(join(folder, '2024-01-03.md'))
  await t.rejects(imported(), { code: 'DISK_FULL', message: /not safe yet/ }, 'also where nothing new is written')
  const asked = fullDisk(t, 1)
  t.match(await imported(), { published: 0, already: 2, failed: [] }, 'what is safe when that is tried once more is no failure')
  t.equal(asked(), 2)
})

t.test('what is there already when much is imported costs nothing more to be made safe', { timeout: 120_000 }, async t => {
  const network = await testNetwork(t)
  const author = await network.open('author', { network: false })
  const newsletter = await createNewsletter(author, 'Old news')
  const folder = join(network.folder, 'issues')
  await mkdir(folder)
  const write = async (year: number, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await writeFile(join(folder, `${year}-01-01-${String(i).padStart(2, '0')}.md`), `# ${year}, ${i}\n\nText.\n`)
  }
  const imported = (): ReturnType<typeof author.client.importIssues> => author.client.importIssues({ params: { newsletter }, body: { path: folder } })
  await write(2025, 5)
  t.match(await imported(), { published: 5 })
  await write(2024, 63)
  const asked = fullDisk(t, 0)
  t.match(await imported(), { published: 63, already: 5 })
  t.equal(asked(), 1)
})

t.test('what is published again is not published twice, and the library can be built anew', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Old news')
  const folder = join(network.folder, 'issues')
  await mkdir(folder)
  for (const [name, text] of [['2024-01-02-b', 'Second'], ['2024-01-01-a', 'First'], ['2024-01-03-c', 'Third']]) {
    await writeFile(join(folder, `${name}.md`), `# ${text}\n\nText of ${name}.\n`)
  }
  await symlink(join(folder, '2024-01-02-b.md'), join(folder, '2024-01-04-linked.md'))
  const imported = await author.client.importIssues({ params: { newsletter }, body: { path: folder } })
  t.match(imported, { published: 3, already: 0, failed: [], notes: [/symbolic links.*: 2024-01-04-linked\.md\.$/] })
  t.match(await author.client.importIssues({ params: { newsletter }, body: { path: folder } }), { published: 0, already: 3 })
  await author.restart()
  t.match(await author.client.importIssues({ params: { newsletter }, body: { path: folder } }), { published: 0, already: 3 })
  t.match(await author.client.publishIssue({ params: { newsletter }, body: { source: { path: join(folder, '2024-01-01-a.md') } } }), { outcome: 'already', number: 1 })
  t.match(await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# New' }, dryRun: true } }), { outcome: 'dryRun', number: 4 })

  const before = await author.client.listIssues({ params: { newsletter }, query: {} })
  t.same(before.issues.map(({ title, number }) => [title, number]), [['Third', 3], ['Second', 2], ['First', 1]])
  await author.client.markIssue({ params: { issue: before.issues[0]!.id }, body: { read: true } })
  t.match(await author.client.reindex(), { newsletters: 1, issues: 3 })
  const after = await author.client.listIssues({ params: { newsletter }, query: {} })
  t.same(after.issues.map(({ ref, state, read }) => [ref, state, read]), before.issues.map(({ ref, state }, i) => [ref, state, i === 0]))
})
