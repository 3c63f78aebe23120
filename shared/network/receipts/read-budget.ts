import { CHALLENGE_BLOCKS } from '../../format/challenge.ts'

/** Blocks that one peer may have read for its challenges: so many at once, and so many more each second. */
const BURST_BLOCKS = 2048
const BLOCKS_PER_SECOND = 16
/** Challenges of one peer that may wait; who asks for more is told to come back. */
const WAITING = 4

/** Keeps one peer from having this node read its disk all day. */
export class ReadBudget {
  #blocks = BURST_BLOCKS
  #atMs = performance.now()
  #waiting = 0

  /** Does the work when the budget allows it; null when it does not. */
  async spend<T> (blocks: number, work: () => Promise<T>): Promise<T | null> {
    const now = performance.now()
    this.#blocks = Math.min(BURST_BLOCKS, this.#blocks + (now - this.#atMs) / 1000 * BLOCKS_PER_SECOND)
    this.#atMs = now
    // Even an empty challenge costs a signature.
    const cost = Math.max(1, Math.min(blocks, 2 * CHALLENGE_BLOCKS))
    if (this.#waiting >= WAITING || cost > this.#blocks) return null
    this.#blocks -= cost
    this.#waiting++
    try {
      return await work()
    } finally {
      this.#waiting--
    }
  }
}
