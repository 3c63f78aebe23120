import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setInterval } from 'node:timers/promises'
import DHT from 'hyperdht'
import { cpuSecondsOf, machineUse, rssMbOf, sum } from './meter.ts'
import { type Mode, MODES } from './mode.ts'
import type { Peer, StartPeer } from './peer.ts'
import type { Row } from './row.ts'
import { type Link, ShapedNetwork } from './shaped-network.ts'
import { contentBytes, filesOf, leastSeconds, type Workload, writeIssue } from './workload.ts'

export interface TrialParts { system: string, start: StartPeer, name: string, workload: Workload, readers: number, mode: string }

const DHT_PORT = 49737
const UNLIMITED: Link = { up: 0, down: 0, delayMs: 0 }
const LOOK_MS = 5
/** One issue is over before anything can be seen of it: so many are published, one after the other, and the median counts. */
const SMALL_ISSUES = 9

type Placed = Peer & { index: number, link: Link }
interface Stage { folder: string, network: ShapedNetwork, author: Placed, readers: Placed[], mode: Mode, workload: Workload }

/** Runs one system once, on a network and a private DHT of its own. */
export async function runTrial (parts: TrialParts): Promise<Row> {
  const { workload } = parts
  const row = await runOver(parts, workload)
  if (workload.secondDelayMs === undefined) return row
  // What takes the machine's time is the same on both ways: the difference is the way's.
  const [author, reader] = [workload.author, workload.reader].map(link => ({ ...link, delayMs: workload.secondDelayMs! })) as [Link, Link]
  const second = await runOver(parts, { ...workload, author, reader })
  const [first, longer] = [workload, { author, reader }].map(({ author, reader }) => author.delayMs + reader.delayMs) as [number, number]
  return { ...row, roundTrips: round((second.roundTrips * longer - row.roundTrips * first) / (longer - first)) }
}

async function runOver (parts: TrialParts, workload: Workload): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-spread-'))
  const network = new ShapedNetwork()
  const infrastructure = network.add(UNLIMITED)
  // It has to know itself by the address that others know.
  const dht = DHT.bootstrapper(DHT_PORT, infrastructure.host, { host: infrastructure.bind })
  const running: Peer[] = []
  const hosts: string[] = []
  const startOn = async (name: string, link: Link): Promise<Placed> => {
    const { index, bind, host } = network.add(link)
    hosts.push(host)
    const others = (): string[] => hosts.filter(other => other !== host)
    const peer = await parts.start({ folder: join(folder, name), bind, bootstrap: `${infrastructure.host}:${DHT_PORT}`, others })
    running.push(peer)
    await network.attach(index)
    return { ...peer, index, link }
  }
  const mode = MODES[parts.mode]!
  try {
    await dht.fullyBootstrapped()
    await network.attach(infrastructure.index)
    const author = await startOn('author', workload.author)
    const links = Array.from({ length: parts.readers }, (_, place) => mode.linkOf?.(workload.reader, place) ?? workload.reader)
    const readers = await Promise.all(links.map((link, place) => startOn(`reader${place}`, link)))
    return await measure(parts, { folder, network, author, readers, mode, workload })
  } finally {
    await Promise.all(running.map(peer => peer.stop()))
    await dht.destroy()
    await network.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure ({ system, name, mode: modeName }: TrialParts, stage: Stage): Promise<Row> {
  const { network, author, readers, mode, workload } = stage
  const content = contentBytes(workload)
  const address = await author.create()
  const had = mode.isConnected ? await meet(stage, address) : { issues: 0, files: 0 }
  const folders = await Promise.all(Array.from({ length: workload.issues }, (_, i) => writeIssue(stage.folder, `issue-${i}`, workload)))
  const publishAll = async (): Promise<void> => { for (const folder of folders) await author.publish(folder) }
  if (!mode.isConnected) await publishAll()
  const source = mode.authorGoes === 'before' ? await leaveOne(stage, address) : author
  const fetching = readers.filter(reader => reader !== source)
  const leaving = fetching.slice(0, Math.round((mode.leaving ?? 0) * fetching.length))
  const staying = fetching.slice(leaving.length)

  const [before, cpuBefore, endUse] = [counts(), await cpuOf(staying), machineUse()]
  const startedMs = performance.now()
  const all = { issues: had.issues + workload.issues, files: had.files + filesOf(workload) }
  const isOver = new AbortController()
  const events = disturb(stage, leaving, before, isOver.signal)
  const [seconds] = await Promise.all([
    Promise.all(fetching.map(async reader => {
      if (!mode.isConnected) await reader.follow(address)
      if (leaving.includes(reader)) return Infinity
      await reader.untilHas(all)
      return (performance.now() - startedMs) / 1_000
    })),
    mode.isConnected ? publishAll() : null
  ])
  isOver.abort()
  await events
  const cpuUse = endUse()
  const after = counts()
  const cpuAfter = await cpuOf(staying)
  const rssMb = Math.max(...await Promise.all(staying.map(({ pid }) => rssMbOf(pid))))
  const finished = seconds.filter(Number.isFinite).sort((a, b) => a - b)
  const lastSeconds = workload.secondDelayMs === undefined ? finished.at(-1)! : await repeat(stage, all, finished.at(-1)!)
  const least = leastSeconds(content, source.link, staying.map(({ link }) => link))
  return {
    system,
    workload: name,
    readers: readers.length,
    mode: modeName,
    egress: round((after.source - before.source) / content),
    received: round((after.readers - before.readers) / staying.length / content),
    firstOverBound: round(finished[0]! / least),
    medianOverBound: round(finished[Math.floor(finished.length / 2)]! / least),
    lastOverBound: round(lastSeconds / least),
    roundTrips: round(lastSeconds * 1_000 / (workload.author.delayMs + workload.reader.delayMs)),
    cpuSecondsPerMb: round((cpuAfter - cpuBefore) / staying.length / (content / 1e6), 3),
    rssMb,
    drops: after.drops - before.drops,
    cpuUse: round(cpuUse)
  }

  function counts (): { source: number, readers: number, drops: number } {
    const everybody = [author, ...readers].map(({ index }) => network.countsOf(index))
    return {
      source: network.countsOf(source.index).sentBytes,
      readers: sum(staying.map(({ index }) => network.countsOf(index).receivedBytes)),
      drops: sum(everybody.map(({ drops }) => drops))
    }
  }
}

/** Readers follow, one after the other, so that each finds those before it: at once, plain Hyperdrive's would know the author alone. */
async function meet ({ folder, author, readers, workload }: Stage, address: string): Promise<{ issues: number, files: number }> {
  // As large as the one that is measured: nodes that run for months have warmed up, and know their line.
  const had = { issues: 1, files: filesOf({ ...workload, issues: 1 }) }
  await author.publish(await writeIssue(folder, 'first', workload))
  for (const reader of readers) {
    await reader.follow(address)
    await reader.untilHas(had)
  }
  return had
}

/** One reader fetches everything, and the author goes. */
async function leaveOne ({ author, readers, workload }: Stage, address: string): Promise<Placed> {
  const left = readers[0]!
  await left.follow(address)
  await left.untilHas({ issues: workload.issues, files: filesOf(workload) })
  await author.stop()
  return left
}

/** Ends peers in the middle, as the mode says. */
async function disturb ({ network, author, mode, workload }: Stage, leaving: Placed[], { source }: { source: number }, isOver: AbortSignal): Promise<void> {
  const content = contentBytes(workload)
  const received = leaving.map(({ index }) => network.countsOf(index).receivedBytes)
  const gone = new Set<Placed>()
  for await (const _ of setInterval(LOOK_MS)) {
    if (isOver.aborted || (mode.authorGoes !== 'sentOnce' && gone.size === leaving.length)) return
    // 1.05: a perfect transfer.
    if (mode.authorGoes === 'sentOnce' && network.countsOf(author.index).sentBytes - source > content * 1.05) return await author.stop()
    for (const [i, peer] of leaving.entries()) {
      if (gone.has(peer) || network.countsOf(peer.index).receivedBytes - received[i]! < content / 2) continue
      gone.add(peer)
      await peer.stop()
    }
  }
}

/** Publishes more of the same; the median time until the last reader had one, in seconds. */
async function repeat ({ folder, author, readers, workload }: Stage, had: { issues: number, files: number }, first: number): Promise<number> {
  const seconds = [first]
  for (let i = 1; i < SMALL_ISSUES; i++) {
    const issue = await writeIssue(folder, `again-${i}`, workload)
    const startedMs = performance.now()
    await Promise.all([author.publish(issue), ...readers.map(reader => reader.untilHas({ issues: had.issues + i, files: had.files + i * filesOf(workload) }))])
    seconds.push((performance.now() - startedMs) / 1_000)
  }
  return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)]!
}

async function cpuOf (peers: Peer[]): Promise<number> {
  return sum(await Promise.all(peers.map(({ pid }) => cpuSecondsOf(pid))))
}

function round (value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
