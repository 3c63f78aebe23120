import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { issuePath } from '../../shared/format/paths.ts'
import { type HostileAuthor, openHostileAuthor } from '../support/hostile-author.ts'
import { joinHostile } from '../support/join-hostile.ts'
import { createNewsletter, publishIssues, type TestNetwork, testNetwork, type TestNode, untilComplete, untilProgress } from '../support/network.ts'
import { appendRawIssue } from '../support/raw-index.ts'
import { bytesOf } from '../support/store-bytes.ts'
import { idOf } from '../support/two-histories.ts'
import { until } from '../support/until.ts'

const CAP_BYTES = 1_000_000

/** Corrects an issue into one with a film of so many bytes, the same for as many. */
async function correct (network: TestNetwork, { client }: TestNode, issue: string, filmBytes: number, title = 'Corrected'): Promise<void> {
  const path = join(network.folder, `${title}-${filmBytes}`)
  await mkdir(path)
  await writeFile(join(path, 'index.md'), `# ${title}\n\n[The film](film.bin)\n`)
  await writeFile(join(path, 'film.bin'), Buffer.alloc(filmBytes, 'film'))
  await client.correctIssue({ params: { issue }, body: { source: { path }, change: 'correction' } })
}

/** The newest first: revision and state. */
async function untilHeld ({ client }: TestNode, newsletter: string, held: [revision: number, state: string][]): Promise<void> {
  let last: unknown[] = []
  await until(`it holds ${JSON.stringify(held)}`, async () => {
    last = (await client.listIssues({ params: { newsletter }, query: {} })).issues.map(({ revision, state }) => [revision, state])
    return JSON.stringify(last) === JSON.stringify(held)
  }, () => last)
}

t.test('a correction has to have its room under the cap of a keeper, as an issue has', async t => {
  const network = await testNetwork(t)
  const [author, keeper] = [await network.open('author'), await network.open('keeper')]
  const newsletter = await createNewsletter(author, 'News')
  const [older, newer] = await publishIssues(author, newsletter, 2) as [string, string]
  await keeper.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes: CAP_BYTES } })
  await untilHeld(keeper, newsletter, [[1, 'ready'], [1, 'ready']])
  const usedBytes = async (): Promise<number> => (await keeper.client.listKept()).kept[0]!.usedBytes

  await correct(network, author, newer, 0.9 * CAP_BYTES)
  await untilHeld(keeper, newsletter, [[2, 'ready'], [1, 'ready']])
  const used = await usedBytes()
  t.ok(used > 0.9 * CAP_BYTES && used < CAP_BYTES, `one for which there is room comes, and is counted: ${used} bytes`)

  await correct(network, author, newer, 0.9 * CAP_BYTES, 'Corrected again')
  await untilHeld(keeper, newsletter, [[3, 'ready'], [1, 'ready']])
  t.ok(await usedBytes() < CAP_BYTES, 'it has the room of the one that it corrects')

  await correct(network, author, older, 3 * CAP_BYTES)
  await untilHeld(keeper, newsletter, [[3, 'ready'], [2, 'removed']])
  t.ok(await usedBytes() < CAP_BYTES, 'one for which there is none is left out')
  t.match(await keeper.client.listEvictions(), { evictions: [{ title: 'Issue 1', reason: /^The cap is reached/ }] }, 'and what was here of it is told to have gone')

  await keeper.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes: null } })
  await untilHeld(keeper, newsletter, [[3, 'ready'], [2, 'ready']])
  t.ok(await usedBytes() > 3 * CAP_BYTES)
})

t.test('a correction has to have its room under the cap of a reader, and older issues go for it', async t => {
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  const newsletter = await createNewsletter(author, 'News')
  const [oldest, middle, newest] = await publishIssues(author, newsletter, 3) as [string, string, string]
  await reader.client.subscribe({ body: { address: newsletter } })
  await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, maxDiskBytes: CAP_BYTES } })
  await untilHeld(reader, newsletter, [[1, 'ready'], [1, 'ready'], [1, 'ready']])
  const heldBytes = async (): Promise<number> => (await reader.client.getSubscription({ params: { newsletter } })).progress.bytes.have

  await correct(network, author, oldest, 0.5 * CAP_BYTES)
  await untilHeld(reader, newsletter, [[1, 'ready'], [1, 'ready'], [2, 'ready']])
  await correct(network, author, middle, 3 * CAP_BYTES)
  await untilHeld(reader, newsletter, [[1, 'ready'], [2, 'removed'], [2, 'ready']])
  t.ok(await heldBytes() < CAP_BYTES, 'nothing of it has come')

  await correct(network, author, newest, 0.8 * CAP_BYTES)
  await untilHeld(reader, newsletter, [[2, 'ready'], [2, 'removed'], [2, 'removed']])
  t.ok(await heldBytes() < CAP_BYTES, 'an older one went for the newest')
})

t.test('what goes for a cap comes no more as a correction on the drive of another writer', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const [second, keeper] = [await network.open('second'), await network.open('keeper')]
  const newsletter = author.address
  await second.client.subscribe({ body: { address: newsletter } })
  await author.publish(idOf('a'), {})
  await untilComplete(second, newsletter, 1)
  await joinHostile(author, second)
  const { id } = await second.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Of the second\n' } } })
  await keeper.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes: CAP_BYTES } })
  await untilHeld(keeper, newsletter, [[1, 'ready'], [1, 'ready']])
  const usedBytes = async (): Promise<number> => (await keeper.client.listKept()).kept[0]!.usedBytes
  const used = await usedBytes()
  const film = randomBytes(60_000)
  const { blobs } = await author.heads()
  const files = [{ path: 'files/film.bin', type: 'application/octet-stream', size: film.length, blake2b: blake2b256Hex(film), alt: '' }]
  const correction = { revision: 2, number: 2, change: 'correction' as const, previous: '0'.repeat(64), revisedAt: '2026-01-02T00:00:00.000Z' }
  // Right behind the three blocks of what is signed and the text, where there is nothing as yet.
  const pointer = { blockOffset: blobs + 3, blockLength: 1, byteOffset: 0, byteLength: film.length }
  await author.publish(id, { manifest: { ...correction, files }, files: [{ path: issuePath(id, 'files/film.bin'), pointer }] })
  await until('the correction has its room', async () => await usedBytes() > used + film.length / 2)

  await keeper.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes: 0 } })
  await untilHeld(keeper, newsletter, [[2, 'removed'], [1, 'removed']])
  await author.appendRaw([], [film])
  await appendRawIssue(author, idOf('b'), { manifest: { publishedAt: '2025-01-01T00:00:00.000Z' } })
  await untilHeld(keeper, newsletter, [[2, 'removed'], [1, 'removed'], [1, 'removed']])
  await keeper.stop()
  t.notOk((await bytesOf(keeper)).includes(film))
})

/** Corrects an issue into one with a film of so many bytes, of which none is anywhere. */
async function correctIntoNothing (author: HostileAuthor, id: string, size: number): Promise<void> {
  const files = [{ path: 'files/film.bin', type: 'application/octet-stream', size, blake2b: '0'.repeat(64), alt: '' }]
  const pointer = { blockOffset: 100_000, blockLength: Math.ceil(size / BLOCK_BYTES), byteOffset: 0, byteLength: size }
  await author.publish(id, {
    manifest: { title: 'Corrected', revision: 2, change: 'correction', previous: '0'.repeat(64), note: 'It was wrong.', files },
    files: [{ path: issuePath(id, 'files/film.bin'), pointer }]
  })
}

t.test('a correction that is on its way is left out like any issue when there is room no longer for it, nor for what it corrects', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'author'), network.bootstrap)
  t.teardown(() => author.close())
  const [reader, keeper] = [await network.open('reader'), await network.open('keeper')]
  const { address: newsletter } = author
  const limit = async (maxDiskBytes: number): Promise<void> => {
    await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, maxDiskBytes } })
    await keeper.client.keepNewsletter({ body: { address: newsletter, maxDiskBytes } })
  }
  const untilBoth = async (held: [revision: number, state: string][]): Promise<void> => {
    for (const node of [reader, keeper]) await untilHeld(node, newsletter, held)
  }
  const id = createIssueId(new Date(Date.UTC(2025, 0, 1)))
  await author.publish(id, {})
  await reader.client.subscribe({ body: { address: newsletter } })
  await limit(CAP_BYTES)
  await untilBoth([[1, 'ready']])

  await correctIntoNothing(author, id, 0.6 * CAP_BYTES)
  await untilProgress(reader, newsletter, 'the correction is on its way', ({ arriving }) => arriving?.title === 'Corrected')
  await until('it has its room', async () => (await keeper.client.listKept()).kept[0]!.usedBytes > 0.6 * CAP_BYTES)
  await limit(0)
  await untilBoth([[2, 'removed']])
  await limit(0.3 * CAP_BYTES)
  await author.publish(createIssueId(new Date()), { manifest: { number: 2, publishedAt: '2026-02-01T00:00:00.000Z' } })
  await untilBoth([[1, 'ready'], [2, 'removed']])
})
