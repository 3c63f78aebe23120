import { setImmediate } from 'node:timers/promises'
import type { HeldReceipt, IssuePieces } from '../../shared/network/receipts/held-receipt.ts'

/** So much is gone through between two turns: a few milliseconds. */
const AT_ONCE = 5_000

/**
 * By how many receipts each of some issues is claimed: of one in several pieces, or that shares blocks with others, by how many
 * its rarest piece is, which is all that a ranking needs. Strangers say what receipts claim, and there are thousands; all else
 * has its turn meanwhile.
 */
export async function countCopies (issues: IssuePieces[], receipts: HeldReceipt[]): Promise<number[]> {
  const counts = new Array<number>(issues.length).fill(0)
  const turns = new Turns()
  for (const drive of new Set(issues.map(issue => issue.drive))) {
    const pieces = new ClaimedPieces(issues.filter(issue => issue.drive === drive))
    for (const { receipt } of receipts) {
      if (receipt.drive !== drive) continue
      pieces.claimIndex(receipt.index.length)
      await turns.spend(receipt.blocks.length)
      for (const [start, end] of receipt.blocks) pieces.claim(start, end)
    }
    pieces.sum()
    for (const [i, issue] of issues.entries()) {
      if (issue.drive !== drive) continue
      await turns.spend(issue.runs.length)
      counts[i] = pieces.of(issue)
    }
  }
  return counts
}

/** What is asked of a drive's blocks, cut at every place where one of the questions begins or ends, and how often each piece is claimed. */
class ClaimedPieces {
  #cuts: Float64Array
  /** By how much each piece is claimed more often than the one before it. */
  #more: Int32Array
  #indexes: number[] = []
  #least = new LeastOf(new Int32Array(0))

  constructor (issues: IssuePieces[]) {
    this.#cuts = Float64Array.from(new Set(issues.flatMap(({ runs }) => runs.flat()))).sort()
    this.#more = new Int32Array(this.#cuts.length)
  }

  claimIndex (length: number): void { this.#indexes.push(length) }

  claim (start: number, end: number): void {
    const [from, to] = [this.#firstFrom(start), this.#firstFrom(end + 1) - 1]
    if (from >= to) return
    this.#more[from]! += 1
    this.#more[to]! -= 1
  }

  /** After the last claim. */
  sum (): void {
    this.#indexes.sort((a, b) => a - b)
    let count = 0
    this.#least = new LeastOf(this.#more.map(more => { count += more; return count }))
  }

  of ({ seq, runs }: IssuePieces): number {
    const index = this.#indexes.length - firstFrom(this.#indexes, seq + 1)
    return runs.reduce((least, [start, end]) => Math.min(least, this.#least.between(this.#firstFrom(start), this.#firstFrom(end))), index)
  }

  /** The first cut that is not before a block. */
  #firstFrom (block: number): number { return firstFrom(this.#cuts, block) }
}

/** The least of any run of numbers, without going through it. */
class LeastOf {
  /** The numbers are the leaves; above two stands the lesser. */
  #tree: Int32Array
  #size: number

  constructor (numbers: Int32Array) {
    this.#size = numbers.length
    this.#tree = new Int32Array(2 * numbers.length)
    this.#tree.set(numbers, numbers.length)
    for (let i = numbers.length - 1; i > 0; i--) this.#tree[i] = Math.min(this.#tree[2 * i]!, this.#tree[2 * i + 1]!)
  }

  /** @param end exclusive */
  between (start: number, end: number): number {
    let least = Infinity
    for (let [from, to] = [start + this.#size, end + this.#size]; from < to; from >>= 1, to >>= 1) {
      if (from & 1) least = Math.min(least, this.#tree[from++]!)
      if (to & 1) least = Math.min(least, this.#tree[--to]!)
    }
    return least
  }
}

class Turns {
  #spent = 0

  async spend (pieces: number): Promise<void> {
    this.#spent += pieces + 1
    if (this.#spent < AT_ONCE) return
    this.#spent = 0
    await setImmediate()
  }
}

/** The place of the first of some sorted numbers that is no less than one. */
function firstFrom (sorted: ArrayLike<number>, least: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (sorted[middle]! < least) from = middle + 1
    else to = middle
  }
  return from
}
