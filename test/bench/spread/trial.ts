import { disturb } from './disturb.ts'
import { untilIdle } from './idle.ts'
import { cpuSecondsOf, machineUse, rssMbOf, sum } from './meter.ts'
import { type Mode, MODES } from './mode.ts'
import type { Peer, StartPeer } from './peer.ts'
import type { Row } from './row.ts'
import type { Link, ShapedNetwork } from './shaped-network.ts'
import { type Placed, Stage } from './stage.ts'
import { untilStuck } from './stuck.ts'
import { contentBytes, filesOf, leastSeconds, type Workload, writeIssue } from './workload.ts'

export interface TrialParts { system: string, start: StartPeer, name: string, workload: Workload, readers: number, mode: string }

/** One issue is over before anything can be seen of it: so many are published, one after the other, and the median counts. */
const SMALL_ISSUES = 9

interface Cast { folder: string, network: ShapedNetwork, author: Placed, readers: Placed[], mode: Mode, workload: Workload }

/** Runs one system once, on a network and a private DHT of its own. */
export async function runTrial (parts: TrialParts): Promise<Row> {
  const { workload } = parts
  const row = await runOver(parts, workload)
  if (workload.secondDelayMs === undefined) return row
  // What takes the machine's time is the same on both ways: the difference is the way's.
  const [author, reader] = [workload.author, workload.reader].map(link => ({ ...link, delayMs: workload.secondDelayMs! })) as [Link, Link]
  const second = await runOver(parts, { ...workload, author, reader })
  const [first, longer] = [workload, { author, reader }].map(({ author, reader }) => author.delayMs + reader.delayMs) as [number, number]
  const ways = [row.roundTrips, second.roundTrips]
  return { ...row, roundTrips: ways.includes(null) ? null : round((ways[1]! * longer - ways[0]! * first) / (longer - first)) }
}

async function runOver (parts: TrialParts, workload: Workload): Promise<Row> {
  const stage = await Stage.open()
  const mode = MODES[parts.mode]!
  try {
    const author = await stage.start(parts.start, 'author', workload.author)
    const links = Array.from({ length: parts.readers }, (_, place) => mode.linkOf?.(workload.reader, place) ?? workload.reader)
    const readers = await Promise.all(links.map((link, place) => stage.start(parts.start, `reader${place}`, link)))
    return await measure(parts, { folder: stage.folder, network: stage.network, author, readers, mode, workload })
  } finally {
    await stage.close()
  }
}

async function measure ({ system, name, mode: modeName }: TrialParts, cast: Cast): Promise<Row> {
  const { network, author, readers, mode, workload } = cast
  const content = contentBytes(workload)
  const address = await author.create()
  const had = mode.isConnected ? await meet(cast, address) : { issues: 0, files: 0 }
  const folders = await Promise.all(Array.from({ length: workload.issues }, (_, i) => writeIssue(cast.folder, `issue-${i}`, workload)))
  const publishAll = async (): Promise<void> => { for (const folder of folders) await author.publish(folder) }
  if (!mode.isConnected) await publishAll()
  const source = mode.authorGoes === 'before' ? await leaveOne(cast, address) : author
  const fetching = readers.filter(reader => reader !== source)
  const leaving = fetching.slice(0, Math.round((mode.leaving ?? 0) * fetching.length))
  const staying = fetching.slice(leaving.length)

  const [before, cpuBefore, endUse] = [counts(), await cpuOf(staying), machineUse()]
  const startedMs = performance.now()
  const all = { issues: had.issues + workload.issues, files: had.files + filesOf(workload) }
  const isOver = new AbortController()
  const events = disturb({ network, author, mode, contentBytes: content, leaving }, isOver.signal)
  const seconds: number[] = []
  const isThere = Promise.all([
    mode.isConnected && publishAll(),
    ...fetching.map(async reader => {
      if (!mode.isConnected) await reader.follow(address)
      if (leaving.includes(reader)) return
      await reader.untilHas(all)
      seconds.push((performance.now() - startedMs) / 1_000)
    })
  ])
  await Promise.race([isThere, untilStuck(() => counts().readers, content, isOver.signal)])
  isOver.abort()
  await events
  const cpuUse = endUse()
  const after = counts()
  const cpuAfter = await cpuOf(staying)
  const rssMb = Math.max(...await Promise.all(staying.map(({ pid }) => rssMbOf(pid))))
  const isComplete = seconds.length === staying.length
  const lastSeconds = isComplete && workload.secondDelayMs !== undefined ? await repeat(cast, all, seconds.at(-1)!) : seconds.at(-1)!
  const least = leastSeconds(content, source.link, staying.map(({ link }) => link))
  const overLeast = (time: number | undefined): number | null => time === undefined ? null : round(time / least)
  return {
    system,
    workload: name,
    readers: readers.length,
    mode: modeName,
    complete: seconds.length,
    egress: round((after.source - before.source) / content),
    received: round((after.readers - before.readers) / staying.length / content),
    firstOverBound: overLeast(seconds[0]),
    medianOverBound: overLeast(seconds[Math.floor(staying.length / 2)]),
    lastOverBound: isComplete ? overLeast(lastSeconds) : null,
    roundTrips: isComplete ? round(lastSeconds * 1_000 / (workload.author.delayMs + workload.reader.delayMs)) : null,
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
async function meet ({ folder, author, readers, workload }: Cast, address: string): Promise<{ issues: number, files: number }> {
  // As large as the one that is measured: nodes that run for months have warmed up, and know their line.
  const had = { issues: 1, files: filesOf({ ...workload, issues: 1 }) }
  await author.publish(await writeIssue(folder, 'first', workload))
  for (const reader of readers) {
    await reader.follow(address)
    await reader.untilHas(had)
  }
  // What they have to tell each other about the first is no cost of the one that is measured.
  await untilIdle()
  return had
}

/** One reader fetches everything, and the author goes. */
async function leaveOne ({ author, readers, workload }: Cast, address: string): Promise<Placed> {
  const left = readers[0]!
  await left.follow(address)
  await left.untilHas({ issues: workload.issues, files: filesOf(workload) })
  await author.stop()
  return left
}

/** Publishes more of the same; the median time until the last reader had one, in seconds. */
async function repeat ({ folder, author, readers, workload }: Cast, had: { issues: number, files: number }, first: number): Promise<number> {
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
