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
  // The last one that begins no later; there may be tens of thousands, and as many questions.
  let [from, to] = [0, ranges.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (ranges[middle]![0] <= start) from = middle + 1
    else to = middle
  }
  return from > 0 && end <= ranges[from - 1]![1]
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
  const outside: BlockRanges = []
  let from = 0
  for (const [start, end] of without) {
    if (from < start) outside.push([from, start])
    from = end
  }
  outside.push([from, Infinity])
  return common(ranges, outside)
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
