import type { Statements } from '../library/statements.ts'

/** Parts in the newest window; each after it has twice as many, so that the newest come at once, and all in a few. */
const PARTS = 1_000
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
    const all = this.#sql.get<{ least: number | null, most: number | null }>('SELECT (SELECT min(part) FROM parts) AS least, (SELECT max(part) FROM parts) AS most')!
    last = Math.min(last, all.most ?? -1)
    this.#ends ??= this.#count()
    const windows: [number, number][] = []
    let from = Math.max(first, all.least ?? 0)
    for (const end of [...this.#ends, Number.MAX_SAFE_INTEGER]) {
      if (end < from || from > last) continue
      windows.push([from, Math.min(end, last)])
      if (end >= last) break
      from = end + 1
    }
    return windows
  }

  #count (): number[] {
    const ends: number[] = []
    let end: number | undefined = -1
    for (let parts = PARTS; ; parts *= 2) {
      end = this.#sql.get<{ part: number }>('SELECT part FROM parts WHERE part > ? ORDER BY part LIMIT 1 OFFSET ?', end, parts - 1)?.part
      if (end === undefined) return ends
      ends.push(end)
    }
  }
}
