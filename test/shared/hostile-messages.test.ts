import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Corestore from 'corestore'
import Hypercore, { type KeyPair, type Manifest, type ReplicationPeer, type TreeNode } from 'hypercore'
import t, { type Test } from 'tap'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { UNASKED_BYTES } from '../../shared/network/spreading/unasked.ts'
import { type WrappedReplication, wrapReplication } from '../../shared/network/wrap-replication.ts'
import { linkedStreams, type LinkedStreams } from '../support/linked-streams.ts'
import { log } from '../support/network.ts'
import { until } from '../support/until.ts'

/** Messages as Hypercore sends them, with whatever is in them. */
type Wire = Omit<ReplicationPeer, 'protomux'> & Record<'wireData' | 'wireRequest' | 'wireWant' | 'wireSync', { send (message: object): void }> &
  { protomux: { cork (): void, uncork (): void } }

interface Stage {
  victim: Corestore
  replication: WrappedReplication
  /** As the victim has it, and as who attacks it. */
  core: Hypercore
  theirs: Hypercore
  peer: Wire
  hasEnded: () => boolean
  /** Other histories that the victim has been told of. */
  others: unknown[]
  /** The attacker reads nothing from now on. */
  hold: () => void
  /** Another one, who means well, asks for a block of a core and gets it. */
  serve: () => Promise<void>
}

interface StageOptions {
  blocks: Uint8Array[]
  /** Of the victim: it has written what there is, or has nothing yet and wants it. */
  part: 'writes' | 'follows'
  isIndex?: boolean
}

async function openStage (t: Test, { blocks, part, isIndex = false }: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-hostile-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const open = async (name: string): Promise<Corestore> => {
    const store = new Corestore(join(folder, name))
    await store.ready()
    t.teardown(() => store.close())
    return store
  }
  const [victim, attacker, honest] = [await open('victim'), await open('attacker'), await open('honest')]
  const nothing = (): void => {}
  const others: unknown[] = []
  const replication = wrapReplication(victim, {
    log, self: () => null, pacesOf: () => null, onProven: nothing, onDamage: nothing, onOtherHistory: (_key, other) => others.push(other)
  })
  const own = created()
  const key = Hypercore.key(own.manifest)
  const core = victim.get(part === 'writes' ? own : { key })
  const theirs = attacker.get(part === 'writes' ? { key } : own)
  await Promise.all([core.ready(), theirs.ready()])
  await (part === 'writes' ? core : theirs).append(blocks)
  if (part === 'writes') replication.spreading.of(core).write({ isIndex })
  else replication.spreading.of(core).follow({ isIndex })
  const { one: connection, hold } = await connect(t, victim, attacker)
  await until('they are connected', () => theirs.peers[0]?.remoteOpened && core.peers[0]?.remoteOpened)
  return {
    victim, replication, core, theirs, others, peer: theirs.peers[0] as unknown as Wire,
    hasEnded: () => connection.destroyed,
    hold,
    serve: async () => {
      const other = victim.get(created())
      await other.append([Buffer.from('honest')])
      replication.spreading.of(other).write({ isIndex: false })
      const copy = honest.get({ key: other.key })
      await connect(t, victim, honest)
      t.same(await copy.get(0), Buffer.from('honest'))
    }
  }
}

/** A core that is written here. */
function created (): { manifest: Manifest, keyPair: KeyPair } {
  const keyPair = createDriveKeys()
  return { manifest: { version: 1, signers: [{ publicKey: keyPair.publicKey }] }, keyPair }
}

/** @returns both ends, the first one's first */
async function connect (t: Test, first: Corestore, second: Corestore): Promise<LinkedStreams> {
  const streams = await linkedStreams(t)
  first.replicate(streams.one)
  second.replicate(streams.other)
  return streams
}

const NOTHING = { fork: 0, block: null, hash: null, seek: null, upgrade: null, manifest: null, priority: 0 }
const LETTERS = ['a', 'b', 'c'].map(letter => Buffer.from(letter))
const EMPTY_UPGRADE = { start: 0, length: 0, nodes: [], additionalNodes: [], signature: randomBytes(64) }

/** By Hypercore 11.37.1 alone, the first two end the process of a node. */
const refused: Record<string, StageOptions & { say: (peer: Wire) => void }> = {
  'an upgrade by nothing, to who has nothing yet,': {
    blocks: LETTERS, part: 'follows',
    say: ({ wireData }) => wireData.send({ request: 9, ...NOTHING, upgrade: EMPTY_UPGRADE })
  },
  'a request for nothing': {
    blocks: LETTERS, part: 'writes',
    say: ({ wireRequest }) => wireRequest.send({ id: 1, ...NOTHING })
  },
  'many requests that nothing can answer': {
    blocks: LETTERS, part: 'writes',
    say: ({ wireRequest }) => { for (let id = 1; id <= 64; id++) wireRequest.send({ id, ...NOTHING, upgrade: { start: 9, length: 1 } }) }
  }
}

for (const [name, { say, ...options }] of Object.entries(refused)) {
  t.test(`${name} ends the connection alone`, async t => {
    const { peer, hasEnded, serve } = await openStage(t, options)
    say(peer)
    await until('it is cut off', hasEnded)
    await serve()
  })
}

t.test('who looks for a byte where none is, over and over, leaves nothing behind', async t => {
  const { peer, serve } = await openStage(t, { blocks: LETTERS, part: 'writes' })
  peer.wireRequest.send({ id: 1, ...NOTHING, hash: { index: 1, nodes: 0 }, seek: { bytes: 3, padding: 0 }, upgrade: { start: 1, length: 2 } })
  for (let id = 2; id <= 70; id++) peer.wireRequest.send({ id, ...NOTHING, hash: { index: 100, nodes: 0 }, seek: { bytes: 1, padding: 0 } })
  await serve()
})

t.test('a plain Hypercore finds a byte in what it has not got', async t => {
  const { theirs } = await openStage(t, { blocks: Array.from({ length: 100 }, () => randomBytes(100)), part: 'writes' })
  t.same(await (theirs as unknown as { seek (bytes: number): Promise<[number, number]> }).seek(7_350), [73, 50])
})

t.test('who asks for another fork is told that it is not here', async t => {
  const { peer, hasEnded, serve } = await openStage(t, { blocks: LETTERS, part: 'writes' })
  const told: number[] = []
  peer.onnodata = ({ request }) => { told.push(request) }
  peer.wireRequest.send({ id: 1, ...NOTHING, fork: 1, upgrade: { start: 0, length: 1 } })
  await until('it is told', () => told.length === 1)
  await serve()
  t.notOk(hasEnded())
})

t.test('an answer by nothing ends the connection alone', async t => {
  const { core, theirs, replication, hasEnded, serve } = await openStage(t, { blocks: [], part: 'follows' })
  const { wireData } = theirs.peers[0]!
  theirs.peers[0]!.wireData = { ...wireData, send: message => (wireData as unknown as Wire['wireData']).send({ ...message, ...NOTHING, upgrade: EMPTY_UPGRADE }) as never }
  replication.spreading.of(core).want(0, Infinity)
  await theirs.append(LETTERS)
  await until('it is cut off', hasEnded)
  await serve()
})

t.test('what Hypercore takes for an error in a program ends the connection alone', async t => {
  const { core, peer, hasEnded, serve } = await openStage(t, { blocks: LETTERS, part: 'writes' })
  core.peers[0]!._handleRequest = async () => { throw new TypeError('not found yet') }
  peer.wireRequest.send({ id: 1, ...NOTHING, upgrade: { start: 0, length: 1 } })
  await until('it is cut off', hasEnded)
  await serve()
})

t.test('who asks for what can not be answered keeps nobody else waiting', async t => {
  const { core, peer, serve, hasEnded } = await openStage(t, { blocks: LETTERS, part: 'writes', isIndex: true })
  let isServed = false
  const told: number[] = []
  peer.onnodata = ({ request }) => {
    t.notOk(isServed, 'nothing is slept over')
    told.push(request)
  }
  peer.wireSync.send({ fork: 0, length: 0, remoteLength: 0, canUpgrade: false, uploading: true, downloading: true, hasManifest: false, allowPush: true })
  for (let id = 1; id <= 30; id++) peer.wireRequest.send({ id, ...NOTHING, upgrade: { start: 9, length: 1 } })
  for (let id = 31; id <= 60; id++) peer.wireRequest.send({ id, ...NOTHING, block: { index: 0, nodes: 50 } })
  await until('all are told so', () => told.length === 60, () => told.length)
  isServed = true
  await serve()
  t.notOk(hasEnded())
  t.equal(core.length, 3)
})

t.test('who asks what there is, and does not read it, is cut off', async t => {
  const { core, peer, hold, hasEnded } = await openStage(t, { blocks: Array.from({ length: 20_000 }, (_, i) => Buffer.from([i & 255])), part: 'writes' })
  await core.clear(0)
  hold()
  const { protomux } = peer
  const ask = (): void => {
    protomux.cork()
    for (let i = 0; i < 1_000; i++) peer.wireWant.send({ start: 0, length: 32_768, any: false })
    protomux.uncork()
  }
  await until('it is cut off', () => {
    if (!hasEnded()) ask()
    return hasEnded()
  })
})

t.test('blocks that nobody asked for and nobody wants are taken up to a bound, whatever they are said to answer', async t => {
  const { core, peer, serve } = await openStage(t, { blocks: [], part: 'follows' })
  let looked = 0
  const replicator = core.core.replicator as unknown as { _markInflight: (index: number) => void }
  replicator._markInflight = () => { looked += BLOCK_BYTES }
  for (let i = 0; i < 2 * UNASKED_BYTES / BLOCK_BYTES; i++) {
    peer.wireData.send({ request: 777_777, ...NOTHING, block: { index: 1_000 + i, value: randomBytes(BLOCK_BYTES), nodes: [] } })
  }
  const { stats } = core.peers[0]! as unknown as { stats: { wireData: { rx: number } } }
  await until('all have come', () => stats.wireData.rx >= 2 * UNASKED_BYTES / BLOCK_BYTES, () => stats.wireData.rx)
  t.equal(looked, UNASKED_BYTES)
  await serve()
})

/** One whose victim has everything already; and whether it fetches what comes later. */
async function openFollowed (t: Test, blocks: Uint8Array[], isLive = true): Promise<Stage> {
  const stage = await openStage(t, { blocks, part: 'follows' })
  stage.core.download({ start: 0, end: isLive ? -1 : blocks.length })
  await until('the victim has what there is', async () => stage.core.length === blocks.length && await stage.core.has(0, blocks.length))
  return stage
}

t.test('sizes that nobody has signed are not taken', async t => {
  const { core, theirs, peer, serve } = await openFollowed(t, [...LETTERS, Buffer.from('d')])
  const { hash } = (await nodeOf(theirs, 0))!
  const other = (await nodeOf(theirs, 2))!
  // Together they are as large as they are, which is what their parent's hash commits to.
  const nodes = [{ index: 0, size: 2, hash }, { ...other, size: 0 }]
  peer.wireData.send({ request: 0, ...NOTHING, hash: { index: 0, nodes } })
  await theirs.append(Buffer.from('e'))
  await until('what came after it is here', async () => await core.has(4))
  t.same((await nodeOf(core, 0))!.size, 1)
  await serve()
})

t.test('nor are those that come with a proof of more than was asked for', async t => {
  const { core, theirs, peer, serve } = await openFollowed(t, [...LETTERS, Buffer.from('d')], false)
  const answer = peer.onrequest.bind(peer)
  const asked: Parameters<typeof answer>[] = []
  peer.onrequest = async (...request) => { asked.push(request) }
  await theirs.append(['e', 'f', 'g', 'h'].map(letter => Buffer.from(letter)))
  const [fifth, sixth, rest] = await Promise.all([8, 10, 13].map(async index => (await nodeOf(theirs, index))!))
  const { signature } = theirs.core.state
  const upgrade = { start: 4, length: 1, nodes: [{ ...fifth!, size: 2 }], additionalNodes: [{ ...sixth!, size: 0 }, rest!], signature }
  peer.wireData.send({ request: 0, ...NOTHING, upgrade })
  peer.onrequest = answer
  for (const request of asked) await answer(...request)
  await until('it is known how long it is', () => core.length === 8)
  t.not((await nodeOf(core, 8))?.size, 2)
  await serve()
})

t.test('of an honest history nobody can make another', async t => {
  const { theirs, peer, others, core, serve } = await openFollowed(t, LETTERS)
  const { state } = theirs.core
  const upgrade = { start: 0, length: 3, nodes: state.roots, additionalNodes: [], signature: state.signature! }
  const junk = { index: 6, size: 1, hash: randomBytes(32) }
  const [first, ...rest] = state.roots
  for (const message of [
    { upgrade: { ...upgrade, nodes: [...state.roots, junk] } },
    { upgrade: { ...upgrade, nodes: rest }, hash: { index: first!.index, nodes: [first!] } },
    { upgrade }
  ]) peer.wireData.send({ request: 0, ...NOTHING, ...message })
  await theirs.append(Buffer.from('d'))
  await until('what came after it is here', async () => await core.has(3))
  t.same(others, [])
  await serve()
})

async function nodeOf ({ state }: Hypercore, index: number): Promise<TreeNode | null> {
  const read = state.storage.read()
  const node = read.getTreeNode(index)
  read.tryFlush()
  return await node
}
