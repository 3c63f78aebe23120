import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ReplicationPeer } from 'hypercore'
import Protomux from 'protomux'
import t from 'tap'
import { crowdedFrame } from '../faults/hostile-frames.ts'
import { newNewsletter, openBareNode } from '../support/bare-node.ts'
import { HostilePeer, openHostile } from '../support/hostile-peer.ts'
import { testNetwork } from '../support/network.ts'
import { seeded } from '../support/random.ts'
import { until } from '../support/until.ts'

const MIB = 1024 * 1024

t.test('who says more than an honest node would is cut off and counted, and who does not is served', async t => {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const at = (name: string) => ({ folder: join(network.folder, name), bootstrap: network.bootstrap, newsletter })
  const author = await openBareNode(t, { ...at('author'), isAuthor: true })
  await author.publish('one', 100_000)
  const reader = await openBareNode(t, at('reader'))
  await until('the reader knows the drive', () => reader.reader.heads.blobs === author.reader.heads.blobs && reader.reader.heads.blobs > 0)
  // Blocks without end, as fast as they come: none of this is too much.
  await author.publish('two', 32 * MIB)
  await until('there is more', () => reader.reader.heads.blobs === author.reader.heads.blobs)
  await reader.reader.download(0, reader.reader.heads.blobs).done()
  t.same([author.peer.refused, reader.peer.refused], [0, 0])

  const { dht, store } = await openHostile(t, network)
  const index = store.get({ key: reader.reader.cores.index.key })
  await index.ready()
  const floods: [string, (peer: HostilePeer, core: number) => Promise<void> | void][] = [
    ['small messages in one', (peer, core) => peer.write(crowdedFrame(core, 'cancel', 1_000_000, seeded(1)))],
    ['requests in one', () => askTogether(index.peers[0]!, 100_000)],
    ['channels in one', peer => openTogether(peer, 10_000)],
    ['channels', openMany],
    ['large messages that nobody reads', sayMuch]
  ]
  for (const [i, [name, flood]] of floods.entries()) {
    const peer = await HostilePeer.connect({ dht, victim: author.peer.publicKey!, address: newsletter.address, store, discoveryKeys: [] })
    await until('they speak of the drive', () => peer!.channels.some(({ protocol }) => protocol === 'hypercore/alpha') && index.peers.length === 1)
    await flood(peer!, peer!.channels.find(({ protocol }) => protocol === 'hypercore/alpha')!.id)
    await until(`${name} have ended it`, () => !peer!.isOpen)
    await until('it is counted', () => author.peer.refused === i + 1, () => author.peer.refused)
  }

  await author.publish('three', 100_000)
  await until('the reader hears of it', () => reader.reader.heads.blobs === author.reader.heads.blobs)
  await reader.reader.download(0, reader.reader.heads.blobs).done()
  t.same([author.peer.refused, reader.peer.refused], [floods.length, 0])
})

/** Each for a core that nobody has. */
function openTogether ({ connection, isOpen }: HostilePeer, count: number): void {
  if (!isOpen) return
  const mux = Protomux.from(connection) as Protomux & { cork (): void, uncork (): void }
  mux.cork()
  for (let i = 0; i < count; i++) mux.createChannel({ protocol: 'hypercore/alpha', id: randomBytes(32) })!.open()
  mux.uncork()
}

async function openMany (peer: HostilePeer): Promise<void> {
  for (let round = 0; round < 100 && peer.isOpen; round++) {
    openTogether(peer, 1_000)
    await peer.settled()
  }
}

/** As long as it is listened to, within reason: how much is too much depends on how quickly a busy machine carries it. */
async function sayMuch (peer: HostilePeer): Promise<void> {
  const message = Buffer.alloc(15 * MIB, 7)
  for (let round = 0; round < 10 && peer.isOpen; round++) {
    for (let i = 0; i < 4; i++) peer.write(message)
    await peer.settled()
  }
}

/** For what every reader asks for at first. */
function askTogether (peer: ReplicationPeer, count: number): void {
  const { protomux } = peer as unknown as { protomux: { cork (): void, uncork (): void } }
  protomux.cork()
  for (let id = 1; id <= count; id++) peer.wireRequest.send({ id, fork: 0, block: null, hash: null, seek: null, upgrade: { start: 0, length: 1 } })
  protomux.uncork()
}
