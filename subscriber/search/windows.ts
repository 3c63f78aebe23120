import type { Statements } from '../library/statements.ts'

/** Parts in a window: even where all words are in all of them, they are looked through in less time than a person notices. */
const PARTS = 20_000
/** Windows need not be equal; counted anew after so many changes. */
const CHANGES = 2_000

/** Cuts the index into pieces, the newest first, between which a search can see how long it has taken. */
export class Windows {
  #sql: Statements
  #ends: number[] | null = null
  #changes = 0

  constructor (sql: Statements) {
    this.#sql = sql
  }

  changed (): void {
    if (++this.#changes % CHANGES === 0) this.#ends = null
  }

  /** Those that overlap with a range of numbers. */
  within (first: number, last: number): [first: number, last: number][] {
    this.#ends ??= this.#count()
    const windows: [number, number][] = []
    let from = first
    for (const end of [...this.#ends, Number.MAX_SAFE_INTEGER]) {
      if (end < from) continue
      windows.push([from, Math.min(end, last)])
      if (end >= last) break
      from = end + 1
    }
    return windows
  }

  #count (): number[] {
    const ends: number[] = []
    let end: number | undefined = -1
    while (true) {
      end = this.#sql.get<{ part: number }>('SELECT part FROM parts WHERE part > ? ORDER BY part LIMIT 1 OFFSET ?', end, PARTS - 1)?.part
      if (end === undefined) return ends
      ends.push(end)
    }
  }
}
