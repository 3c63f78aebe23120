import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Issue } from '../../shared/api/issues.ts'
import { EVERYTHING, type Policy } from '../../shared/api/policies.ts'
import type { Preparation } from '../../shared/api/preparing.ts'
import { folderBytes } from '../../shared/folder-bytes.ts'
import { createNewsletter, publishIssues, type TestNetwork, testNetwork, type TestNode, untilProgress } from '../support/network.ts'
import { onePixelPng } from '../support/pictures.ts'
import { run } from '../support/processes.ts'
import { until } from '../support/until.ts'

const PICTURE_BYTES = 1_000_000
const FILM_BYTES = 2_000_000

/** Issues of a text, a picture and a film, the oldest first; gives their refs. */
async function publishIllustrated ({ client }: TestNode, network: TestNetwork, newsletter: string, count: number): Promise<string[]> {
  const refs: string[] = []
  for (let i = 1; i <= count; i++) {
    const folder = join(network.folder, `illustrated-${newsletter.slice(0, 5)}-${i}`)
    await mkdir(folder)
    await writeFile(join(folder, 'index.md'), `# Issue ${i}\n\n![A boat](boat.png)\n\n[The film](film.bin)\n`)
    await writeFile(join(folder, 'boat.png'), Buffer.concat([onePixelPng, randomBytes(PICTURE_BYTES - onePixelPng.length)]))
    await writeFile(join(folder, 'film.bin'), randomBytes(FILM_BYTES))
    refs.push((await client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })).ref)
  }
  return refs
}

async function untilHeld (node: TestNode, newsletter: string, states: Issue['state'][]): Promise<Issue[]> {
  let last: Issue[] = []
  return await until(`the issues are ${states.join(', ')}`, async () => {
    last = (await node.client.listIssues({ params: { newsletter }, query: {} })).issues
    return last.map(({ state }) => state).join() === states.join() ? last : null
  }, () => last.map(({ title, state, haveParts }) => [title, state, haveParts]))
}

async function untilPrepared ({ client }: TestNode, fact: string, reached: (preparation: Preparation) => boolean): Promise<Preparation> {
  let last: Preparation | null = null
  return await until(fact, async () => {
    last = (await client.getPreparation()).preparation
    return last && reached(last) ? last : null
  }, () => last)
}

t.test('a policy says before what it frees and fetches, and that is what the disk becomes', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Illustrated')
  const refs = await publishIllustrated(author, network, newsletter, 4)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  const params = { newsletter }
  await untilHeld(reader, newsletter, ['ready', 'ready', 'ready', 'ready'])
  await reader.client.saveIssue({ params: { issue: refs[0]! }, body: { saved: true } })
  const set = async (t: Test, change: Partial<Policy>, states: Issue['state'][]): Promise<{ freesBytes: number, fetchesBytes: number }> => {
    const policy = { ...EVERYTHING, ...change }
    const promised = await reader.client.previewPolicy({ params, body: policy })
    const before = await folderBytes(join(reader.home, 'store'))
    const { effect, freedBytes } = await reader.client.setPolicy({ params, body: policy })
    t.same(effect, promised, 'the effect is what was told before')
    if (promised.fetchesBytes === 0) {
      const freed = before - await folderBytes(join(reader.home, 'store'))
      // Rewritten, the store may lose some that was left from writing it, too.
      t.ok(freed > 0.95 * promised.freesBytes && freed < promised.freesBytes + 1_000_000, `${promised.freesBytes} bytes were promised, the folder became smaller by ${freed}`)
      t.ok(Math.abs(freed - freedBytes) < 100_000, `and ${freedBytes} were told`)
    }
    await untilHeld(reader, newsletter, states)
    t.match(await reader.client.previewPolicy({ params, body: policy }), { freesBytes: 0, fetchesBytes: 0 }, 'then there is nothing left to do')
    return promised
  }

  await t.test('attachments on request', async t => {
    const { freesBytes } = await set(t, { attachments: 'onRequest' }, ['partial', 'partial', 'partial', 'ready'])
    t.equal(freesBytes, 3 * FILM_BYTES, 'the saved one stays whole')
    const { issues: [newest] } = await reader.client.listIssues({ params, query: {} })
    t.match(newest, { haveParts: 2, parts: 3, wantedParts: 2, wantedBytes: newest!.haveBytes })
    t.match((await reader.client.getIssueContent({ params: { issue: newest!.ref }, query: { format: 'html' } })).content, /boat\.png/, 'its picture is shown')
    t.match(await reader.client.verifyIssue({ params: { issue: newest!.ref } }), { verified: false, problem: { code: 'NOT_COMPLETE' } })
    await t.rejects(reader.client.exportIssue({ params: { issue: newest!.ref }, body: { path: join(network.folder, 'out') } }), { code: 'NOT_COMPLETE' })
    t.match(await reader.client.getSubscription({ params }), { progress: { state: 'upToDate', issues: { known: 4, ready: 1, partial: 3 } } })
  })
  await t.test('text only, and the newest two', async t => {
    const { freesBytes } = await set(t, { content: 'textOnly', last: 2 }, ['partial', 'partial', 'removed', 'ready'])
    t.ok(freesBytes > 3 * PICTURE_BYTES && freesBytes < 3 * PICTURE_BYTES + 100_000)
    const [newest] = (await reader.client.listIssues({ params, query: {} })).issues
    t.match(newest, { haveParts: 1 })
    const { content } = await reader.client.getIssueContent({ params: { issue: newest!.ref }, query: { format: 'html' } })
    t.notMatch(content, /<img/, 'what is not here is not shown')
    t.match(await reader.client.getInbox({ query: { unread: true } }), { total: 3 }, 'a text that is here is there to be read')
    t.match(await reader.client.searchIssues({ query: { q: 'boat', limit: 10 } }).catch(() => null), { results: Array })
  })
  await t.test('one that is asked for comes whole, and stays through all', async t => {
    const [newest] = (await reader.client.listIssues({ params, query: {} })).issues
    await reader.client.fetchIssue({ params: { issue: newest!.ref }, body: { fetched: true } })
    await untilHeld(reader, newsletter, ['ready', 'partial', 'removed', 'ready'])
    await reader.restart()
    t.match((await reader.client.getSubscription({ params })).policy, { content: 'textOnly', last: 2 }, 'the policy outlives a restart')
    await reader.client.fetchIssue({ params: { issue: newest!.ref }, body: { fetched: false } })
    await untilHeld(reader, newsletter, ['partial', 'partial', 'removed', 'ready'])
  })
  await t.test('a cap of the disk', async t => {
    await set(t, {}, ['ready', 'ready', 'ready', 'ready'])
    const each = PICTURE_BYTES + FILM_BYTES + 60_000
    const { freesBytes } = await set(t, { maxDiskBytes: 2 * each }, ['ready', 'removed', 'removed', 'ready'])
    t.ok(freesBytes > 2 * (PICTURE_BYTES + FILM_BYTES))
    await publishIllustratedNewest(author, network, newsletter)
    await untilHeld(reader, newsletter, ['ready', 'removed', 'removed', 'removed', 'ready'])
    await reader.client.saveIssue({ params: { issue: refs[0]! }, body: { saved: false } })
    t.comment('what is saved no longer has to make room like the others')
    await untilHeld(reader, newsletter, ['ready', 'ready', 'removed', 'removed', 'removed'])
  })
  await t.test('texts first', async t => {
    await set(t, { content: 'textFirst' }, ['ready', 'ready', 'ready', 'ready', 'ready'])
    await t.rejects(reader.client.setPolicy({ params: { newsletter: 'nothing' }, body: EVERYTHING }), { code: 'NEWSLETTER_NOT_FOUND' })
    const keeper = { params: { newsletter } }
    await reader.client.keepNewsletter({ body: { address: newsletter } })
    await t.rejects(reader.client.setPolicy({ ...keeper, body: { ...EVERYTHING, last: 1 } }), { code: 'CONFLICT', message: /promised to keep/ })
  })
})

async function publishIllustratedNewest ({ client }: TestNode, network: TestNetwork, newsletter: string): Promise<void> {
  const folder = join(network.folder, 'newest')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Newest\n\n[The film](film.bin)\n')
  await writeFile(join(folder, 'film.bin'), randomBytes(PICTURE_BYTES + FILM_BYTES))
  await client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
}

t.test('before a journey everything unread is fetched, and what can not be had is told with its reason', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const [newsletter, other] = [await createNewsletter(author, 'The Long Road'), await createNewsletter(author, 'Illustrated')]
  await publishIssues(author, newsletter, 2)
  const refs = await publishIllustrated(author, network, other, 2)
  const reader = await network.open('reader')
  t.same(await reader.client.getPreparation(), { preparation: null })
  for (const address of [newsletter, other]) await reader.client.subscribe({ body: { address } })
  await reader.client.setPolicy({ params: { newsletter: other }, body: { ...EVERYTHING, content: 'textOnly' } })
  await reader.client.prepare({ body: {} })
  const first = await untilPrepared(reader, 'all that policies want is here', ({ isDone }) => isDone)
  t.match(first, { issues: { unread: 4, ready: 2 }, toGoBytes: 0, unheard: [] })
  t.same(first.missing.map(({ title, reason, haveParts }) => [title, reason, haveParts]), [['Issue 2', 'policy', 1], ['Issue 1', 'policy', 1]])
  await reader.client.markIssue({ params: { issue: refs[0]! }, body: { read: true } })
  await reader.client.prepare({ body: { newsletters: ['Illustrated'], whole: true } })
  t.match(await untilPrepared(reader, 'the unread one is whole', ({ isDone }) => isDone), { issues: { unread: 1, ready: 1 }, missing: [] })
  await untilHeld(reader, other, ['ready', 'partial'])

  await author.stop()
  await untilProgress(reader, other, 'nobody is connected', ({ peers }) => peers === 0)
  await reader.restart()
  await reader.client.fetchIssue({ params: { issue: refs[0]! }, body: { fetched: true } })
  await reader.client.markIssue({ params: { issue: refs[0]! }, body: { read: false } })
  await reader.client.changeSubscription({ params: { newsletter }, body: { paused: true } })
  await reader.client.prepare({ body: {} })
  const alone = await untilPrepared(reader, 'it is told that nobody is there', ({ missing }) => missing[0]?.reason === 'alone')
  t.match(alone, { isDone: false, isStuck: true, issues: { unread: 4, ready: 3 }, missing: [{ title: 'Issue 1', parts: 3, haveParts: 1 }] })
  t.ok(alone.toGoBytes > PICTURE_BYTES + FILM_BYTES - 10_000)
  t.same(alone.unheard.map(({ title, paused }) => [title, paused]).sort(), [['Illustrated', false], ['The Long Road', true]])
  const besides = await reader.client.prepare({ body: { newsletters: ['The Long Road'] } })
  t.match(besides, { isDone: true, issues: { unread: 2, ready: 2 }, unheard: [{ title: 'The Long Road', paused: true }] }, 'what is paused is waited for by nobody')
  await reader.stop()
  const prepared = await run(['prepare', 'Illustrated', '--timeout', '0.5', '--home', reader.home, '--bootstrap', network.addresses, '--bind', '127.0.0.1'])
  t.match(prepared, { code: 75, stdout: /1 of 2 unread issues ready, 3\.0 MB to go; nobody/, stderr: /Issue 1 \(Illustrated\): nobody who has its newsletter is connected; 1 of 3 parts, 3\.0 MB to go/ })
  await author.restart()
  const again = await run(['prepare', 'Illustrated', '--home', reader.home, '--bootstrap', network.addresses, '--bind', '127.0.0.1'])
  t.match(again, { code: 0, stdout: /Everything unread is ready offline: 2 issues/ })
  const looked = await run(['policy', 'Illustrated', '--last', '1', '--dry-run', '--home', reader.home])
  t.match(looked, { code: 0, stdout: /the newest issue, text only/, stderr: /frees|nothing/ })
})
