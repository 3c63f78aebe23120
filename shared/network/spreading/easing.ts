import type { AskedBlocks } from './asked-blocks.ts'
import type { Neighbour } from './neighbour.ts'

/** A block that was asked of somebody for so long may be asked of another one. */
const MOVE_MS = 300
/** Who was asked and has sent nothing for so long is not busy but slow. */
const SLOW_MS = 1_000
/** Of who fetches, too, so many may be taken over from who only gives. */
const MOST_TAKEN_OVER = 16

/**
 * Takes load off those who only give, and off those who have much to do: what was asked of them is asked of others who have
 * it by now. What one was to fetch who fetches nothing is taken back, too.
 *
 * @returns the blocks that were
 */
export function ease (neighbours: Neighbour[], asked: AskedBlocks): number[] {
  const others = neighbours.filter(({ speaks, canBeAsked, part }) => speaks && canBeAsked && !part.isWriter)
  const moved: number[] = []
  for (const from of neighbours) {
    // From the end: what was asked first is the next to come.
    for (const [block, { sinceMs }] of [...from.asked].reverse()) {
      if (from.isStuck(block)) {
        asked.takeBack(from, block)
        from.foundPassive()
        continue
      }
      const to = performance.now() - sinceMs < MOVE_MS ? null : others.find(other => other !== from && other.has(block) && mayTakeOver(other, from, sinceMs))
      if (!to) continue
      asked.takeBack(from, block)
      asked.ask(to, block)
      moved.push(block)
    }
  }
  return moved
}

function mayTakeOver (other: Neighbour, from: Neighbour, sinceMs: number): boolean {
  const onlyGives = from.part.isWriter || from.isComplete
  if (onlyGives && !other.isComplete) return other.asked.size < MOST_TAKEN_OVER
  return other.asked.size === 0 && (from.asked.size > 1 || performance.now() - Math.max(from.blockMs, sinceMs) > SLOW_MS)
}
