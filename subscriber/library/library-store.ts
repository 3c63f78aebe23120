import type { Database, JSValue } from 'node-sqlite3-wasm'
import { AppError } from '../../shared/errors.ts'
import { type IssueRow, issueOf, issueValues, type ListingRow, listingOf, newsletterOf, type NewsletterRow, problemValue, PUT_ISSUE } from './issue-rows.ts'
import type { IssueChange, IssueCounts, IssueKey, IssueListing, IssueListingPage, IssueWithBody, LibraryIssue, LibraryNewsletter, PageOptions } from './library-issue.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { Statements } from './statements.ts'

const DEFAULT_LIMIT = 50

/** The key of the newsletter with an address, inside a statement. */
const KEY = '(SELECT key FROM newsletters WHERE address = ?)'
const LISTING = 'issues.*, newsletters.address, newsletters.title AS newsletter_title'

/** The library inside its thread: what {@link Library} offers, on open databases. */
export class LibraryStore {
  #sql: Statements

  constructor (database: Database) {
    this.#sql = new Statements(database)
    this.#takeOverMarks()
  }

  close (): void {
    this.#sql.close()
  }

  putNewsletter (newsletter: LibraryNewsletter): void {
    const { address, role, title, description, language, authors, describedAt, problem, addedAt } = newsletter
    this.#sql.run(`INSERT INTO newsletters (address, role, title, description, language, authors, described_at, problem, added_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET role = excluded.role, title = excluded.title,
      description = excluded.description, language = excluded.language, authors = excluded.authors,
      described_at = excluded.described_at, problem = excluded.problem, added_at = excluded.added_at`,
    address, role, title, description, language, JSON.stringify(authors), describedAt, problemValue(problem), addedAt)
  }

  removeNewsletter (address: string): void {
    this.#sql.run('DELETE FROM newsletters WHERE address = ?', address)
  }

  newsletters (): LibraryNewsletter[] {
    return this.#sql.all<NewsletterRow>('SELECT * FROM newsletters ORDER BY added_at, address').map(newsletterOf)
  }

  newsletter (address: string): LibraryNewsletter | null {
    const row = this.#sql.get<NewsletterRow>('SELECT * FROM newsletters WHERE address = ?', address)
    return row && newsletterOf(row)
  }

  putIssues (issues: LibraryIssue[]): void {
    this.#sql.transaction(() => {
      for (const issue of issues) {
        const marked = this.#sql.get('SELECT 1 FROM reader.marks WHERE newsletter = ? AND id = ?', issue.newsletter, issue.id)
        const values = issueValues(issue, this.#keyOf(issue.newsletter), marked !== null)
        const { key } = this.#sql.get<{ key: number }>(PUT_ISSUE, ...values)!
        this.#sql.run('INSERT OR REPLACE INTO documents (issue, manifest, signature, locations) VALUES (?, ?, ?, ?)',
          key, issue.manifest, issue.signature, JSON.stringify(issue.locations))
      }
    })
  }

  updateIssue (newsletter: string, id: string, change: IssueChange): void {
    const values: [column: string, value: JSValue][] = []
    if (change.state !== undefined) values.push(['state', change.state])
    if (change.problem !== undefined) values.push(['problem', problemValue(change.problem)])
    if (change.haveBytes !== undefined) values.push(['have_bytes', change.haveBytes])
    if (change.haveParts !== undefined) values.push(['have_parts', change.haveParts])
    if (values.length === 0) return
    this.#sql.run(`UPDATE issues SET ${values.map(([column]) => `${column} = ?`).join(', ')} WHERE newsletter = ${KEY} AND id = ?`,
      ...values.map(([, value]) => value), newsletter, id)
  }

  issue (newsletter: string, id: string): LibraryIssue | null {
    const row = this.#sql.get<IssueRow>(`SELECT ${LISTING}, manifest, signature, locations FROM newsletters
      JOIN issues ON newsletter = newsletters.key JOIN documents ON issue = issues.key WHERE address = ? AND id = ?`, newsletter, id)
    return row && issueOf(row)
  }

  listing (newsletter: string, id: string): IssueListing | null {
    const row = this.#sql.get<ListingRow>(`SELECT ${LISTING} FROM newsletters JOIN issues ON newsletter = newsletters.key
      WHERE address = ? AND id = ?`, newsletter, id)
    return row && listingOf(row)
  }

  issuesWithId (id: string): IssueKey[] {
    return this.#sql.all<IssueKey>(`SELECT address AS newsletter, id FROM issues JOIN newsletters ON newsletters.key = newsletter
      WHERE id = ? ORDER BY address`, id)
  }

  incomplete (newsletter: string): { id: string }[] {
    return this.#sql.all<{ id: string }>(`SELECT id FROM issues INDEXED BY issues_incomplete WHERE newsletter = ${KEY}
      AND state IN ('waiting', 'downloading') ORDER BY published_at DESC, id DESC`, newsletter)
  }

  withBody (newsletter: string, bodyHash: string): IssueWithBody[] {
    return this.#sql.all<IssueWithBody>(`SELECT id, title, number, published_at AS publishedAt, size_bytes AS sizeBytes
      FROM issues INDEXED BY issues_by_body WHERE newsletter = ${KEY} AND body_hash = ? ORDER BY published_at DESC, id DESC`, newsletter, bodyHash)
  }

  issues (newsletter: string, page: PageOptions): IssueListingPage {
    return this.#page('issues_of_newsletter', [`newsletter = ${KEY}`], [newsletter], this.counts(newsletter).total, page)
  }

  inbox ({ unread = false, ...page }: PageOptions & { unread?: boolean }): IssueListingPage {
    const { total } = this.#sql.get<{ total: number }>(`SELECT coalesce(sum(${unread ? 'unread' : 'total'}), 0) AS total FROM counts
      JOIN newsletters ON newsletters.key = newsletter WHERE role = 'subscribed'`)!
    const subscribed = "newsletters.role = 'subscribed'"
    if (unread) return this.#page('issues_unread', ["issues.state = 'ready'", 'issues.read = 0', subscribed], [], total, page)
    return this.#page('issues_newest', [subscribed], [], total, page)
  }

  highestNumber (newsletter: string): number {
    const row = this.#sql.get<{ highest: number | null }>(`SELECT max(number) AS highest FROM issues WHERE newsletter = ${KEY}`, newsletter)
    return row?.highest ?? 0
  }

  counts (newsletter?: string): IssueCounts {
    const sums = `SELECT coalesce(sum(total), 0) AS total, coalesce(sum(ready), 0) AS ready, coalesce(sum(unread), 0) AS unread,
      coalesce(sum(not_verified), 0) AS notVerified, coalesce(sum(known_bytes), 0) AS knownBytes, coalesce(sum(ready_bytes), 0) AS readyBytes FROM counts`
    const row = newsletter === undefined
      ? this.#sql.get<IssueCounts>(sums)
      : this.#sql.get<IssueCounts>(`${sums} WHERE newsletter = ${KEY}`, newsletter)
    return row!
  }

  /** The mark is kept whether or not the index has the issue at the moment. */
  mark (newsletter: string, id: string, read: boolean): void {
    this.#sql.transaction(() => {
      if (read) this.#sql.run('INSERT OR IGNORE INTO reader.marks (newsletter, id) VALUES (?, ?)', newsletter, id)
      else this.#sql.run('DELETE FROM reader.marks WHERE newsletter = ? AND id = ?', newsletter, id)
      this.#sql.run(`UPDATE issues SET read = ? WHERE newsletter = ${KEY} AND id = ?`, read, newsletter, id)
    })
  }

  indexedLength (newsletter: string, writer: string): number {
    const row = this.#sql.get<{ length: number }>(`SELECT length FROM indexed_lengths WHERE newsletter = ${KEY} AND writer = ?`, newsletter, writer)
    return row?.length ?? 0
  }

  setIndexedLength (newsletter: string, writer: string, length: number): void {
    this.#sql.run('INSERT OR REPLACE INTO indexed_lengths (newsletter, writer, length) VALUES (?, ?, ?)', this.#keyOf(newsletter), writer, length)
  }

  clearIndex (): void {
    this.#sql.transaction(() => {
      this.#sql.run('DELETE FROM issues')
      this.#sql.run('DELETE FROM indexed_lengths')
    })
  }

  /** `index` gives the order as well, so a page reads no more rows than it shows. */
  #page (index: string, conditions: string[], values: JSValue[], total: number, { limit = DEFAULT_LIMIT, cursor }: PageOptions): IssueListingPage {
    if (cursor !== undefined) {
      const after = readCursor(cursor)
      conditions = [...conditions, '(published_at, id, newsletter) < (?, ?, ?)']
      values = [...values, after.publishedAt, after.id, after.newsletter]
    }
    // CROSS JOIN: SQLite keeps the order of the tables, and so has nothing to sort.
    const rows = this.#sql.all<ListingRow>(`SELECT ${LISTING} FROM issues INDEXED BY ${index} CROSS JOIN newsletters ON newsletters.key = newsletter
      ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
      ORDER BY published_at DESC, id DESC, newsletter DESC LIMIT ?`, ...values, limit + 1)
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const next = last && rows.length > limit ? writeCursor({ publishedAt: last.published_at, id: last.id, newsletter: last.newsletter }) : null
    return { issues: shown.map(listingOf), total, next }
  }

  /** An issue of a newsletter that was removed meanwhile must not come back without it. */
  #keyOf (address: string): number {
    const row = this.#sql.get<{ key: number }>('SELECT key FROM newsletters WHERE address = ?', address)
    if (!row) throw new AppError('NEWSLETTER_NOT_FOUND', `The library does not have the newsletter ${address}.`)
    return row.key
  }

  /** The file of marks may have come from a backup since the index was written. */
  #takeOverMarks (): void {
    for (const { key, address } of this.#sql.all<{ key: number, address: string }>('SELECT key, address FROM newsletters')) {
      this.#sql.run(`UPDATE issues SET read = NOT read WHERE newsletter = ?
        AND read <> EXISTS (SELECT 1 FROM reader.marks WHERE marks.newsletter = ? AND marks.id = issues.id)`, key, address)
    }
  }
}
