import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import { rootComment } from '../../shared/format/root-document.ts'
import { sign } from '../../shared/format/signature.ts'
import { Greeting } from '../../shared/network/greeting.ts'
import { OwedBytes } from '../../shared/network/owed-bytes.ts'
import { type BareNode, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { crowdedRoot } from '../support/crowded-root.ts'
import { type GreetedPeer, greetedPeer } from '../support/greeted-peer.ts'
import { openHostile } from '../support/hostile-peer.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const MIB = 1024 * 1024
/** Of a root document, nearly. */
const LARGE = 60_000

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

t.test('who asks for much and reads nothing is cut off', async t => {
  const { node, peer, address } = await stage(t, 7 * MIB)
  let answers = 0
  const { sendRoot } = Greeting.prototype
  t.intercept(Greeting.prototype, 'sendRoot', { value: function (this: Greeting, ...given: Parameters<typeof sendRoot>) {
    answers++
    sendRoot.apply(this, given)
  } })
  peer.connection.pause()
  const isCutOff = (): boolean => node.meeting.peersOf(address) === 0
  for (let i = 1; i <= 8 && !isCutOff(); i++) {
    askForRoot(peer, address)
    await until('it is answered', () => answers === i || isCutOff())
    tellAnew(peer, address)
  }
  await until('it is cut off', isCutOff)
  t.ok(answers < 8)
})

t.test('one large answer, and whatever is read, is not held against anybody', async t => {
  const owed = new OwedBytes()
  const read = new OwedBytes()
  for (let i = 0; i < 100; i++) read.add(MIB, i % 10 === 0)
  owed.add(64 * MIB, true)
  t.throws(() => owed.add(1, false), { code: 'TOO_MANY_REQUESTS' })
  owed.add(1, true)
  owed.add(1, false)
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
