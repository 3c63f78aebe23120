import { HighlightRows } from './highlight-rows.ts'
import type { Marked, MarkRows, Place } from './library-issue.ts'
import { KEY, listQuery } from './list-query.ts'
import type { Statements } from './statements.ts'

/**
 * What the reader did with issues: read, saved, stopped at a place. It lies in a file of its own, and is kept whether or
 * not the index has the issue at the moment.
 */
export class Marks {
  #sql: Statements

  constructor (sql: Statements) {
    this.#sql = sql
    this.#takeOver()
  }

  of (newsletter: string, id: string): { read: boolean, saved: boolean } {
    const { read, saved } = this.#sql.get<{ read: number, saved: number }>(`SELECT
      EXISTS (SELECT 1 FROM reader.marks WHERE newsletter = ? AND id = ?) AS read,
      EXISTS (SELECT 1 FROM reader.saved WHERE newsletter = ? AND id = ?) AS saved`, newsletter, id, newsletter, id)!
    return { read: read === 1, saved: saved === 1 }
  }

  read (newsletter: string, id: string, read: boolean): void {
    this.#sql.transaction(() => {
      if (read) this.#sql.run('INSERT OR IGNORE INTO reader.marks (newsletter, id, at) VALUES (?, ?, ?)', newsletter, id, new Date().toISOString())
      else this.#sql.run('DELETE FROM reader.marks WHERE newsletter = ? AND id = ?', newsletter, id)
      this.#sql.run(`UPDATE issues SET read = ? WHERE newsletter = ${KEY} AND id = ?`, read, newsletter, id)
    })
  }

  save (newsletter: string, id: string, saved: boolean): void {
    this.#sql.transaction(() => {
      if (saved) this.#sql.run('INSERT OR IGNORE INTO reader.saved (newsletter, id, at) VALUES (?, ?, ?)', newsletter, id, new Date().toISOString())
      else this.#sql.run('DELETE FROM reader.saved WHERE newsletter = ? AND id = ?', newsletter, id)
      this.#sql.run(`UPDATE issues SET saved = ? WHERE newsletter = ${KEY} AND id = ?`, saved, newsletter, id)
    })
  }

  /** Whether all of it is wanted here, whatever a policy says. */
  fetch (newsletter: string, id: string, fetched: boolean): void {
    if (fetched) this.#sql.run('INSERT OR IGNORE INTO reader.fetched (newsletter, id, at) VALUES (?, ?, ?)', newsletter, id, new Date().toISOString())
    else this.#sql.run('DELETE FROM reader.fetched WHERE newsletter = ? AND id = ?', newsletter, id)
  }

  /** Null: forget it. */
  keepPlace (newsletter: string, id: string, place: Place | null): void {
    if (place === null) this.#sql.run('DELETE FROM reader.places WHERE newsletter = ? AND id = ?', newsletter, id)
    else {
      this.#sql.run('INSERT OR REPLACE INTO reader.places (newsletter, id, fraction, block, at) VALUES (?, ?, ?, ?, ?)',
        newsletter, id, place.fraction, place.block, new Date().toISOString())
    }
  }

  /**
   * Marks every unread issue of the inbox read, or of one newsletter.
   *
   * @returns how many, and the time that they were marked with, by which {@link takeBack} finds them
   */
  readAll (newsletter: string | undefined): { marked: number, at: string } {
    const { index, conditions, values } = listQuery({ unread: true, newsletter })
    const at = new Date().toISOString()
    return this.#sql.transaction(() => {
      const unread = this.#sql.all<{ key: number, address: string, id: string }>(`SELECT issues.key, address, id FROM issues INDEXED BY ${index}
        CROSS JOIN newsletters ON newsletters.key = newsletter WHERE ${conditions.join(' AND ')}`, ...values)
      for (const { key, address, id } of unread) {
        this.#sql.run('INSERT OR REPLACE INTO reader.marks (newsletter, id, at) VALUES (?, ?, ?)', address, id, at)
        this.#sql.run('UPDATE issues SET read = 1 WHERE key = ?', key)
      }
      return { marked: unread.length, at }
    })
  }

  /** Takes back what was marked read at one time; gives how many that were. */
  takeBack (at: string): number {
    if (at === '') return 0 // those of old do not belong together
    return this.#sql.transaction(() => {
      const marked = this.#sql.all<{ newsletter: string, id: string }>('SELECT newsletter, id FROM reader.marks WHERE at = ?', at)
      this.#sql.run('DELETE FROM reader.marks WHERE at = ?', at)
      for (const { newsletter, id } of marked) this.#sql.run(`UPDATE issues SET read = 0 WHERE newsletter = ${KEY} AND id = ?`, newsletter, id)
      return marked.length
    })
  }

  /** Everything, as a backup takes it. */
  all (): MarkRows {
    return {
      read: this.#sql.all<Marked>('SELECT newsletter, id, at FROM reader.marks'),
      saved: this.#sql.all<Marked>('SELECT newsletter, id, at FROM reader.saved'),
      fetched: this.#sql.all<Marked>('SELECT newsletter, id, at FROM reader.fetched'),
      places: this.#sql.all<Marked & Place>('SELECT newsletter, id, fraction, block, at FROM reader.places'),
      highlights: new HighlightRows(this.#sql).of(null, null)
    }
  }

  /** Adds marks to those that are here; where an issue has one already, that stays. */
  add ({ read, saved, fetched, places, highlights }: MarkRows): void {
    this.#sql.transaction(() => {
      new HighlightRows(this.#sql).add(highlights)
      for (const { newsletter, id, at } of read) this.#sql.run('INSERT OR IGNORE INTO reader.marks (newsletter, id, at) VALUES (?, ?, ?)', newsletter, id, at)
      for (const { newsletter, id, at } of saved) this.#sql.run('INSERT OR IGNORE INTO reader.saved (newsletter, id, at) VALUES (?, ?, ?)', newsletter, id, at)
      for (const { newsletter, id, at } of fetched) this.#sql.run('INSERT OR IGNORE INTO reader.fetched (newsletter, id, at) VALUES (?, ?, ?)', newsletter, id, at)
      for (const { newsletter, id, fraction, block, at } of places) {
        this.#sql.run('INSERT OR IGNORE INTO reader.places (newsletter, id, fraction, block, at) VALUES (?, ?, ?, ?, ?)', newsletter, id, fraction, block, at)
      }
      this.#takeOver()
    })
  }

  /** The file of marks may have come from a backup since the index was written. */
  #takeOver (): void {
    for (const { key, address } of this.#sql.all<{ key: number, address: string }>('SELECT key, address FROM newsletters')) {
      for (const [column, table] of [['read', 'marks'], ['saved', 'saved']]) {
        this.#sql.run(`UPDATE issues SET ${column} = NOT ${column} WHERE newsletter = ?
          AND ${column} <> EXISTS (SELECT 1 FROM reader.${table} AS marked WHERE marked.newsletter = ? AND marked.id = issues.id)`, key, address)
      }
    }
  }
}
