import { compareNumbered, type Numbered, shownNumber } from '../../shared/format/numbering.ts'
import type { Statements } from './statements.ts'

interface Row extends Numbered { key: number, shown: number }

/** Rows looked at together. */
const CHUNK = 500
/** What was refused unread has no number and no place. */
const PLACE = '(number, published_at, id)'

/** Keeps the numbers that readers see right while issues come and go. */
export class Numbers {
  #sql: Statements
  /** Issues whose number changed because another came or went, by newsletter. */
  #moved = new Map<number, Set<string>>()

  constructor (sql: Statements) {
    this.#sql = sql
  }

  /** Where an issue stands now; null when it is not here. */
  placeOf (newsletter: number, id: string): Numbered | null {
    return this.#sql.get<Numbered>('SELECT number, published_at AS publishedAt, id FROM issues WHERE newsletter = ? AND id = ?', newsletter, id)
  }

  /** @param places where issues came, or went from */
  changed (newsletter: number, places: Numbered[]): void {
    if (places.length === 0) return
    const touched = new Set(places.map(({ id }) => id))
    const [first, last] = [places.reduce((a, b) => compareNumbered(b, a) < 0 ? b : a), places.reduce((a, b) => compareNumbered(b, a) > 0 ? b : a)]
    let before = this.#shownBefore(newsletter, first)
    let from = first
    let isFirst = true
    while (true) {
      const rows = this.#from(newsletter, from, isFirst)
      for (const row of rows) {
        const shown = shownNumber(row, before)
        // From the first one on that stays as it was, behind everything that came or went, all stay.
        if (shown === row.shown && compareNumbered(row, last) > 0) return
        if (shown !== row.shown) {
          this.#sql.run('UPDATE issues SET shown = ? WHERE key = ?', shown, row.key)
          if (!touched.has(row.id)) this.#tell(newsletter, row.id)
        }
        before = shown
        from = row
      }
      if (rows.length < CHUNK) return
      isFirst = false
    }
  }

  highest (newsletter: number): number {
    return this.#sql.get<{ shown: number }>(`SELECT shown FROM issues INDEXED BY issues_by_number WHERE newsletter = ? AND number > 0
      ORDER BY number DESC, published_at DESC, id DESC LIMIT 1`, newsletter)?.shown ?? 0
  }

  /** Ids of issues that are shown with another number than before, each told once. */
  takeMoved (newsletter: number): string[] {
    const moved = [...this.#moved.get(newsletter) ?? []]
    this.#moved.delete(newsletter)
    return moved
  }

  #shownBefore (newsletter: number, { number, publishedAt, id }: Numbered): number {
    return this.#sql.get<{ shown: number }>(`SELECT shown FROM issues INDEXED BY issues_by_number WHERE newsletter = ? AND number > 0
      AND ${PLACE} < (?, ?, ?) ORDER BY number DESC, published_at DESC, id DESC LIMIT 1`, newsletter, number, publishedAt, id)?.shown ?? 0
  }

  #from (newsletter: number, { number, publishedAt, id }: Numbered, isFirst: boolean): Row[] {
    return this.#sql.all<Row>(`SELECT key, number, shown, published_at AS publishedAt, id FROM issues INDEXED BY issues_by_number
      WHERE newsletter = ? AND number > 0 AND ${PLACE} ${isFirst ? '>=' : '>'} (?, ?, ?) ORDER BY number, published_at, id LIMIT ?`,
    newsletter, number, publishedAt, id, CHUNK)
  }

  #tell (newsletter: number, id: string): void {
    const moved = this.#moved.get(newsletter) ?? new Set()
    this.#moved.set(newsletter, moved.add(id))
  }
}
