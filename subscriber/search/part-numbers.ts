import type { Statements } from '../library/statements.ts'

const HOUR_MS = 3_600_000
/** Until the year 2089. */
const HOURS = 2 ** 20
/** Parts of one hour; what is more goes to the hour before it. */
const OF_HOUR = 4096
/** Numbers of parts may be so much off their hour where very many were published at once. */
const SLACK = 48 * OF_HOUR

/** Numbers for parts, which count down with time: near each other they take little room, and a search finds the newest first. */
export function freeNumbers (sql: Statements, atMs: number, count: number): number[] {
  let first = hourOf(atMs) * OF_HOUR
  while (true) {
    const last = sql.get<{ last: number | null }>('SELECT max(part) AS last FROM parts WHERE part BETWEEN ? AND ?', first, first + OF_HOUR - 1)?.last ?? first - 1
    if (last + count < first + OF_HOUR) return Array.from({ length: count }, (_, i) => last + 1 + i)
    first += OF_HOUR
  }
}

/** Between which numbers lies what was published at or after one time and before another. */
export function numbersBetween (after: number | null, before: number | null): [first: number, last: number] {
  return [
    before === null ? 0 : Math.max(0, hourOf(before) * OF_HOUR - OF_HOUR),
    after === null ? Number.MAX_SAFE_INTEGER : hourOf(after) * OF_HOUR + OF_HOUR + SLACK
  ]
}

/** Counted from the last one down. Whatever an author says, it is one of them. */
function hourOf (atMs: number): number {
  return Math.min(HOURS, Math.max(0, HOURS - Math.floor(atMs / HOUR_MS)))
}
