import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { fetchAll, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { HostilePeer, openHostile } from '../support/hostile-peer.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const NOT_HERE = 10_000

t.test('who has said what does not fit asks for what is not here, and is told so', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const at = (name: string) => ({ folder: join(network.folder, name), bootstrap: network.bootstrap, newsletter })
  const author = await openBareNode(t, { ...at('author'), isAuthor: true })
  await author.publish('one', 100_000)
  const reader = await openBareNode(t, at('reader'))
  await fetchAll(reader, author)

  const { dht, store } = await openHostile(t, network)
  const index = store.get({ key: author.reader.cores.index.key })
  await index.ready()
  await HostilePeer.connect({ dht, victim: reader.peer.publicKey!, address: newsletter.address, store, discoveryKeys: [] })
  await until('they speak of the drive', () => index.peers[0] !== undefined && index.peers[0]!.remoteLength > 0)
  const peer = index.peers[0]!
  const victim = reader.reader.cores.index.peers.find(({ remotePublicKey }) => remotePublicKey.equals(peer.stream.publicKey))!
  const refused: number[] = []
  peer.onnodata = ({ request }) => { refused.push(request) }
  const ask = (id: number): unknown => peer.wireRequest.send({ id, fork: 0, block: { index: NOT_HERE, nodes: 0 }, hash: null, seek: null, upgrade: null })
  ask(1)
  await until('it is told', () => refused.length === 1)

  // It does not show what history it has, either: nothing is taken from it any more.
  peer.onrequest = async () => {}
  const nodes = [{ index: 2 * peer.remoteLength, size: 1, hash: randomBytes(32) }]
  const unsigned = { start: peer.remoteLength, length: 1, nodes, additionalNodes: [], signature: randomBytes(64) }
  const { send } = peer.wireData as unknown as { send: (message: object) => boolean }
  send.call(peer.wireData, { request: 0, fork: 0, block: null, hash: null, seek: null, upgrade: unsigned, manifest: null })
  await until('it is paused', () => victim.paused)
  ask(2)
  await until('it is told again', () => refused.length === 2)
  t.same(refused, [1, 2])

  await author.publish('two', 100_000)
  await fetchAll(reader, author)
})
