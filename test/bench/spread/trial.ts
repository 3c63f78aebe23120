import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DHT from 'hyperdht'
import { cpuSecondsOf, machineUse, rssMbOf, sum } from './meter.ts'
import type { Peer, StartPeer } from './peer.ts'
import { type Link, ShapedNetwork } from './shaped-network.ts'
import { contentBytes, filesOf, leastSeconds, type Workload, writeIssue } from './workload.ts'

/** `connected`: readers follow already and are connected when the issue is published. `cold`: it is there, and they learn the address all at once. */
export const MODES = ['connected', 'cold'] as const
export type Mode = typeof MODES[number]

/** One run. Bytes are counted as Ethernet frames, so that a perfect transfer is 1.05 times its content. */
export interface Row {
  system: string
  workload: string
  readers: number
  mode: Mode
  /** What left the author, over the content. */
  egress: number
  /** What came to a reader, over the content; the mean of all. */
  received: number
  /** Time until the first, the median and the last reader had everything, over the least time that is possible. */
  firstOverBound: number
  medianOverBound: number
  lastOverBound: number
  /** Time until the last reader had everything, over a round trip. */
  roundTrips: number
  /** Of the readers' processes, for each 10^6 bytes of content. */
  cpuSecondsPerMb: number
  /** Of the reader that takes the most. */
  rssMb: number
  /** Datagrams that a full link or bad luck has swallowed. */
  drops: number
  /** Of the whole machine; above 0.6 the times measure the machine and not the network. */
  cpuUse: number
}

export interface TrialParts { system: string, start: StartPeer, name: string, workload: Workload, readers: number, mode: Mode }

const DHT_PORT = 49737
const UNLIMITED: Link = { up: 0, down: 0, delayMs: 0 }

/** Runs one system once, on a network and a private DHT of its own. */
export async function runTrial (parts: TrialParts): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-spread-'))
  const network = new ShapedNetwork()
  const infrastructure = network.add(UNLIMITED)
  // It has to know itself by the address that others know.
  const dht = DHT.bootstrapper(DHT_PORT, infrastructure.host, { host: infrastructure.bind })
  const running: Peer[] = []
  const startOn = async (name: string, link: Link): Promise<Placed> => {
    const { index, bind } = network.add(link)
    const peer = await parts.start({ folder: join(folder, name), bind, bootstrap: `${infrastructure.host}:${DHT_PORT}` })
    running.push(peer)
    await network.attach(index)
    return { ...peer, index }
  }
  try {
    await dht.fullyBootstrapped()
    await network.attach(infrastructure.index)
    const author = await startOn('author', parts.workload.author)
    const readers = await Promise.all(Array.from({ length: parts.readers }, (_, i) => startOn(`reader${i}`, parts.workload.reader)))
    return await measure(parts, { folder, network, author, readers })
  } finally {
    await Promise.all(running.map(peer => peer.stop()))
    await dht.destroy()
    await network.close()
    await rm(folder, { recursive: true, force: true })
  }
}

type Placed = Peer & { index: number }
interface Stage { folder: string, network: ShapedNetwork, author: Placed, readers: Placed[] }

async function measure ({ system, name, workload, mode }: TrialParts, { folder, network, author, readers }: Stage): Promise<Row> {
  const address = await author.create()
  const content = contentBytes(workload)
  let had = { issues: 0, files: 0 }
  if (mode === 'connected') {
    had = { issues: 1, files: 1 }
    await author.publish(await writeIssue(folder, 'first', { ...workload, pictures: 0, textBytes: 2_000, pictureBytes: 0 }))
    // One after the other, so that each finds those before it: at once, plain Hyperdrive's readers would know the author alone.
    for (const reader of readers) {
      await reader.follow(address)
      await reader.untilHas(had)
    }
  }
  const issue = await writeIssue(folder, 'issue', workload)
  if (mode === 'cold') await author.publish(issue)

  const [sentBefore, cpuBefore, endUse] = [counts(), await cpuOf(readers), machineUse()]
  const startedMs = performance.now()
  const [seconds] = await Promise.all([
    Promise.all(readers.map(async reader => {
      if (mode === 'cold') await reader.follow(address)
      await reader.untilHas({ issues: had.issues + 1, files: had.files + filesOf(workload) })
      return (performance.now() - startedMs) / 1_000
    })),
    mode === 'connected' ? author.publish(issue) : null
  ])
  seconds.sort((a, b) => a - b)
  const cpuUse = endUse()
  const sentAfter = counts()
  const least = leastSeconds(content, readers.length, workload.author, workload.reader)
  return {
    system,
    workload: name,
    readers: readers.length,
    mode,
    egress: round((sentAfter.author - sentBefore.author) / content),
    received: round((sentAfter.readers - sentBefore.readers) / readers.length / content),
    firstOverBound: round(seconds[0]! / least),
    medianOverBound: round(seconds[Math.floor(seconds.length / 2)]! / least),
    lastOverBound: round(seconds.at(-1)! / least),
    roundTrips: round(seconds.at(-1)! * 1_000 / (workload.author.delayMs + workload.reader.delayMs)),
    cpuSecondsPerMb: round((await cpuOf(readers) - cpuBefore) / readers.length / (content / 1e6), 3),
    rssMb: Math.max(...await Promise.all(readers.map(({ pid }) => rssMbOf(pid)))),
    drops: sentAfter.drops - sentBefore.drops,
    cpuUse: round(cpuUse)
  }

  function counts (): { author: number, readers: number, drops: number } {
    const all = [author, ...readers].map(({ index }) => network.countsOf(index))
    return { author: all[0]!.sentBytes, readers: sum(all.slice(1).map(({ receivedBytes }) => receivedBytes)), drops: sum(all.map(({ drops }) => drops)) }
  }
}

async function cpuOf (peers: Peer[]): Promise<number> {
  return sum(await Promise.all(peers.map(({ pid }) => cpuSecondsOf(pid))))
}

function round (value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
