import type { Database } from 'node-sqlite3-wasm'
import type { IssueKey } from '../issue-view.ts'
import { Statements } from '../library/statements.ts'
import { find } from './find.ts'
import type { Found, Wanted } from './found.ts'
import { COLUMNS, columnsOf, type IndexedIssue, type IndexedPart, type IssueVersion, packed, partsOf, unpacked } from './indexed-issue.ts'
import { freeNumbers } from './part-numbers.ts'
import { Windows } from './windows.ts'

const ROW = `matches (rowid, ${COLUMNS.join(', ')})`
const TAKE_OUT = `matches (matches, rowid, ${COLUMNS.join(', ')})`
const VALUES = COLUMNS.map(() => '?').join(', ')
/** Known to be in the table of words, so that it need not be asked again: enough for the usual ones of several languages. */
const MOST_KNOWN_WORDS = 50_000

interface Part { number: number, columns: string[] }

/** Pages of lists of words that are merged in one step: a few milliseconds. */
const MERGED_PAGES = 16

/** The index inside its thread: what {@link SearchIndex} offers, on an open file. */
export class SearchStore {
  #sql: Statements
  #windows: Windows
  #knownWords = new Set<string>()
  /** Counted once: it is told with everything that is found. Null: not yet. */
  #size: number | null = null

  constructor (database: Database) {
    this.#sql = new Statements(database)
    this.#windows = new Windows(this.#sql)
  }

  close (): void {
    this.#sql.close()
  }

  /** Takes over what was marked, and says which of them the index does not have as they are now. */
  compare (versions: IssueVersion[]): IssueVersion[] {
    return this.#sql.transaction(() => versions.filter(({ newsletter, id, version, read, saved }) => {
      const known = this.#sql.get<{ key: number, version: string }>('SELECT key, version FROM issues WHERE newsletter = ? AND id = ?', newsletter, id)
      if (known?.version !== version) return true
      this.#sql.run('UPDATE parts SET read = ?, saved = ? WHERE issue = ? AND (read <> ? OR saved <> ?)', read, saved, known.key, read, saved)
      return false
    }))
  }

  /** All or none; each takes the place of what was there of its issue. */
  put (issues: IndexedIssue[]): void {
    this.#changed(() => {
      for (const issue of issues) this.#remove(issue)
      this.#write(issues.flatMap(issue => this.#put(issue)))
    })
  }

  remove (keys: IssueKey[]): void {
    this.#changed(() => { for (const key of keys) this.#remove(key) })
  }

  /** Merges a little of the lists of words: the fewer there are, the quicker is a search. False: nothing is left to merge. */
  merge (): boolean {
    const changes = (): number => this.#sql.get<{ changes: number }>('SELECT total_changes() AS changes')!.changes
    const before = changes()
    this.#sql.run("INSERT INTO matches (matches, rank) VALUES ('merge', ?)", MERGED_PAGES)
    // One is the statement itself.
    return changes() - before > 1
  }

  /** Some issues of a newsletter, for who wants to take all of them out. */
  ofNewsletter (newsletter: string, limit: number): IssueKey[] {
    return this.#sql.all<IssueKey>('SELECT newsletter, id FROM issues WHERE newsletter = ? LIMIT ?', newsletter, limit)
  }

  /** Issues page by page, after the one with the key `after` (0 at first). */
  indexed (after: number, limit: number): (IssueKey & { key: number })[] {
    return this.#sql.all<IssueKey & { key: number }>('SELECT key, newsletter, id FROM issues WHERE key > ? ORDER BY key LIMIT ?', after, limit)
  }

  size (): number {
    this.#size ??= this.#sql.get<{ size: number }>('SELECT count(*) AS size FROM issues')!.size
    return this.#size
  }

  search (wanted: Wanted): Found {
    return find(wanted, this.#sql, this.#windows)
  }

  #changed (work: () => void): void {
    this.#windows.changed()
    try {
      this.#sql.transaction(work)
    } catch (error) {
      // What was not written is not there.
      this.#knownWords.clear()
      this.#size = null
      throw error
    }
  }

  /** All but the words of its parts. */
  #put (issue: IndexedIssue): Part[] {
    const { newsletter, id, version, publishedAt, read, saved } = issue
    const parts = partsOf(issue)
    const at = Date.parse(publishedAt) || 0
    const numbers = freeNumbers(this.#sql, at, parts.length)
    const { key } = this.#sql.get<{ key: number }>('INSERT INTO issues (newsletter, id, version) VALUES (?, ?, ?) RETURNING key', newsletter, id, version)!
    if (this.#size !== null) this.#size++
    return parts.map((part, i) => {
      const number = numbers[i]!
      this.#sql.run('INSERT INTO parts (part, issue, at, is_first, read, saved) VALUES (?, ?, ?, ?, ?, ?)', number, key, at, i === 0, read, saved)
      this.#sql.run('INSERT INTO texts (part, packed) VALUES (?, ?)', number, packed(part))
      return { number, columns: columnsOf(part, number) }
    })
  }

  /**
   * The words of all parts at the end, and in the order of their numbers: FTS5 makes a new list of words, to be merged with
   * the others, whenever a number is smaller than the one before, or another table is written in between.
   */
  #write (parts: Part[]): void {
    for (const { number, columns } of parts.toSorted((a, b) => a.number - b.number)) this.#sql.run(`INSERT INTO ${ROW} VALUES (?, ${VALUES})`, number, ...columns)
    for (const word of new Set(parts.flatMap(({ columns }) => wordsIn(columns)))) this.#learn(word)
  }

  #learn (word: string): void {
    if (this.#knownWords.has(word)) return
    if (this.#knownWords.size >= MOST_KNOWN_WORDS) this.#knownWords.clear()
    this.#knownWords.add(word)
    this.#sql.run('INSERT OR IGNORE INTO words (word) VALUES (?)', word)
  }

  #remove ({ newsletter, id }: IssueKey): void {
    const known = this.#sql.get<{ key: number }>('SELECT key FROM issues WHERE newsletter = ? AND id = ?', newsletter, id)
    if (!known) return
    const words = new Set<string>()
    for (const { part, packed } of this.#sql.all<{ part: number, packed: Uint8Array }>('SELECT part, packed FROM texts JOIN parts USING (part) WHERE issue = ?', known.key)) {
      const columns = columnsOf(unpacked(packed) satisfies IndexedPart, part)
      this.#sql.run(`INSERT INTO ${TAKE_OUT} VALUES ('delete', ?, ${VALUES})`, part, ...columns)
      this.#sql.run('DELETE FROM texts WHERE part = ?', part)
      this.#sql.run('DELETE FROM parts WHERE part = ?', part)
      for (const word of wordsIn(columns)) words.add(word)
    }
    this.#sql.run('DELETE FROM issues WHERE key = ?', known.key)
    if (this.#size !== null) this.#size--
    for (const word of words) this.#forgetIfGone(word)
  }

  /** A word that no issue has any more is not to be read in the file. */
  #forgetIfGone (word: string): void {
    if (this.#sql.get('SELECT 1 FROM matches WHERE matches MATCH ? LIMIT 1', `"${word}"`)) return
    this.#knownWords.delete(word)
    this.#sql.run('DELETE FROM words WHERE word = ?', word)
  }
}

/** Those that a beginning may be looked for of: of all columns but the one that is matched whole. */
function wordsIn (columns: string[]): string[] {
  return columns.filter((_, i) => COLUMNS[i] !== 'exact').join(' ').split(' ').filter(word => word !== '')
}
