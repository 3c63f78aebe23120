import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Address } from '../../shared/format/address.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { readRootChain, type RootChainFiles } from '../../shared/format/root-chain.ts'
import { type RootDocument, type RootWriter, signRootDocument } from '../../shared/format/root-document.ts'
import { createSigningKey } from '../../shared/format/signature.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import { blocksOf, DriveWriter } from '../../shared/network/drive-writer.ts'
import { Meeting } from '../../shared/network/meeting.ts'
import { Peer } from '../../shared/network/peer.ts'
import { RootStore } from '../../shared/network/root-store.ts'
import { newNewsletter, type NewNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { Looking } from '../../subscriber/keeping/looking.ts'
import { type HostileAuthor, openHostileAuthor } from '../support/hostile-author.ts'
import { log, testNetwork, type TestNetwork, type TestNode, untilComplete, untilProgress } from '../support/network.ts'
import { until } from '../support/until.ts'

const ERASED = { revision: 2, change: 'erasure', previous: blake2b256Hex(randomBytes(1)), note: 'gone', revisedAt: '2026-01-02T00:00:00.000Z' } as const

/** A drive of somebody else's, as a root may list it: it needs nothing for that but the drive's key. */
function foreign (drive: string, more: Partial<RootWriter> = {}): RootWriter {
  return { id: 'w2', name: 'Also me', drive, signingKey: createSigningKey().publicKey, ...more }
}

interface Stage {
  network: TestNetwork
  reader: TestNode
  honest: HostileAuthor
  thief: HostileAuthor
  ids: string[]
  /** The other newsletter lists the honest one's drive, and is followed by its reader, too. */
  list: (more?: Partial<RootWriter>) => Promise<void>
}

/** A reader who has two issues of a newsletter, and another newsletter, with one. */
async function openStage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const [honest, thief] = await Promise.all(['honest', 'thief'].map(name => openHostileAuthor(join(network.folder, name), network.bootstrap))) as [HostileAuthor, HostileAuthor]
  t.teardown(() => Promise.all([honest.close(), thief.close()]))
  const ids = [1, 2].map(day => createIssueId(new Date(Date.UTC(2025, 0, day))))
  for (const id of ids) await honest.publish(id, {})
  await thief.publish(ids[0]!, {})
  await reader.client.subscribe({ body: { address: honest.address } })
  await untilComplete(reader, honest.address, 2)
  const list = async (more: Partial<RootWriter> = {}): Promise<void> => {
    const [own] = JSON.parse(new TextDecoder().decode(thief.newsletter.chain.documents[0]!.bytes)).writers as [RootWriter]
    await thief.extendRoot({ writers: [own, foreign(honest.drive, more)] })
    await reader.client.subscribe({ body: { address: thief.address } })
    await until('the reader has the root that lists it', async () => (await writersOf(reader, thief.address)).length === 2)
    await untilProgress(reader, thief.address, 'its issue is ready', ({ issues }) => issues.ready === 1)
  }
  return { network, reader, honest, thief, ids, list }
}

async function writersOf ({ client }: TestNode, newsletter: Address): Promise<unknown[]> {
  return (await client.listWriters({ params: { newsletter } })).writers
}

async function verified ({ client }: TestNode, { address }: HostileAuthor, ids: string[]): Promise<boolean[]> {
  return await Promise.all(ids.map(async id => (await client.verifyIssue({ params: { issue: `${id}@${address}` } })).verified))
}

t.test('a newsletter that lists a drive of another takes nothing of it away', async t => {
  const { reader, honest, thief, ids, list } = await openStage(t)
  await honest.close() // nobody else has it
  await list()
  await thief.publish(ids[0]!, { manifest: ERASED })
  await until('the erasure is known', async () => {
    const { issue } = await reader.client.getIssue({ params: { issue: `${ids[0]!}@${thief.address}` } })
    return issue.change === 'erasure' && issue.state === 'ready'
  })
  t.same(await verified(reader, honest, ids), [true, true], 'its erasures do not')
  await reader.client.unsubscribe({ params: { newsletter: thief.address } })
  t.same(await verified(reader, honest, ids), [true, true], 'nor does it when it is not followed any more')
})

t.test('a newsletter that lists a drive of another accuses nobody of it but its own', async t => {
  const { reader, honest, ids, list } = await openStage(t)
  await list({ sealed: { length: 3, treeHash: 'ab'.repeat(32), at: '2026-01-01T00:00:00.000Z', reason: 'stolen' } })
  const next = createIssueId(new Date(Date.UTC(2025, 0, 3)))
  await honest.publish(next, {})
  await untilComplete(reader, honest.address, 3)
  t.match(await writersOf(reader, honest.address), [{ otherHistory: null }])
  t.same(await verified(reader, honest, [...ids, next]), [true, true, true])
})

t.test('who looks at a newsletter that lists a drive of another, and looks no more, keeps it', async t => {
  const folder = t.testdir({})
  const peer = new Peer({ folder: join(folder, 'store'), network: null, log })
  await peer.ready()
  const roots = new RootStore(join(folder, 'roots'))
  const meeting = new Meeting({ peer, roots, log })
  await meeting.ready()
  const honest = newNewsletter('An author')
  const drive = new DriveWriter(peer, honest.writer.drive)
  await drive.ready()
  t.teardown(async () => { for (const part of [drive, meeting, peer]) await part.close() })
  await drive.append([{ path: '/issues/one', blocks: () => blocksOf(randomBytes(100_000)) }])
  await roots.offer(readRootChain(honest.address, honest.chain))

  const thief = newNewsletter('Another')
  await roots.offer(readRootChain(thief.address, listing(thief, drive.key)))
  const looking = new Looking({ address: thief.address, peer, meeting, roots, log })
  await looking.ready()
  await looking.close()
  await looking.clear()
  t.equal(await roots.get(thief.address), null)

  const reader = new DriveReader(peer, drive.key)
  await reader.ready()
  t.teardown(() => reader.close())
  t.same(await reader.blocksHere(), [[0, 2]])
  t.equal(reader.wholeIndex, reader.heads.index)
})

function listing ({ address, chain, secrets }: NewNewsletter, drive: string): RootChainFiles {
  const document = JSON.parse(new TextDecoder().decode(chain.documents[0]!.bytes)) as RootDocument
  document.writers.push(foreign(drive))
  return { ...chain, documents: [signRootDocument(document, address, secrets.map(({ key }) => key))] }
}
