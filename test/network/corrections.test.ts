import { randomBytes } from 'node:crypto'
import t from 'tap'
import type { Issue } from '../../shared/api/issues.ts'
import { EVERYTHING, type Policy } from '../../shared/api/policies.ts'
import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { issuePath } from '../../shared/format/paths.ts'
import { blocksOf, type NewFile } from '../../shared/network/drive-writer.ts'
import type { HostileAuthor } from '../support/hostile-author.ts'
import { type TestNetwork, type TestNode, testNetwork, untilComplete, untilProgress } from '../support/network.ts'
import { idOf, openAuthor } from '../support/two-histories.ts'
import { until } from '../support/until.ts'

/** How many blocks of the files an issue of one revision has that come before those named `at`. */
const OWN_BLOCKS = 3

interface File { name: string, type: string, bytes: Uint8Array, at?: number }

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
  t.match(await untilIssue(reader, author.address, 'the correction is here', ({ title }) => title === 'Second'), { state: 'ready', revision: 2 })
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
  t.match(await reader.client.getSubscription({ params: { newsletter: address } }), { progress: { state: 'downloading', arriving: { title: 'Second', haveParts: 2, parts: 3 } } })
  await author.appendRaw([], [map.bytes])
  t.match(await untilIssue(reader, address, 'the correction is here', ({ title }) => title === 'Second'), { state: 'ready', haveParts: 3 })
  await untilComplete(reader, address, 1)
})
