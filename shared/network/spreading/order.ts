import { weightOf } from './weight.ts'

/** Who comes or goes changes the rounds of the group in which it does, and of those after it, by one place at most. */
const GROUP = 64

/**
 * In which order those who fetch are to fetch a block for all. Every node computes the same, so nobody has to be told. They
 * take turns, so that all pass on the same share: of as many blocks as there are of them each is the first for one. See
 * section 7.1 of the format.
 */
export class Order {
  #keys: Uint8Array[]
  /** Who is the first for each block of a group, by the group's number. */
  #firsts = new Map<number, Uint8Array[]>()

  /** @param keys the Noise keys of all who fetch */
  constructor (keys: Uint8Array[]) {
    this.#keys = keys
  }

  /** Null: nobody fetches. */
  firstOf (block: number): Uint8Array | null {
    if (this.#keys.length === 0) return null
    const group = Math.floor(block / GROUP)
    const known = this.#firsts.get(group) ?? this.#deal(group * GROUP)
    this.#firsts.set(group, known)
    return known[block % GROUP]!
  }

  isBefore (block: number, key: Uint8Array, other: Uint8Array): boolean {
    const first = this.firstOf(block)
    if (first && isSame(first, key)) return true
    return !(first && isSame(first, other)) && weightOf(block, key) > weightOf(block, other)
  }

  /** How many of the others come before `key`. */
  rankOf (block: number, key: Uint8Array, others: Uint8Array[]): number {
    return others.filter(other => this.isBefore(block, other, key)).length
  }

  #deal (start: number): Uint8Array[] {
    let left: Uint8Array[] = []
    return Array.from({ length: GROUP }, (_, i) => {
      if (left.length === 0) left = [...this.#keys]
      const weights = left.map(key => weightOf(start + i, key))
      return left.splice(weights.indexOf(Math.max(...weights)), 1)[0]!
    })
  }
}

function isSame (key: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(key, other) === 0
}
