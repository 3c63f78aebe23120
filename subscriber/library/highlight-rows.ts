import type { HighlightRow } from './library-issue.ts'
import type { Statements } from './statements.ts'

const COLUMNS = 'newsletter, issue, id, quote, before, start, note, at'

/** What the reader has highlighted, in the file of the marks: kept whether or not the index has the issue at the moment. */
export class HighlightRows {
  #sql: Statements

  constructor (sql: Statements) {
    this.#sql = sql
  }

  /** In the order of the issues and of their texts. */
  of (newsletter: string | null, issue: string | null): HighlightRow[] {
    return this.#sql.all<HighlightRow>(`SELECT ${COLUMNS} FROM reader.highlights
      WHERE (? IS NULL OR newsletter = ?) AND (? IS NULL OR issue = ?) ORDER BY newsletter, issue DESC, start, at`, newsletter, newsletter, issue, issue)
  }

  get (id: string): HighlightRow | null {
    return this.#sql.get<HighlightRow>(`SELECT ${COLUMNS} FROM reader.highlights WHERE id = ?`, id)
  }

  put ({ newsletter, issue, id, quote, before, start, note, at }: HighlightRow): void {
    this.#sql.run(`INSERT OR REPLACE INTO reader.highlights (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, newsletter, issue, id, quote, before, start, note, at)
  }

  /** What is there already stays. */
  add (rows: HighlightRow[]): void {
    for (const row of rows) if (!this.get(row.id)) this.put(row)
  }

  remove (id: string): void {
    this.#sql.run('DELETE FROM reader.highlights WHERE id = ?', id)
  }
}
