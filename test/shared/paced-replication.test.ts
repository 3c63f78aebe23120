import { randomBytes } from 'node:crypto'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import { type ReplicationPeer } from 'hypercore'
import t, { type Test } from 'tap'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'
import { Pace } from '../../shared/network/pace.ts'
import { type CorePaces, paceReplication } from '../../shared/network/paced-replication.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { until } from '../support/until.ts'

const BLOCKS = 200
const MANY = Array.from({ length: BLOCKS - 1 }, (_, i) => i)

interface Stage {
  core: Hypercore
  /** Two others, as they see the one whose core it is. */
  peers: ReplicationPeer[]
}

/** A core with blocks, at a node that gives or asks for one block in 50 ms, and two others who have it open. */
async function openStage (t: Test, direction: keyof CorePaces): Promise<Stage> {
  const folders = t.testdir({ own: {}, one: {}, other: {} })
  const [own, ...others] = ['own', 'one', 'other'].map(name => new Corestore(`${folders}/${name}`)) as [Corestore, Corestore, Corestore]
  t.teardown(() => Promise.all([own, ...others].map(store => store.close())))
  const pace = new Pace(() => 20 * BLOCK_BYTES)
  t.teardown(() => pace.close())
  const paces = { up: [], down: [], [direction]: [pace] }
  paceReplication(own, () => paces)
  const keyPair = createDriveKeys()
  const core = own.get({ manifest: { version: 1, signers: [{ publicKey: keyPair.publicKey }] }, keyPair })
  await core.append(Array.from({ length: BLOCKS }, () => randomBytes(BLOCK_BYTES)))
  const copies = await Promise.all(others.map(async store => {
    const copy = store.get({ key: core.key })
    await copy.ready()
    const { one, other } = await linkedStreams(t)
    own.replicate(one)
    store.replicate(other)
    await until('they are connected', () => copy.peers[0]?.remoteOpened && copy.length === BLOCKS)
    return copy
  }))
  return { core, peers: copies.map(copy => copy.peers[0]!) }
}

function ask ({ wireRequest }: ReplicationPeer, id: number, block: number): void {
  wireRequest.send({ id, fork: 0, block: { index: block, nodes: 0 }, hash: null, seek: null, upgrade: null })
}

/** Tells in whose turn what is given comes: the place of its peer. */
function watchGiven (peers: ReplicationPeer[]): number[] {
  const given: number[] = []
  for (const [i, peer] of peers.entries()) peer.ondata = async () => { given.push(i) }
  return given
}

t.test('who asks for much keeps nobody waiting who asks for little', async t => {
  const { core, peers } = await openStage(t, 'up')
  const given = watchGiven(peers)
  const [one, other] = peers as [ReplicationPeer, ReplicationPeer]
  for (const block of MANY) ask(one, block + 1, block)
  await until('it has asked', () => core.peers.some(({ stats }) => (stats as unknown as { wireRequest: { rx: number } }).wireRequest.rx >= MANY.length))
  const before = given.length
  ask(other, 1, BLOCKS - 1)
  await until('the other one is given its block', () => given.includes(1))
  t.ok(given.indexOf(1) - before < MANY.length / 4, `after ${given.indexOf(1) - before} others`)
})

t.test('a request that is taken back before its turn takes nobody else\'s', async t => {
  const { core, peers } = await openStage(t, 'down')
  const asked: number[] = []
  for (const peer of peers) peer.onrequest = async ({ block }) => { asked.push(block!.index) }
  const [one, other] = core.peers as [ReplicationPeer, ReplicationPeer]
  for (const block of MANY) ask(one, block + 1, block)
  for (const block of MANY) one.wireCancel.send({ request: block + 1 })
  ask(other, BLOCKS, BLOCKS - 1)
  await until('the other one is asked', () => asked.includes(BLOCKS - 1))
  t.ok(asked.length < MANY.length / 4, `after ${asked.length - 1} others`)
})
