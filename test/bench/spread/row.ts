/** One run. Bytes are counted as Ethernet frames, so that a perfect transfer is 1.05 times its content. */
export interface Row {
  system: string
  workload: string
  readers: number
  mode: string
  /** Of the readers that stay, so many got everything; where not all did, no time counts for the last one. */
  complete: number
  /** What left who has it first, over the content. */
  egress: number
  /** What came to a reader, over the content; the mean of all that stay. */
  received: number
  /** Time until the first, the median and the last reader had everything, over the least time that is possible. */
  firstOverBound: number | null
  medianOverBound: number | null
  lastOverBound: number | null
  /** Time until the last reader had everything, over a round trip; of a small issue, how it grows with the way. */
  roundTrips: number | null
  /** Of the readers' processes, for each 10^6 bytes of content. */
  cpuSecondsPerMb: number
  /** Of the reader that takes the most. */
  rssMb: number
  /** Datagrams that a full link or bad luck has swallowed. */
  drops: number
  /** Of the whole machine; above 0.6 the times measure the machine and not the network. */
  cpuUse: number
}

/** How far runs of the same differ, of the time until the last reader had everything: largest less smallest, over the median. Null for one run of each. */
export function noiseOf (rows: Row[]): number | null {
  const groups = new Map<string, number[]>()
  for (const { system, workload, readers, mode, lastOverBound } of rows) {
    if (lastOverBound === null) continue
    const key = [system, workload, readers, mode].join(' ')
    groups.set(key, [...groups.get(key) ?? [], lastOverBound].sort((a, b) => a - b))
  }
  const spreads = [...groups.values()].filter(({ length }) => length > 1).map(times => (times.at(-1)! - times[0]!) / times[Math.floor(times.length / 2)]!)
  return spreads.length === 0 ? null : Math.max(...spreads)
}
