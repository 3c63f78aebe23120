import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Corestore from 'corestore'
import type Hypercore from 'hypercore'
import DHT from 'hyperdht'
import Hyperswarm, { type Connection } from 'hyperswarm'
import Protomux from 'protomux'
import compact from 'compact-encoding'
import t, { type Test } from 'tap'
import { topicOf } from '../../shared/format/address.ts'
import { encodePart, encodeTaking } from '../../shared/format/spread-messages.ts'
import { newNewsletter, type NewNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { type BareNode, fetchAll, openBareNode } from '../support/bare-node.ts'
import { type TestNetwork, testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const BLOCK = 64 * 1024
const READERS = 4

interface Stage { network: TestNetwork, newsletter: NewNewsletter, author: BareNode }

async function stage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const newsletter = newNewsletter('laptop')
  const author = await openBareNode(t, { folder: join(network.folder, 'author'), bootstrap: network.bootstrap, newsletter, isAuthor: true })
  return { network, newsletter, author }
}

async function openReaders (t: Test, { network, newsletter }: Stage): Promise<BareNode[]> {
  return await Promise.all(Array.from({ length: READERS }, (_, i) => openBareNode(t, { folder: join(network.folder, `reader${i}`), bootstrap: network.bootstrap, newsletter })))
}

/** Waits until each is connected to all the others, and speaks with them about both cores. */
async function untilMet (nodes: BareNode[]): Promise<void> {
  await until('all have met', () => nodes.every(({ reader: { cores } }) => [cores.index, cores.blobs].every(core => core?.peers.filter(peer => peer.remoteSynced).length === nodes.length - 1)))
}

/** Readers who have a first issue, and are connected to each other and to the author. */
async function metReaders (t: Test, stageOf: Stage): Promise<BareNode[]> {
  await stageOf.author.publish('first', 10)
  const readers = await openReaders(t, stageOf)
  await Promise.all(readers.map(reader => fetchAll(reader, stageOf.author)))
  await untilMet([stageOf.author, ...readers])
  return readers
}

/** Blocks of a core that a node has sent, or taken, from now on: how often each. */
function count (core: Hypercore, event: 'upload' | 'download'): Map<number, number> {
  const counts = new Map<number, number>()
  core.on(event, (block: number) => counts.set(block, (counts.get(block) ?? 0) + 1))
  return counts
}

const total = (counts: Map<number, number>): number => [...counts.values()].reduce((sum, times) => sum + times, 0)

t.test('an issue leaves its author about once, and comes to each reader once', async t => {
  const stageOf = await stage(t)
  const { author } = stageOf
  const readers = await metReaders(t, stageOf)
  const before = author.reader.heads.blobs
  const sent = count(author.reader.cores.blobs!, 'upload')
  const taken = readers.map(({ reader }) => count(reader.cores.blobs!, 'download'))
  await author.publish('issue', 48 * BLOCK)
  await Promise.all(readers.map(reader => fetchAll(reader, author)))
  t.ok(total(sent) >= 48 && total(sent) <= 48 * 1.25, 'blocks that left the author', { sent: total(sent) })
  t.equal([...sent.keys()].filter(block => block >= before).length, 48, 'each left it')
  for (const counts of taken) t.ok(total(counts) <= 48 * 1.25, 'blocks that came to a reader', { taken: total(counts) })
})

t.test('readers who learn of an issue all at once share it, too', async t => {
  const stageOf = await stage(t)
  const { author } = stageOf
  await author.publish('issue', 48 * BLOCK)
  const sent = count(author.reader.cores.blobs!, 'upload')
  const readers = await openReaders(t, stageOf)
  await Promise.all(readers.map(reader => fetchAll(reader, author)))
  t.ok(total(sent) <= 48 * 2, 'blocks that left the author, where one after the other would be 192', { sent: total(sent) })
})

t.test('a small issue is with all before anybody asks', async t => {
  const stageOf = await stage(t)
  const { author } = stageOf
  const readers = await metReaders(t, stageOf)
  const cores = readers.flatMap(({ reader: { cores } }) => [cores.index, cores.blobs!])
  const asked = (): number => cores.reduce((sum, { core: { replicator } }) => sum + replicator.stats.wireRequest.tx, 0)
  const before = asked()
  await author.publish('text', 4_000)
  await until('it is there', () => readers.every(({ reader: { cores } }) => [cores.index, cores.blobs!].every((core, i) => core.contiguousLength === [author.reader.heads.index, author.reader.heads.blobs][i])))
  t.ok(asked() - before <= cores.length, 'requests, and those for the proof of the new length alone', { asked: asked() - before })

  const blobs = author.reader.cores.blobs!
  const [given, { length }] = [count(blobs, 'upload'), blobs]
  await author.publish('more', 4_000)
  await Promise.all(readers.map(reader => fetchAll(reader, author)))
  // Who has it from another one already, on a busy machine, is sent it no more.
  t.ok(total(given) >= (blobs.length - length) * (READERS - 1), 'and nobody has it from another who had it first', { given: [...given] })
})

t.test('all get an issue beside one who takes every block and gives none', async t => {
  const stageOf = await stage(t)
  const { author, network, newsletter } = stageOf
  await author.publish('first', 10)
  const readers = await openReaders(t, stageOf)
  await Promise.all(readers.map(reader => fetchAll(reader, author)))
  const cores = [author.reader.cores.index, author.reader.cores.blobs!]
  const { swarm } = await plainNode(t, network, newsletter, cores)
  let claimed = 0
  swarm.on('connection', connection => {
    for (const core of cores) {
      onChannel(connection, core, send => {
        send(0, encodePart({ isWriter: false, isSeeking: true }))
        send(2, encodeTaking([[0, 1 << 24]]))
        claimed++
      })
    }
  })
  await until('it has told all', () => claimed === 2 * (READERS + 1))
  await author.publish('issue', 24 * BLOCK)
  await Promise.all(readers.map(reader => fetchAll(reader, author)))
  t.pass('all have it')
})

t.test('a plain Hypercore gives to us and takes from us', async t => {
  const stageOf = await stage(t)
  const { author, network, newsletter } = stageOf
  await author.publish('issue', 12 * BLOCK)
  const { mirrors } = await plainNode(t, network, newsletter, [author.reader.cores.index, author.reader.cores.blobs!])
  await until('it knows how much there is', () => mirrors.every((mirror, i) => mirror.length === [author.reader.heads.index, author.reader.heads.blobs][i]))
  await Promise.all(mirrors.map(async mirror => await mirror.download({ start: 0, end: mirror.length }).done()))
  const heads = author.reader.heads
  await author.close()
  const reader = await openBareNode(t, { folder: join(network.folder, 'reader'), bootstrap: network.bootstrap, newsletter })
  await until('the reader knows the drive', () => reader.reader.heads.blobs === heads.blobs)
  await reader.reader.download(0, heads.blobs).done()
  t.equal(reader.reader.wholeIndex, heads.index)
})

t.test('who speaks nonsense on the channel is left alone', async t => {
  const stageOf = await stage(t)
  const { author, network, newsletter } = stageOf
  await author.publish('issue', 2 * BLOCK)
  const { swarm } = await plainNode(t, network, newsletter, [author.reader.cores.blobs!])
  let ended = 0
  swarm.on('connection', connection => {
    connection.once('close', () => { ended++ })
    onChannel(connection, author.reader.cores.blobs!, send => send(0, Buffer.alloc(100, 0xff)))
  })
  await until('the connection was ended', () => ended > 0)
  const reader = await openBareNode(t, { folder: join(network.folder, 'reader'), bootstrap: network.bootstrap, newsletter })
  await fetchAll(reader, author)
  t.pass('others are served')
})

/** A node without our program, which is met about a newsletter, and replicates some cores as Hypercore does. */
async function plainNode (
  t: Test, { bootstrap }: TestNetwork, { address }: NewNewsletter, cores: Hypercore[]
): Promise<{ swarm: Hyperswarm, mirrors: Hypercore[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-test-plain-'))
  const store = new Corestore(folder)
  const mirrors = cores.map(({ key }) => store.get({ key }))
  await Promise.all(mirrors.map(mirror => mirror.ready()))
  const swarm = new Hyperswarm({ dht: new DHT({ bootstrap: bootstrap!, host: '127.0.0.1', firewalled: false }) })
  swarm.on('connection', connection => {
    connection.on('error', () => {})
    store.replicate(connection)
  })
  swarm.join(topicOf(address))
  t.teardown(async () => {
    await swarm.destroy()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  })
  return { swarm, mirrors }
}

/** Calls back when our program has opened its channel about a core, with how to speak on it. */
function onChannel (connection: Connection, { discoveryKey }: Hypercore, use: (send: (type: number, bytes: Uint8Array) => void) => void): void {
  const which = { protocol: 'colporteur/spread/1', id: discoveryKey }
  const muxer = Protomux.from(connection)
  muxer.pair(which, () => {
    const channel = muxer.createChannel(which)
    const messages = [0, 1, 2].map(() => channel?.addMessage({ encoding: compact.raw, onmessage: () => {} }))
    channel?.open()
    use((type, bytes) => { messages[type]?.send(bytes) })
  })
}
