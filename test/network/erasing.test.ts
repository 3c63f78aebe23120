import { join } from 'node:path'
import t from 'tap'
import { createIssueId } from '../../shared/format/id.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { issuePath } from '../../shared/format/paths.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { blocksOf, createDriveKeys, DriveWriter, type NewFile } from '../../shared/network/drive-writer.ts'
import { Peer } from '../../shared/network/peer.ts'
import { freeErased } from '../../subscriber/following/erasing.ts'
import { FollowedDrive, type FollowedDriveOptions } from '../../subscriber/following/followed-drive.ts'
import type { IssuePlace, LibraryIssue } from '../../subscriber/library/library-issue.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { log, testNetwork, untilComplete } from '../support/network.ts'
import { appendRawIssue, rawEntry } from '../support/raw-index.ts'
import { until } from '../support/until.ts'

const ERASURE = { revision: 2, change: 'erasure', previous: blake2b256Hex(new Uint8Array(1)), note: 'It is gone.', revisedAt: '2026-01-02T00:00:00.000Z' }

t.test('an erasure frees nothing of other issues, wherever its writer let the erased one point', async t => {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const [other, erased] = [createIssueId(new Date(Date.UTC(2025, 0, 1))), createIssueId(new Date(Date.UTC(2025, 0, 2)))]
  await author.publish(other, {})
  const { blobs: start } = await author.heads()
  await author.publish(erased, {})
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, 2)

  const { blobs } = await author.heads()
  const all = { blockOffset: 0, blockLength: blobs, byteOffset: 0, byteLength: blobs * 65_536 }
  await author.appendRaw([rawEntry(issuePath(erased, 'files/x'), { blob: all, metadata: null })])
  await appendRawIssue(author, erased, { manifest: ERASURE })
  await until('the erasure is here', async () => (await reader.client.getIssue({ params: { issue: erased } })).issue.change === 'erasure')
  await untilComplete(reader, author.address, 2)
  t.match(await reader.client.verifyIssue({ params: { issue: `${other}@${author.address}` } }), { verified: true })
  await author.close()
  await reader.stop()
  const peer = new Peer({ folder: join(reader.home, 'store'), network: null, log })
  const drive = new DriveReader(peer, author.drive, { live: false })
  await peer.ready()
  await drive.ready()
  t.same(await drive.blocksHere(), [[0, start], [blobs, blobs + 3]], 'of the erased one only its reason is left')
  await drive.close()
  await peer.close()
})

t.test('what stands in an index behind the seal directs no erasure', async t => {
  const peer = new Peer({ folder: join(t.testdir(), 'store'), network: null, log })
  await peer.ready()
  t.teardown(() => peer.close())
  const writer = new DriveWriter(peer, createDriveKeys())
  await writer.ready()
  t.teardown(() => writer.close())
  const [id, removed, other] = [createIssueId(new Date(1)), createIssueId(new Date(2)), createIssueId(new Date(3))]
  const text = (of: string): NewFile => ({ path: issuePath(of, 'body.md'), blocks: () => blocksOf(Buffer.from(of)) })
  await writer.append([text(id), text(removed), text(other)])
  const seal = (await writer.head()).index.length
  const placeOf = async (of: string): Promise<IssuePlace> => {
    const part = { path: 'body.md', ...(await writer.pointerOf(issuePath(of, 'body.md')))! }
    return { key: 1, id: of, writer: 'w1', seq: 1, state: of === removed ? 'removed' : 'ready', publishedAt: '', locations: [part] }
  }
  const places = await Promise.all([id, removed, other].map(placeOf))
  await writer.append([removed, other].map(of => ({ path: issuePath(id, `files/${of}`), pointer: places.find(place => place.id === of)!.locations[0]! })))

  const library = { places: async (_newsletter: string, after: number): Promise<IssuePlace[]> => after === 0 ? places : [] } as unknown as FollowedDriveOptions['library']
  const drive = new FollowedDrive(peer, writer.key, { live: false, newsletter: '', writer: 'w1', library, arriving: () => new Map() as never })
  await drive.ready()
  t.teardown(() => drive.close())
  drive.endAt(seal)
  await freeErased(drive, { id, locations: [] } as unknown as LibraryIssue, false)
  t.same(await drive.blocksHere(), [[1, 3]])
  drive.endAt(null)
  await freeErased(drive, { id, locations: [] } as unknown as LibraryIssue, false)
  t.same(await drive.blocksHere(), [[2, 3]], 'without one it does, but for what other issues have')
})
