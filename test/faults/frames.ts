import { join } from 'node:path'
import Corestore from 'corestore'
import DHT from 'hyperdht'
import z32 from 'z32'
import { blobsKeyOf } from '../../shared/network/blobs-key.ts'
import { watchPeers } from '../../shared/network/watch-peers.ts'
import { HostilePeer } from '../support/hostile-peer.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { probeEnvironment, readNeeded, readProbe } from '../support/node-probe.ts'
import { pidOfNode, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { brokenFrame, senselessFrame } from './hostile-frames.ts'
import type { Suite } from './suite.ts'

const AT_ONCE = 6
/** On a connection: so many that may pass, and then some that mostly end it, until one does. */
const SENSELESS = 1_000
const BROKEN = 25
/** So many are said before it is asked whether they were read. */
const TOGETHER = 100
const A_FEW = 5
const STALL_MS = 250
const GROWN_BYTES = 64 * 1024 * 1024

/** Peers that know the address say what no honest one would, on every channel, in great numbers. */
export const frames: Suite = {
  options: { messages: 1_000_000 },
  run: async ({ ends, options: { messages }, draw, demand }) => {
    const network = await testNetwork(ends)
    const author = await network.open('author')
    const address = await createNewsletter(author, 'Spoken to')
    await publishIssues(author, address, 2)
    const probe = join(network.folder, 'probe.json')
    const node = await startNode(join(network.folder, 'node'), network.addresses, { environment: probeEnvironment(probe) })
    ends.teardown(() => node.process.kill())
    await node.client.subscribe({ body: { address } })
    const ready = async (): Promise<number> => (await node.client.getSubscription({ params: { newsletter: address } })).progress.issues.ready
    await until('it has what there is', async () => await ready() === 2)

    const { peers: [victim] } = await author.client.listPeers()
    const pid = await pidOfNode(node)

    const { writers: [writer] } = await author.client.getNewsletter({ params: { newsletter: address } })
    const dht = new DHT({ ...(network.bootstrap && { bootstrap: network.bootstrap }), host: '127.0.0.1', firewalled: false })
    dht.setMaxListeners(0)
    const store = new Corestore(join(network.folder, 'hostile'))
    ends.teardown(async () => {
      await dht.destroy({ force: true })
      await store.close()
    })
    const discoveryKeys = await openCores(store, dht, Buffer.from(victim!.key, 'hex'), writer!.drive)
    // Who says what does not fit is asked to show what they have: half of them don't.
    watchPeers(store, peer => { if (draw() < 0.5) peer.onrequest = async () => {} })
    const neededBytes = await readNeeded(probe)
    process.kill(pid, 'SIGUSR2')

    let [said, connections, ended, refused, published] = [0, 0, 0, 0, 2]
    const attack = async (): Promise<void> => {
      const peer = await HostilePeer.connect({ dht, victim: Buffer.from(victim!.key, 'hex'), address, store, discoveryKeys })
      if (!peer) return void refused++
      connections++
      /** Of those among which one ends the connection, that one alone counts: nobody reads what comes behind it. */
      const say = async (count: number, make: () => Buffer | null): Promise<void> => {
        const made = Array.from({ length: count }, make).filter(frame => frame !== null)
        for (const frame of made) peer.write(frame)
        await peer.settled()
        said += peer.isOpen ? made.length : 1
      }
      for (let i = 0; i < SENSELESS && peer.isOpen; i += TOGETHER) await say(TOGETHER, () => senselessFrame(peer.channels, draw))
      for (let i = 0; i < BROKEN && peer.isOpen; i += A_FEW) await say(A_FEW, () => brokenFrame(peer.channels, peer.heard, draw))
      if (!peer.isOpen) ended++
      await peer.end()
    }
    let slowestMs = 0
    const serve = async (): Promise<void> => {
      const startedMs = performance.now()
      await publishIssues(author, address, 1, ++published)
      await until('an honest issue has come', async () => await ready() === published, async () => await readProbe(probe))
      slowestMs = Math.max(slowestMs, performance.now() - startedMs)
    }
    const every = Math.max(2_000, messages! / 20)
    let next = every
    while (said < messages!) {
      const isDue = said >= next
      if (isDue) next += every
      await Promise.all([...Array.from({ length: AT_ONCE }, attack), ...isDue ? [serve()] : []])
    }
    await serve()
    const seen = await readProbe(probe)
    // Those who come now get everything from the one that was spoken to.
    await author.stop()
    const newcomer = await network.open('newcomer')
    await newcomer.client.subscribe({ body: { address } })
    await untilComplete(newcomer, address, published)

    // HyperDHT keeps a connection for ten seconds after it has begun, also one that is over.
    const keptBytes = await until('what was kept for connections that are over is free', async () => {
      const bytes = await readNeeded(probe)
      return bytes - neededBytes < GROWN_BYTES ? bytes : null
    }, async () => `${toMiB(await readNeeded(probe))} MiB, and ${toMiB(neededBytes)} before`)
    const { restarts } = await node.client.getStatus()
    demand(restarts === 0 && await pidOfNode(node) === pid, 'the node has not failed once')
    const errors = node.process.stderr.split('could not be dealt with').length - 1
    demand(errors === 0, `${errors} messages led to what Hypercore takes for an error in a program`)
    demand(seen.stallMs < STALL_MS, `the event loop was busy for ${Math.round(seen.stallMs)} ms`)
    demand(seen.grownBytes < GROWN_BYTES, `memory grew by ${toMiB(seen.grownBytes)} MiB at once`)
    return {
      messages: said, connections, 'of them ended by the node': ended, 'not let in': refused, failures: restarts, 'stall ms at most': Math.round(seen.stallMs), 'with the busy machine ms': Math.round(seen.waitMs),
      'memory MiB before': toMiB(seen.firstBytes), 'at most': toMiB(seen.mostBytes), 'grown at once': toMiB(seen.grownBytes), 'reachable MiB': `${toMiB(neededBytes)} to ${toMiB(keptBytes)}`, 'honest issues': published, 'here after ms at most': Math.round(slowestMs)
    }
  }
}

/** Both cores of a drive, as the victim gives them; gives their discovery keys. */
async function openCores (store: Corestore, dht: DHT, victim: Uint8Array, drive: string): Promise<Uint8Array[]> {
  const connection = dht.connect(victim, { keyPair: DHT.keyPair() })
  connection.on('error', () => {})
  store.replicate(connection)
  const index = store.get({ key: z32.decode(drive) })
  await index.get(0)
  const blobs = store.get({ key: blobsKeyOf(index.manifest!, index.key) })
  await blobs.ready()
  connection.destroy()
  return [index.discoveryKey, blobs.discoveryKey]
}

function toMiB (bytes: number): number { return Math.round(bytes / 2 ** 20) }
