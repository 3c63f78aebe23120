import { join } from 'node:path'
import t from 'tap'
import { newNewsletter, openBareNode } from '../support/bare-node.ts'
import { type GreetedPeer, greetedPeer } from '../support/greeted-peer.ts'
import { openHostile } from '../support/hostile-peer.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const TIMES = 10

t.test('who comes and goes again and again has a node say hardly anything to all others, and is cut off', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const { address } = newsletter
  const node = await openBareNode(t, { folder: join(network.folder, 'node'), bootstrap: network.bootstrap, newsletter })
  const { dht } = await openHostile(t, network)
  const come = async (): Promise<GreetedPeer> => await greetedPeer(dht, node.peer.publicKey!, address)
  const witness = await come()
  const strangers = [await come(), await come()]
  await until('the witness has heard of both', () => witness.heard.keys.size === 2)

  const startedMs = performance.now()
  const before = witness.heard.peers
  for (const { greeting } of strangers) tellAnew(greeting, address, TIMES)
  await until('each was heard', () => strangers.every(({ heard }) => heard.states > TIMES))
  await come()
  await until('the witness hears who comes then', () => witness.heard.keys.size === 3)
  const seconds = (performance.now() - startedMs) / 1000
  t.ok(witness.heard.peers - before <= seconds + 2, `${witness.heard.peers - before} messages in ${seconds} s`)
  t.ok(strangers.every(stranger => stranger.isOpen()), 'some times are no fault')

  for (const { greeting } of strangers) tellAnew(greeting, address, TIMES)
  await until('both are cut off', () => strangers.every(stranger => !stranger.isOpen()))
  t.ok(witness.isOpen())
})

function tellAnew (greeting: GreetedPeer['greeting'], address: string, times: number): void {
  for (let i = 0; i < times; i++) {
    greeting.tell([])
    greeting.tell([address])
  }
}
