/** Blocks from the first number to the second, which is not one of them. */
export type BlockRange = [start: number, end: number]

/** Sorted, without overlaps and without touching neighbours: one set of blocks has one spelling. */
export type BlockRanges = BlockRange[]

/** True for the one spelling, of blocks below `length`. */
export function areRanges (ranges: BlockRange[], length: number): boolean {
  return ranges.every(([start, end], i) => start < end && end <= length && (i === 0 || start > ranges[i - 1]![1]))
}

/** Brings any ranges into the one spelling. */
export function rangesOf (ranges: BlockRange[]): BlockRanges {
  const joined: BlockRanges = []
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = joined.at(-1)
    if (start >= end) continue
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}

/** True when all blocks from `start` to `end` (exclusive) are in the set; an empty run always is. */
export function covers (ranges: BlockRanges, start: number, end: number): boolean {
  if (start >= end) return true
  const last = lastUpTo(ranges, start)
  return last >= 0 && end <= ranges[last]![1]
}

/** The place of the last one that begins no later than a block; -1: none does. There may be tens of thousands, and as many questions. */
function lastUpTo (ranges: BlockRanges, block: number): number {
  let [from, to] = [0, ranges.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (ranges[middle]![0] <= block) from = middle + 1
    else to = middle
  }
  return from - 1
}

/** The blocks that both sets have. */
export function common (a: BlockRanges, b: BlockRanges): BlockRanges {
  const found: BlockRanges = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [start, end] = [Math.max(a[i]![0], b[j]![0]), Math.min(a[i]![1], b[j]![1])]
    if (start < end) found.push([start, end])
    if (a[i]![1] < b[j]![1]) i++
    else j++
  }
  return found
}

/** The blocks of `ranges` that are not in `without`. */
export function difference (ranges: BlockRanges, without: BlockRanges): BlockRanges {
  const left: BlockRanges = []
  for (const [start, end] of ranges) {
    let from = start
    // There may be very many, and few of them beside a few blocks.
    for (let i = Math.max(0, lastUpTo(without, start)); i < without.length && without[i]![0] < end; i++) {
      if (from < without[i]![0]) left.push([from, without[i]![0]])
      from = Math.max(from, without[i]![1])
    }
    if (from < end) left.push([from, end])
  }
  return left
}

export function countBlocks (ranges: BlockRanges): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0)
}

/** The block at `place` among those of the set, counted from the lowest. */
export function blockAt (ranges: BlockRanges, place: number): number {
  let left = place
  for (const [start, end] of ranges) {
    if (left < end - start) return start + left
    left -= end - start
  }
  throw new RangeError(`The set has no block at place ${place}.`)
}
