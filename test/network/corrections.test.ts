import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Issue } from '../../shared/api/issues.ts'
import { EVERYTHING, type Policy } from '../../shared/api/policies.ts'
import { type NewNewsletter, newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { issuePath } from '../../shared/format/paths.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { RootDocument } from '../../shared/format/root-document.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { blocksOf, type NewFile } from '../../shared/network/drive-writer.ts'
import type { HostileAuthor } from '../support/hostile-author.ts'
import { joinHostile } from '../support/join-hostile.ts'
import { type TestNetwork, type TestNode, testNetwork, untilComplete, untilProgress } from '../support/network.ts'
import { appendRawIssue } from '../support/raw-index.ts'
import { bytesOf } from '../support/store-bytes.ts'
import { idOf, openAuthor } from '../support/two-histories.ts'
import { until } from '../support/until.ts'

/** How many blocks of the files an issue of one revision has that come before those named `at`. */
const OWN_BLOCKS = 3

interface File { name: string, type: string, bytes: Buffer, at?: number }

/** A revision of an issue with files; those with `at` are so many blocks behind the others, where there is nothing as yet. */
async function publish (author: HostileAuthor, manifest: Partial<IssueManifest>, files: File[]): Promise<void> {
  const id = idOf('a')
  const { blobs } = await author.heads()
  const written = files.map(({ name, bytes, at }): NewFile => {
    const path = issuePath(id, `files/${name}`)
    return at === undefined
      ? { path, blocks: () => blocksOf(bytes) }
      : { path, pointer: { blockOffset: blobs + OWN_BLOCKS + at, blockLength: 1, byteOffset: 0, byteLength: bytes.length } }
  })
  const named = files.map(({ name, type, bytes }) => ({ path: `files/${name}`, type, size: bytes.length, blake2b: blake2b256Hex(bytes), alt: '' }))
  await author.publish(id, { manifest: { ...manifest, files: named }, files: written })
}

const FIRST: Partial<IssueManifest> = { title: 'First' }
const SECOND: Partial<IssueManifest> = { title: 'Second', revision: 2, change: 'correction', previous: '0'.repeat(64), note: 'It was wrong.' }
const film = (at?: number): File => ({ name: 'film.bin', type: 'application/octet-stream', bytes: randomBytes(1000), ...at !== undefined && { at } })

/** Reads a newsletter that has no issue as yet. */
async function readerOf (network: TestNetwork, { address }: HostileAuthor, policy: Partial<Policy>): Promise<TestNode> {
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address } })
  await reader.client.setPolicy({ params: { newsletter: address }, body: { ...EVERYTHING, ...policy } })
  return reader
}

async function untilIssue ({ client }: TestNode, newsletter: string, fact: string, reached: (issue: Issue) => boolean): Promise<Issue> {
  let last: Issue | undefined
  return await until(fact, async () => {
    last = (await client.listIssues({ params: { newsletter }, query: {} })).issues[0]
    return last && reached(last) ? last : null
  }, () => last)
}

t.test('a correction comes while a file of what it corrects is on its way, and what nobody has is waited for no longer', async t => {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author', newNewsletter('News'))
  const reader = await readerOf(network, author, { content: 'textFirst' })
  await publish(author, FIRST, [film(1_000_000)])
  await untilIssue(reader, author.address, 'its text is here', ({ state }) => state === 'partial')
  await untilProgress(reader, author.address, 'its film is on its way', ({ arriving, state }) => arriving?.title === 'First' && state === 'downloading')
  await publish(author, SECOND, [])
  t.match(await untilIssue(reader, author.address, 'the correction is here', ({ title, state }) => title === 'Second' && state === 'ready'), { revision: 2 })
  await untilComplete(reader, author.address, 1)
})

t.test('a correction goes on coming when all of what it corrects is asked for, and is missing until then', async t => {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author', newNewsletter('News'))
  const { address } = author
  const reader = await readerOf(network, author, { attachments: 'onRequest' })
  await publish(author, FIRST, [film()])
  const { ref, haveBytes } = await untilIssue(reader, address, 'its text is here', ({ state }) => state === 'partial')
  await untilProgress(reader, address, 'nothing is missing', ({ state }) => state === 'upToDate')
  const map: File = { name: 'map.png', type: 'image/png', bytes: randomBytes(500), at: 1 }
  await publish(author, SECOND, [film(), map])
  const { progress } = await untilProgress(reader, address, 'the correction is on its way', ({ arriving }) => arriving?.title === 'Second')
  t.match(progress, { state: 'downloading', arriving: { haveParts: 1, parts: 2 } }, 'its text and its map are wanted')
  t.ok(progress.bytes.known > progress.bytes.have && progress.bytes.have > haveBytes, 'its bytes count')
  t.match(await reader.client.getIssue({ params: { issue: ref } }), { issue: { title: 'First', haveBytes } }, 'the first says what is here of it')

  await reader.client.fetchIssue({ params: { issue: ref }, body: { fetched: true } })
  await untilIssue(reader, address, 'all of the first is here', ({ title, state }) => title === 'First' && state === 'ready')
  // It may just have begun anew, which says for a moment that less of it is here.
  const later = await untilProgress(reader, address, 'the correction goes on coming, with all of it', ({ arriving }) => arriving?.haveParts === 2)
  t.match(later.progress, { state: 'downloading', arriving: { title: 'Second', haveParts: 2, parts: 3 } })
  await author.appendRaw([], [map.bytes])
  t.match(await untilIssue(reader, address, 'the correction is here', ({ title }) => title === 'Second'), { state: 'ready', haveParts: 3 })
  await untilComplete(reader, address, 1)
})

/** An issue of the hostile author that a reader and a second writer have, and a correction by the author that lacks its film. */
async function betweenTwoWriters (t: Test): Promise<{ author: HostileAuthor, second: TestNode, reader: TestNode, ref: string, late: File }> {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author', newNewsletter('News'))
  const [reader, second] = [await readerOf(network, author, {}), await network.open('second')]
  await second.client.subscribe({ body: { address: author.address } })
  await publish(author, FIRST, [])
  const { ref } = await untilIssue(reader, author.address, 'the first is here', ({ state }) => state === 'ready')
  await untilComplete(second, author.address, 1)
  await joinHostile(author, second)
  const late = film(0)
  await publish(author, SECOND, [late])
  await untilProgress(reader, author.address, 'the correction is on its way', ({ arriving }) => arriving?.title === 'Second')
  return { author, second, reader, ref, late }
}

/** What has been missing comes now, and one issue more. */
async function come (author: HostileAuthor, late: File, reader: TestNode): Promise<void> {
  await author.appendRaw([], [late.bytes])
  await appendRawIssue(author, idOf('b'), { manifest: { publishedAt: '2025-01-01T00:00:00.000Z' } })
  await untilComplete(reader, author.address, 2)
}

t.test('a correction that comes late does not take the place of a newer one by another writer, and is missing no longer', async t => {
  const { author, second, reader, ref, late } = await betweenTwoWriters(t)
  for (const title of ['Third', 'Fourth']) await second.client.correctIssue({ params: { issue: ref }, body: { source: { markdown: `# ${title}\n\nText.\n` }, change: 'correction' } })
  await untilIssue(reader, author.address, 'the newer one is here', ({ title, state }) => title === 'Fourth' && state === 'ready')
  await come(author, late, reader)
  t.match(await reader.client.getIssue({ params: { issue: ref } }), { issue: { title: 'Fourth', revision: 3 } })
})

t.test('an issue that another writer has erased does not come back with a correction that comes late, nor do its bytes', async t => {
  const { author, second, reader, ref, late } = await betweenTwoWriters(t)
  await second.client.correctIssue({ params: { issue: ref }, body: { source: { markdown: '# Third\n\nText.\n' }, change: 'correction' } })
  await second.client.eraseIssue({ params: { issue: ref }, body: { note: 'It named somebody.' } })
  await untilIssue(reader, author.address, 'it is erased', ({ change, state }) => change === 'erasure' && state === 'ready')
  await come(author, late, reader)
  t.match(await reader.client.getIssue({ params: { issue: ref } }), { issue: { change: 'erasure' } })
  await reader.restart()
  t.match(await reader.client.getIssue({ params: { issue: ref } }), { issue: { change: 'erasure' } })
  await reader.stop()
  t.notOk((await bytesOf(reader)).includes(late.bytes))
})

/** Another hostile writer of the newsletter, whose drive is its own. */
async function joinedBy (t: Test, network: TestNetwork, author: HostileAuthor): Promise<HostileAuthor> {
  const other = newNewsletter('Second')
  const writersIn = ({ chain }: NewNewsletter): RootWriter[] => (JSON.parse(Buffer.from(chain.documents[0]!.bytes).toString()) as RootDocument).writers
  await author.extendRoot({ writers: [...writersIn(author.newsletter), ...writersIn(other).map(writer => ({ ...writer, id: 'w2', name: 'Second' }))] })
  return await openAuthor(t, network, 'second', { ...author.newsletter, writer: { ...other.writer, id: 'w2' } })
}

t.test('what has been on its way of an issue when another writer erased it comes no more', async t => {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author', newNewsletter('News'))
  const reader = await readerOf(network, author, { content: 'textFirst' })
  const late = film(0)
  await publish(author, FIRST, [late])
  await untilIssue(reader, author.address, 'its text is here', ({ state }) => state === 'partial')
  await untilProgress(reader, author.address, 'its film is on its way', ({ arriving }) => arriving?.parts === 2)
  const second = await joinedBy(t, network, author)
  await publish(second, { ...SECOND, change: 'erasure' }, [])
  await untilIssue(reader, author.address, 'it is erased', ({ change, state }) => change === 'erasure' && state === 'ready')
  await come(author, late, reader)
  await reader.stop()
  t.notOk((await bytesOf(reader)).includes(late.bytes))
})

t.test('a policy that wants less stops what waits for no one to bring it', async t => {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author', newNewsletter('News'))
  const { address } = author
  const reader = await readerOf(network, author, { content: 'textFirst' })
  await publish(author, FIRST, [film(1)])
  await untilIssue(reader, address, 'its text is here', ({ state }) => state === 'partial')
  await untilProgress(reader, address, 'its film is on its way', ({ arriving }) => arriving?.parts === 2)
  await reader.client.setPolicy({ params: { newsletter: address }, body: { ...EVERYTHING, content: 'textOnly' } })
  await untilProgress(reader, address, 'nothing is on its way', ({ state, arriving, issues: { partial } }) => state === 'upToDate' && arriving === null && partial === 1)
})

/** Whoever reads so many bytes first waits before the last of them. */
function holdReading (t: Test, sizeBytes: number): { isHeld: () => boolean, isOver: () => boolean, release: () => void } {
  const works = DriveReader.prototype.read
  t.teardown(() => { DriveReader.prototype.read = works })
  let [isHeld, isOver, release] = [false, false, (): void => {}]
  const released = new Promise<void>(resolve => { release = resolve })
  DriveReader.prototype.read = async function * (this: DriveReader, pointer, ...range) {
    const holds = !isHeld && pointer.byteLength === sizeBytes
    isHeld ||= holds
    yield * works.call(this, pointer, ...range)
    if (holds) await released
    isOver ||= holds
  }
  return { isHeld: () => isHeld, isOver: () => isOver, release }
}

t.test('a checking that ends late does not hide what has begun since', async t => {
  const network = await testNetwork(t)
  const author = await openAuthor(t, network, 'author', newNewsletter('News'))
  const { address } = author
  const reader = await readerOf(network, author, { attachments: 'onRequest' })
  const { isHeld, isOver, release } = holdReading(t, '# Fine\n\nText.\n'.length)
  const late = film(0)
  await publish(author, FIRST, [late])
  await until('its text is being checked', isHeld)
  const params = { newsletter: address }
  await reader.client.setPolicy({ params, body: EVERYTHING })
  await untilProgress(reader, address, 'its film is on its way', ({ arriving }) => arriving?.parts === 2)
  release()
  await until('its text was checked', isOver)
  t.match(await reader.client.getSubscription({ params }), { progress: { state: 'downloading', arriving: { title: 'First' } } })
  await reader.client.setPolicy({ params, body: { ...EVERYTHING, attachments: 'onRequest' } })
  await untilIssue(reader, address, 'its text is here', ({ state }) => state === 'partial')
  await author.appendRaw([], [late.bytes])
  await appendRawIssue(author, idOf('b'), { manifest: { publishedAt: '2025-01-01T00:00:00.000Z' } })
  await untilProgress(reader, address, 'another issue is here', ({ state, issues: { ready } }) => state === 'upToDate' && ready === 1)
  t.match(await reader.client.listIssues({ params, query: {} }), { issues: [{ title: 'First', state: 'partial', haveParts: 1 }, { state: 'ready' }] })
})
