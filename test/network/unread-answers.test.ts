import { join } from 'node:path'
import { Duplex } from 'node:stream'
import type { Connection } from 'hyperswarm'
import t, { type Test } from 'tap'
import type { Address } from '../../shared/format/address.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { sign } from '../../shared/format/signature.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import { OwedBytes } from '../../shared/network/owed-bytes.ts'
import { type BareNode, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { crowdedRoot } from '../support/crowded-root.ts'
import { type GreetedPeer, greetedPeer } from '../support/greeted-peer.ts'
import { openHostile } from '../support/hostile-peer.ts'
import { linkedStreams } from '../support/linked-streams.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const MIB = 1024 * 1024
/** Of a root document, nearly. */
const LARGE = 60_000

const nothing = (): void => {}
const deaf = { onShared: nothing, onUnshared: nothing, onState: nothing, onRoot: nothing, onPeers: nothing, onRefused: nothing }

t.test('a root chain is sent once to who says not to have it, however often', async t => {
  const { peer, address } = await stage(t, MIB)
  for (let i = 0; i < 50; i++) askForRoot(peer, address)
  // In this order: what is answered to it comes after what was answered before.
  peer.greeting.sendState(address, { documents: 1_000, newest: new Uint8Array(32), drives: [] })
  await until('all is answered', () => peer.heard.states >= 2)
  t.equal(peer.heard.roots, 1)

  tellAnew(peer, address)
  await until('it is shared again', () => peer.heard.states >= 3)
  askForRoot(peer, address)
  await until('who may have forgotten it gets it again', () => peer.heard.roots === 2)
  t.ok(peer.isOpen())
})

t.test('what many are sent and none of them reads takes no more memory than a bound, and goes on when it is read', async t => {
  const PEERS = 12
  const ROOTS = 5
  const documents = Array.from({ length: 7 * MIB / LARGE }, () => ({ bytes: new Uint8Array(LARGE), signatures: ['signature'] }))
  const addresses = Array.from({ length: ROOTS }, () => newNewsletter('laptop').address)
  const owed = new OwedBytes()
  const pairs = await Promise.all(Array.from({ length: PEERS }, async () => {
    const { one, other, hold, release } = await linkedStreams(t)
    await until('they are connected', () => one.remotePublicKey && other.remotePublicKey)
    const roots = new Set<Address>()
    const greeting = new Greeting(one, deaf, owed)
    new Greeting(other, { ...deaf, onRoot: (_greeting, address) => { roots.add(address) } }).tell(addresses)
    greeting.tell(addresses)
    await until('they share all', () => addresses.every(address => greeting.proofFor(address)))
    hold()
    return { one, greeting, roots, release }
  }))
  for (const { greeting } of pairs) for (const address of addresses) greeting.sendRoot(address, { keys: new Uint8Array(10), documents })
  t.ok(owed.bytes <= 64 * MIB, `${owed.bytes} bytes wait`)
  const open = (): number => pairs.filter(({ one }) => !one.destroyed).length
  await until('who has owed longest has been let go of', () => open() === PEERS - 3, open)
  t.same(pairs.map(({ one }) => one.destroyed).indexOf(false), 3)
  const last = pairs.at(-1)!
  last.release()
  await until('who reads after all gets everything', () => last.roots.size === ROOTS)
  for (const { release } of pairs) release()
  await until('and so do the others', () => pairs.filter(({ roots }) => roots.size === ROOTS).length === PEERS - 3)
})

t.test('one large answer, and whatever is read, is not held against anybody; what waits in spite of that is', async t => {
  const [one, other] = [new Duplex(), new Duplex()] as unknown as [Connection, Connection]
  const owed = new OwedBytes()
  for (let i = 0; i < 100; i++) owed.add(one, MIB, i % 10 === 0)
  owed.add(other, 33 * MIB, true)
  t.throws(() => owed.add(other, 1, false), { code: 'TOO_MANY_REQUESTS' })
  owed.add(other, 1, true)
  owed.add(other, 1, false)
})

/** A node with a root of about so many bytes, and a stranger who is greeted by it. */
async function stage (t: Test, bytes: number): Promise<{ node: BareNode, peer: GreetedPeer, address: string }> {
  const network = await testNetwork(t)
  const plain = newNewsletter('laptop')
  const { writers } = JSON.parse(new TextDecoder().decode(plain.chain.documents[0]!.bytes)) as { writers: RootWriter[] }
  const root = crowdedRoot(1, writers)
  const said = (): object => ({ pad: 'x'.repeat(LARGE) })
  const chain = root.chainOf(Math.floor(bytes / LARGE), (bytes, number) => [sign(bytes, root.keys[0]!, rootComment(root.address, number))], said)
  const newsletter = { ...plain, address: root.address, chain }
  const node = await openBareNode(t, { folder: join(network.folder, 'node'), bootstrap: network.bootstrap, newsletter })
  const { dht } = await openHostile(t, network)
  return { node, peer: await greetedPeer(dht, node.peer.publicKey!, root.address), address: root.address }
}

function askForRoot ({ greeting }: GreetedPeer, address: string): void {
  greeting.sendState(address, { documents: 0, newest: new Uint8Array(32), drives: [] })
}

function tellAnew ({ greeting }: GreetedPeer, address: string): void {
  greeting.tell([])
  greeting.tell([address])
}
