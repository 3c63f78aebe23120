import { randomInt } from 'node:crypto'
import { blockAt, type BlockRanges, countBlocks } from '../../format/block-ranges.ts'

/**
 * Blocks to ask for: all of them when there are no more than `most`; else `most` of them, one at random from each of as
 * many equal parts, so that no piece longer than two parts goes unasked.
 */
export function sampleOf (ranges: BlockRanges, most: number): number[] {
  const total = countBlocks(ranges)
  if (total <= most) return Array.from({ length: total }, (_, place) => blockAt(ranges, place))
  return Array.from({ length: most }, (_, part) => {
    const [from, to] = [Math.floor(part * total / most), Math.floor((part + 1) * total / most)]
    return blockAt(ranges, from + randomInt(to - from))
  })
}

/** The sample in challenges of at most `size` blocks of each core. */
export function challengesOf (index: number[], blobs: number[], size: number): { index: number[], blobs: number[] }[] {
  const count = Math.ceil(Math.max(index.length, blobs.length) / size)
  return Array.from({ length: count }, (_, i) => ({ index: index.slice(i * size, (i + 1) * size), blobs: blobs.slice(i * size, (i + 1) * size) }))
}
