import type { Statements } from '../library/statements.ts'
import { JOINT } from './text-words.ts'

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

/** How many parts lie in a period of each level: from five days to 240 years. */
const PERIODS = Array.from({ length: 7 }, (_, level) => 128 * OF_HOUR * 4 ** level)
/** A range is covered by so many of one level, which is at most half as much again. */
const MOST_PERIODS = 5

/** The periods in which a part lies, as words of the index. */
export function periodsOf (part: number): string[] {
  return PERIODS.map((size, level) => periodWord(level, Math.floor(part / size)))
}

/** Periods that cover a range. FTS5 looks for words that follow each other on to the end of all texts, unless other words end before. */
export function periodsOver (first: number, last: number): string[] {
  const level = PERIODS.findIndex(size => Math.floor(last / size) - Math.floor(first / size) < MOST_PERIODS)
  const size = PERIODS[level]!
  const from = Math.floor(first / size)
  return Array.from({ length: Math.floor(last / size) - from + 1 }, (_, i) => periodWord(level, from + i))
}

function periodWord (level: number, period: number): string {
  return `${JOINT}${level}${period.toString(36)}`
}

/** Counted from the last one down. Whatever an author says, it is one of them. */
function hourOf (atMs: number): number {
  return Math.min(HOURS, Math.max(0, HOURS - Math.floor(atMs / HOUR_MS)))
}
