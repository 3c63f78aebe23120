import { join } from 'node:path'
import DHT from 'hyperdht'
import type { ReplicationPeer } from 'hypercore'
import t from 'tap'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import { INBOUND } from '../../shared/network/places.ts'
import { fetchAll, newNewsletter, openBareNode } from '../support/bare-node.ts'
import { HostilePeer, openHostile } from '../support/hostile-peer.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

/** Connecting at once. */
const TOGETHER = 16

t.test('where strangers have every place, and each is good for something, who has given blocks still comes in', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const at = (name: string) => ({ folder: join(network.folder, name), bootstrap: network.bootstrap, newsletter })
  const author = await openBareNode(t, { ...at('author'), isAuthor: true })
  await author.publish('one', INBOUND * BLOCK_BYTES)
  const reader = await openBareNode(t, at('reader'))
  await fetchAll(reader, author)
  const authorKey = author.peer.publicKey!.toString('hex')
  t.ok(reader.peer.proven.givenBy(authorKey) >= INBOUND * BLOCK_BYTES, 'it has given all that is here')
  await author.close()
  await until('it is gone', () => reader.peer.connections === 0)

  const { dht, store } = await openHostile(t, network)
  const blobs = store.get({ key: reader.reader.cores.blobs!.key })
  await blobs.ready()
  const connect = async (keyPair = DHT.keyPair()): Promise<HostilePeer | null> =>
    await HostilePeer.connect({ dht, victim: reader.peer.publicKey!, address: newsletter.address, store, discoveryKeys: [], keyPair })
  const strangers: HostilePeer[] = []
  while (strangers.length < INBOUND) {
    const came = await Promise.all(Array.from({ length: Math.min(TOGETHER, INBOUND - strangers.length) }, () => connect()))
    strangers.push(...came.filter(peer => peer?.isOpen === true).map(peer => peer!))
  }
  await until('each can ask', () => blobs.peers.length === INBOUND)
  for (const [index, peer] of blobs.peers.entries()) {
    peer.wireRequest.send({ id: 1_000, fork: 0, block: { index, nodes: 0 }, hash: null, seek: null, upgrade: null })
  }
  await until('each has got a block', () => blobs.peers.every(peer => answersTo(peer) > 0))

  const late = await connect()
  t.notOk(late?.isOpen, 'there is no place for another stranger')
  // A busy machine may take so long for a call that it is given up.
  const proven: HostilePeer[] = []
  await until('for the author there is', async () => {
    const came = await connect(DHT.keyPair(author.seed))
    if (came?.isOpen) proven.push(came)
    return proven.length === 1
  })
  t.equal(reader.peer.connections, INBOUND + 1)
  t.equal(strangers.filter(({ isOpen }) => isOpen).length, INBOUND, 'nobody had to make room')
  for (const peer of [...proven, ...strangers]) await peer.end()
})

function answersTo (peer: ReplicationPeer): number {
  return (peer as unknown as { stats: { wireData: { rx: number } } }).stats.wireData.rx
}
