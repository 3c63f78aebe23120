import type { JSValue } from 'node-sqlite3-wasm'
import type { Statements } from '../library/statements.ts'
import type { Found, FoundIssue, Wanted } from './found.ts'
import { type Place, unpacked } from './indexed-issue.ts'
import { inPeriods, isOrdered, matchExpression, type MatchExpression } from './match-expression.ts'
import { numbersBetween, periodsOver } from './part-numbers.ts'
import { bestPlace, marked } from './marked-text.ts'
import type { Windows } from './windows.ts'

/** The newest parts that match are ranked. Nobody looks through more, and of a word that is everywhere there is no best place. */
const MOST = 300
/** And of those where it stands in the title, or another place that counts more. */
const MOST_OF_PLACE = 50
/**
 * Then no more windows are opened, and what was found by then is what there is to see: soon where there is a page to show, later
 * where there is less. For words that follow each other somewhere, and nowhere else, one rather waits than hears of nothing.
 */
const PAGE_MS = 8
const LESS_MS = 100
const NOTHING_MS = 1_000
/** Then what is older is not looked through for better places. */
const RANKING_MS = 8

/** What it counts where a word stands. */
const PLACES: [place: Place, weight: number][] = [['title', 8], ['deck', 4], ['often', 2]]
const IN_TEXT = 1
/** Words that stand beside each other as they were typed. */
const TOGETHER = 2
/** By so much the newest counts more than the oldest; it fades with the years. */
const NEWER = 0.25
const YEAR_MS = 31_557_600_000

interface Hit { part: number, at: number, weights: number[], together: boolean }
interface Row { part: number, issue: number, at: number }

/**
 * Finds issues, best first: in the title before in the text, a little before where it is newer. Every step is bounded, whatever
 * is asked: what FTS5 gives comes newest first and unsorted, so a limit ends it, and a window that nothing is found in ends.
 */
export function find (wanted: Wanted, sql: Statements, windows: Windows): Found {
  const expression = matchExpression(wanted, sql)
  if (!expression) return { issues: [], total: 0, isMore: false }
  const startedMs = performance.now()
  const hits = new Map<number, Hit>()
  const rows = new MatchingRows(wanted, sql)
  let left = MOST
  let isMore = false
  const ranges = windows.within(...rows.range)
  for (const [i, [first, last]] of ranges.entries()) {
    const limitMs = hits.size === 0 ? NOTHING_MS : hits.size > wanted.offset + wanted.limit ? PAGE_MS : LESS_MS
    isMore = left === 0 || (i > 0 && performance.now() - startedMs > limitMs)
    if (isMore) break
    const found = rows.of(expression.all, left, first, last)
    for (const row of found) hit(hits, row, wanted.phrases.length)
    left -= found.length
  }
  isMore ||= left === 0
  // Where nothing is, nothing stands in a better place.
  if (hits.size > 0) weigh(hits, wanted, expression, newestOf(rows, ranges))
  const nowMs = Date.now()
  const ranked = [...hits].map(([issue, one]) => ({ issue, ...one, score: scoreOf(one, nowMs) }))
    .sort((a, b) => b.score - a.score || b.at - a.at || a.part - b.part)
  const shown = ranked.slice(wanted.offset, wanted.offset + wanted.limit)
  return { issues: shown.map(({ issue, part }) => foundIssue(issue, part, wanted, sql)), total: hits.size, isMore }
}

/** Adds what the places say where the words stand, and what stands there though it is older than the newest that match. */
function weigh (hits: Map<number, Hit>, { phrases }: Wanted, expression: MatchExpression, newest: (expression: string) => Row[]): void {
  for (const [place, weight] of PLACES) {
    for (const i of phrases.keys()) {
      const there = expression.inPlace(i, place)
      for (const row of there === null ? [] : newest(there)) {
        const { weights } = hit(hits, row, phrases.length)
        weights[i] = Math.max(weights[i]!, weight)
      }
    }
  }
  if (phrases.length < 2) return
  const together = expression.together(phrases.flatMap(({ words }) => words))
  for (const row of newest(together)) hit(hits, row, phrases.length).together = true
}

/**
 * The newest of what matches. Of words for themselves all at once, since few texts have them in such a place; else the first
 * window in any case, and older ones while there is time.
 */
function newestOf (rows: MatchingRows, ranges: [first: number, last: number][]): (expression: string) => Row[] {
  const startedMs = performance.now()
  return expression => {
    const found: Row[] = []
    const windows: [first: number, last: number][] = rows.areMarked || isOrdered(expression) ? ranges : [[ranges[0]![0], ranges.at(-1)![1]]]
    for (const [i, [first, last]] of windows.entries()) {
      if (found.length >= MOST_OF_PLACE || (i > 0 && performance.now() - startedMs > RANKING_MS)) break
      found.push(...rows.of(expression, MOST_OF_PLACE - found.length, first, last))
    }
    return found
  }
}

/** Of an issue of several parts the first one that was found is shown. */
function hit (hits: Map<number, Hit>, { issue, part, at }: Row, phrases: number): Hit {
  let known = hits.get(issue)
  if (!known) hits.set(issue, known = { part, at, weights: new Array<number>(phrases).fill(IN_TEXT), together: false })
  return known
}

function scoreOf ({ at, weights, together }: Hit, nowMs: number): number {
  const mean = weights.length === 0 ? IN_TEXT : weights.reduce((sum, weight) => sum + weight, 0) / weights.length
  const years = Math.max(0, nowMs - at) / YEAR_MS
  return (mean + (together ? TOGETHER : 0)) * (1 + NEWER * 2 ** -years)
}

function foundIssue (issue: number, part: number, { phrases }: Wanted, sql: Statements): FoundIssue {
  const row = sql.get<{ newsletter: string, id: string, packed: Uint8Array }>('SELECT newsletter, id, packed FROM issues JOIN texts ON part = ? WHERE key = ?', part, issue)!
  const { title, subtitle, summary, text } = unpacked(row.packed)
  const deck = bestPlace(subtitle || summary, phrases)
  const place = bestPlace(text, phrases)
  // Where the text does not have it, the deck may.
  const snippet = place.some(({ isHit }) => isHit) || !deck.some(({ isHit }) => isHit) ? place : deck
  return { newsletter: row.newsletter, id: row.id, title: marked(title, phrases), snippet }
}

/** Parts that match, newest first, of the days and the state that are wanted. */
class MatchingRows {
  readonly range: [first: number, last: number]
  /** Only what was marked in a way is wanted, which may be few of many. */
  readonly areMarked: boolean
  #sql: Statements
  #conditions: string
  #values: JSValue[]

  constructor ({ after, before, unread, saved }: Wanted, sql: Statements) {
    const [from, to] = [after, before].map(time => time === null ? null : Date.parse(time)) as [number | null, number | null]
    this.#sql = sql
    this.range = numbersBetween(from, to)
    this.areMarked = unread || saved
    this.#conditions = [...from === null ? [] : ['at >= ?'], ...to === null ? [] : ['at < ?'], ...unread ? ['read = 0'] : [], ...saved ? ['saved = 1'] : []].map(condition => ` AND ${condition}`).join('')
    this.#values = [from, to].filter(time => time !== null)
  }

  /** @param expression of FTS5; empty: all there are */
  of (expression: string, limit: number, first: number, last: number): Row[] {
    const [from, match, given] = expression === ''
      ? ['parts WHERE is_first = 1', 'part', []]
      // CROSS JOIN: in the order of the matches, which is that of time.
      : ['matches CROSS JOIN parts ON part = matches.rowid WHERE matches MATCH ?', 'matches.rowid', [inPeriods(expression, periodsOver(first, last))]]
    return this.#sql.all<Row>(`SELECT part, issue, at FROM ${from} AND ${match} BETWEEN ? AND ?${this.#conditions} ORDER BY ${match} LIMIT ?`, ...given, first, last, ...this.#values, limit)
  }
}
