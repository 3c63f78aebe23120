import type Hypercore from 'hypercore'
import type { BlockRanges } from '../format/block-ranges.ts'

/** Blocks of a core that are here, as its bitfield says. */
export function rangesIn (core: Hypercore): BlockRanges {
  const { bitfield } = core.core
  const ranges: BlockRanges = []
  let start = bitfield.firstSet(0)
  while (start !== -1 && start < core.length) {
    const missing = bitfield.firstUnset(start)
    const end = missing === -1 ? core.length : Math.min(missing, core.length)
    ranges.push([start, end])
    start = bitfield.firstSet(end)
  }
  return ranges
}
