import { weightOf } from './weight.ts'

/** In so many blocks, from a multiple of that on, nobody has more than their share. */
const GROUP = 32

/**
 * Who of some nodes fetches which block for all: the one with the greatest {@link weightOf | weight} of those who have not their
 * share of the blocks around it yet (rendezvous hashing with bounded loads). By the weight alone one of eight would have 1.4
 * times its part of 85 blocks to pass on, and another half of it (medians of 2,000 draws), and all would wait for the one.
 */
export class Shares {
  #keys: Uint8Array[]
  #most: number
  /** By group: whose each block is. */
  #firsts = new Map<number, Uint8Array[]>()

  /** @param keys of the nodes, not none */
  constructor (keys: Uint8Array[]) {
    this.#keys = keys
    this.#most = Math.ceil(GROUP / keys.length)
  }

  /** Whether they are the shares of these, in this order. */
  areOf (keys: Uint8Array[]): boolean { return keys.length === this.#keys.length && keys.every((key, i) => key === this.#keys[i]) }

  firstOf (block: number): Uint8Array {
    const group = Math.floor(block / GROUP)
    const known = this.#firsts.get(group)
    if (known) return known[block % GROUP]!
    const firsts = this.#deal(group * GROUP)
    this.#firsts.set(group, firsts)
    return firsts[block % GROUP]!
  }

  /** How many come before a node: the one whose block it is, and then by their weights. */
  rankOf (block: number, key: Uint8Array): number {
    const first = this.firstOf(block)
    if (first === key) return 0
    const own = weightOf(block, key)
    return 1 + this.#keys.filter(other => other !== first && weightOf(block, other) > own).length
  }

  #deal (start: number): Uint8Array[] {
    const counts = new Map(this.#keys.map(key => [key, 0]))
    return Array.from({ length: GROUP }, (_, i) => {
      let first: Uint8Array | null = null
      for (const [key, count] of counts) {
        if (count < this.#most && (!first || weightOf(start + i, key) > weightOf(start + i, first))) first = key
      }
      counts.set(first!, counts.get(first!)! + 1)
      return first!
    })
  }
}
