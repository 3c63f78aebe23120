import type { JSValue } from 'node-sqlite3-wasm'
import { AppError } from '../../shared/errors.ts'
import type { Numbered } from '../../shared/format/numbering.ts'
import {
  type IssueRow, issueOf, issueValues, type ListingRow, listingOf, newsletterOf, type NewsletterRow, problemValue, PUT_ISSUE
} from './issue-rows.ts'
import type { GuardedFiles } from './guarded-files.ts'
import { HighlightRows } from './highlight-rows.ts'
import { IssuePlaces } from './issue-places.ts'
import type {
  HighlightRow, IssueChange, IssueCounts, IssueKey, IssueListing, IssueListingPage, IssueNeighbours, IssuePlace, IssueToHold, IssueWithBody,
  LibraryIssue, LibraryNewsletter, ListFilter, MarkRows, PageOptions, Place, PlacedIssue, RevisionPlace, TakenIssue, UnreadIssues, WriterCounts
} from './library-issue.ts'
import { folded, KEY, listQuery } from './list-query.ts'
import { Marks } from './marks.ts'
import { Numbers } from './numbers.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { type ReadyCursor, type ReadyIssue, ReadyIssues } from './ready-issues.ts'
import type { Statements } from './statements.ts'
import { type Rival, supersedes } from './supersedes.ts'

const DEFAULT_LIMIT = 50

const LISTING = 'issues.*, newsletters.address, newsletters.title AS newsletter_title, fraction, block'
const PLACES = 'LEFT JOIN reader.places ON places.newsletter = address AND places.id = issues.id'

/** The library inside its thread: what {@link Library} offers, on open databases. */
export class LibraryStore {
  #sql: Statements
  #marks: Marks
  #numbers: Numbers
  #places: IssuePlaces
  #highlights: HighlightRows
  #ready: ReadyIssues
  #guard: GuardedFiles

  constructor (sql: Statements, guard: GuardedFiles) {
    [this.#sql, this.#guard] = [sql, guard]
    this.#marks = new Marks(sql)
    this.#numbers = new Numbers(sql)
    this.#places = new IssuePlaces(sql)
    ;[this.#highlights, this.#ready] = [new HighlightRows(sql), new ReadyIssues(sql)]
  }

  close (): void { this.#sql.close() }
  takeLogOver (): void { this.#sql.all('PRAGMA main.wal_checkpoint') }
  readThrough (...where: Parameters<GuardedFiles['readThrough']>): number | null { return this.#guard.readThrough(...where) }

  putNewsletter (newsletter: LibraryNewsletter): void {
    const { address, role, subscribed, title, description, language, licence, website, rhythm, describedAt, addedAt } = newsletter
    const [authors, problem] = [JSON.stringify(newsletter.authors), problemValue(newsletter.problem)]
    this.#sql.run(`INSERT INTO newsletters (address, role, subscribed, title, folded, description, language, authors, licence, website, rhythm, described_at, problem, added_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (address) DO UPDATE SET
      role = excluded.role, subscribed = excluded.subscribed, title = excluded.title, folded = excluded.folded, description = excluded.description,
      language = excluded.language, authors = excluded.authors, licence = excluded.licence, website = excluded.website, rhythm = excluded.rhythm,
      described_at = excluded.described_at, problem = excluded.problem, added_at = excluded.added_at`,
    address, role, subscribed, title, folded(title), description, language, authors, licence, website, rhythm, describedAt, problem, addedAt)
  }

  removeNewsletter (address: string): void { this.#sql.run('DELETE FROM newsletters WHERE address = ?', address) }

  newsletters (): LibraryNewsletter[] {
    return this.#sql.all<NewsletterRow>('SELECT * FROM newsletters ORDER BY added_at, address').map(newsletterOf)
  }

  byActivity (): string[] {
    return this.#sql.all<{ address: string }>(`SELECT address FROM newsletters
      ORDER BY (SELECT MAX(published_at) FROM issues WHERE newsletter = newsletters.key) DESC, address`).map(({ address }) => address)
  }

  newsletter (address: string): LibraryNewsletter | null {
    const row = this.#sql.get<NewsletterRow>('SELECT * FROM newsletters WHERE address = ?', address)
    return row && newsletterOf(row)
  }

  putIssues (issues: LibraryIssue[]): void {
    this.#sql.transaction(() => this.#putAll(issues))
  }

  offerIssues (issues: LibraryIssue[], writers: string[]): TakenIssue[] {
    const before = new Map<LibraryIssue, TakenIssue['before']>()
    const taken = this.#sql.transaction(() => this.#putAll(issues, issue => {
      const known = this.#sql.get<Rival & { seq: number }>(`SELECT revision, writer, seq, manifest FROM issues JOIN documents ON issue = issues.key
        WHERE newsletter = ${KEY} AND id = ?`, issue.newsletter, issue.id)
      before.set(issue, known && { writer: known.writer, seq: known.seq })
      return !known || supersedes(issue, known, writers)
    }))
    return taken.map(issue => ({ issue, before: before.get(issue) ?? null }))
  }

  #putAll (issues: LibraryIssue[], counts: (issue: LibraryIssue) => boolean = () => true): LibraryIssue[] {
    const places = new Map<number, Numbered[]>()
    const put = issues.filter(issue => {
      if (!counts(issue)) return false
      const newsletter = this.#keyOf(issue.newsletter)
      const before = this.#numbers.placeOf(newsletter, issue.id)
      places.set(newsletter, [...places.get(newsletter) ?? [], ...before ? [before] : [], issue])
      this.#putIssue(issue, newsletter)
      return true
    })
    for (const [newsletter, changed] of places) this.#numbers.changed(newsletter, changed)
    return put
  }

  #putIssue (issue: LibraryIssue, newsletter: number): void {
    const values = issueValues(issue, newsletter, this.#marks.of(issue.newsletter, issue.id))
    const { key } = this.#sql.get<{ key: number }>(PUT_ISSUE, ...values)!
    this.#sql.run('INSERT OR REPLACE INTO documents (issue, manifest, signature, locations) VALUES (?, ?, ?, ?)',
      key, issue.manifest, issue.signature, JSON.stringify(issue.locations))
  }

  updateIssue ({ newsletter, id, writer, seq }: RevisionPlace, change: IssueChange): void {
    const values: [column: string, value: JSValue][] = []
    if (change.state !== undefined) values.push(['state', change.state])
    if (change.problem !== undefined) values.push(['problem', problemValue(change.problem)])
    if (change.haveBytes !== undefined) values.push(['have_bytes', change.haveBytes])
    if (change.haveParts !== undefined) values.push(['have_parts', change.haveParts])
    if (values.length === 0) return
    this.#sql.run(`UPDATE issues SET ${values.map(([column]) => `${column} = ?`).join(', ')} WHERE newsletter = ${KEY} AND id = ? AND writer = ? AND seq = ?`,
      ...values.map(([, value]) => value), newsletter, id, writer, seq)
  }

  issue (newsletter: string, id: string): LibraryIssue | null {
    const row = this.#sql.get<IssueRow>(`SELECT ${LISTING}, manifest, signature, locations FROM newsletters
      JOIN issues ON issues.newsletter = newsletters.key JOIN documents ON issue = issues.key ${PLACES} WHERE address = ? AND issues.id = ?`, newsletter, id)
    return row && issueOf(row)
  }

  listing (newsletter: string, id: string): IssueListing | null {
    const row = this.#sql.get<ListingRow>(`SELECT ${LISTING} FROM newsletters JOIN issues ON issues.newsletter = newsletters.key ${PLACES}
      WHERE address = ? AND issues.id = ?`, newsletter, id)
    return row && listingOf(row)
  }

  issuesWithId (id: string): IssueKey[] {
    return this.#sql.all<IssueKey>(`SELECT address AS newsletter, id FROM issues JOIN newsletters ON newsletters.key = newsletter
      WHERE id = ? ORDER BY address`, id)
  }

  /** Issues that a writer's drive names at or after a block of its index, and that are believed. */
  issuesBehind (newsletter: string, writer: string, seq: number): { id: string, seq: number }[] {
    return this.#sql.all<{ id: string, seq: number }>(`SELECT id, seq FROM issues INDEXED BY issues_by_writer
      WHERE newsletter = ${KEY} AND writer = ? AND seq >= ? AND state <> 'notVerified'`, newsletter, writer, seq)
  }

  writerCounts (newsletter: string, writer: string, seq: number): WriterCounts {
    return this.#sql.get<WriterCounts>(`SELECT count(*) FILTER (WHERE seq < ?) AS before, count(*) FILTER (WHERE seq >= ?) AS after, max(published_at) AS newestAt
      FROM issues INDEXED BY issues_by_writer WHERE newsletter = ${KEY} AND writer = ? AND state <> 'notVerified'`, seq, seq, newsletter, writer)!
  }

  incomplete (newsletter: string): { id: string }[] { return this.#places.incomplete(newsletter) }
  removed (newsletter: string): { id: string }[] { return this.#places.removed(newsletter) }
  places (...query: Parameters<IssuePlaces['after']>): IssuePlace[] { return this.#places.after(...query) }
  placedIssues (newsletter: string): PlacedIssue[] { return this.#places.placed(newsletter) }
  unread (newsletter: string): UnreadIssues { return this.#places.unread(newsletter) }
  toHold (...query: Parameters<IssuePlaces['toHold']>): IssueToHold[] { return this.#places.toHold(...query) }

  withBody (newsletter: string, bodyHash: string): IssueWithBody[] {
    return this.#sql.all<IssueWithBody>(`SELECT id, title, shown AS number, published_at AS publishedAt, size_bytes AS sizeBytes
      FROM issues INDEXED BY issues_by_body WHERE newsletter = ${KEY} AND body_hash = ? ORDER BY published_at DESC, id DESC`, newsletter, bodyHash)
  }

  issues ({ limit = DEFAULT_LIMIT, cursor, ...filter }: PageOptions & ListFilter): IssueListingPage {
    const { index, conditions, values } = listQuery(filter)
    const from = `FROM issues INDEXED BY ${index} CROSS JOIN newsletters ON newsletters.key = issues.newsletter`
    const after = cursor === undefined ? null : readCursor(cursor)
    // CROSS JOIN: SQLite keeps the order of the tables, and so has nothing to sort.
    const rows = this.#sql.all<ListingRow>(`SELECT ${LISTING} ${from} ${PLACES}
      WHERE ${[...conditions, ...after ? ['(published_at, issues.id, issues.newsletter) < (?, ?, ?)'] : []].join(' AND ')}
      ORDER BY published_at DESC, issues.id DESC, issues.newsletter DESC LIMIT ?`,
    ...values, ...after ? [after.publishedAt, after.id, after.newsletter] : [], limit + 1)
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const next = last && rows.length > limit ? writeCursor({ publishedAt: last.published_at, id: last.id, newsletter: last.newsletter }) : null
    const total = this.#countedTotal(filter) ?? this.#sql.get<{ total: number }>(`SELECT count(*) AS total ${from} WHERE ${conditions.join(' AND ')}`, ...values)!.total
    return { issues: shown.map(listingOf), total, next }
  }

  neighbours (newsletter: string, id: string): IssueNeighbours {
    const beside = (comparison: '<' | '>', order: 'DESC' | 'ASC'): { id: string, title: string } | null =>
      this.#sql.get<{ id: string, title: string }>(`SELECT id, title FROM issues INDEXED BY issues_of_newsletter WHERE newsletter = ${KEY} AND state <> 'notVerified'
        AND (published_at, id) ${comparison} (SELECT published_at, id FROM issues WHERE newsletter = ${KEY} AND id = ?)
        ORDER BY published_at ${order}, id ${order} LIMIT 1`, newsletter, newsletter, id)
    return { older: beside('<', 'DESC'), newer: beside('>', 'ASC') }
  }

  highestNumber (newsletter: string): number {
    const row = this.#sql.get<{ key: number }>('SELECT key FROM newsletters WHERE address = ?', newsletter)
    return row ? this.#numbers.highest(row.key) : 0
  }

  takeMoved (newsletter: string): string[] { return this.#numbers.takeMoved(this.#keyOf(newsletter)) }

  counts (newsletter?: string): IssueCounts {
    const sums = `SELECT coalesce(sum(total), 0) AS total, coalesce(sum(ready), 0) AS ready, coalesce(sum(unread), 0) AS unread,
      coalesce(sum(not_verified), 0) AS notVerified, coalesce(sum(removed), 0) AS removed, coalesce(sum(partial), 0) AS partial,
      coalesce(sum(known_bytes), 0) AS knownBytes, coalesce(sum(held_bytes), 0) AS heldBytes, coalesce(sum(left_out_bytes), 0) AS leftOutBytes FROM counts`
    return (newsletter === undefined ? this.#sql.get<IssueCounts>(sums) : this.#sql.get<IssueCounts>(`${sums} WHERE newsletter = ${KEY}`, newsletter))!
  }

  mark (newsletter: string, id: string, read: boolean): void { this.#marks.read(newsletter, id, read) }
  save (newsletter: string, id: string, saved: boolean): void { this.#marks.save(newsletter, id, saved) }
  setFetched (newsletter: string, id: string, fetched: boolean): void { this.#marks.fetch(newsletter, id, fetched) }
  keepPlace (newsletter: string, id: string, place: Place | null): void { this.#marks.keepPlace(newsletter, id, place) }
  markAll (newsletter?: string): { marked: number, at: string } { return this.#marks.readAll(newsletter) }
  unmarkAll (at: string): number { return this.#marks.takeBack(at) }
  highlights (newsletter: string | null, issue: string | null): HighlightRow[] { return this.#highlights.of(newsletter, issue) }
  highlight (id: string): HighlightRow | null { return this.#highlights.get(id) }
  putHighlight (row: HighlightRow): void { this.#highlights.put(row) }
  removeHighlight (id: string): void { this.#highlights.remove(id) }
  allMarks (): MarkRows { return this.#marks.all() }
  addMarks (rows: MarkRows): void { this.#marks.add(rows) }

  uncounted (limit: number): IssueKey[] { return this.#ready.uncounted(limit) }
  setWords (newsletter: string, id: string, bodyHash: string, words: number): void { this.#ready.setWords(newsletter, id, bodyHash, words) }
  readyIssues (limit: number, cursor: ReadyCursor | null): ReadyIssue[] { return this.#ready.after(cursor, limit) }
  readyIssue (newsletter: string, id: string): ReadyIssue | null { return this.#ready.get(newsletter, id) }
  areReady (keys: IssueKey[]): boolean[] { return this.#ready.are(keys) }

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

  /** How many issues a list has, where the counts know it; null where they have to be counted. */
  #countedTotal ({ unread = false, saved, newsletter, text }: ListFilter): number | null {
    if (saved || text !== undefined) return null
    if (newsletter !== undefined) return this.counts(newsletter)[unread ? 'unread' : 'total']
    return this.#sql.get<{ total: number }>(`SELECT coalesce(sum(${unread ? 'unread' : 'total'}), 0) AS total FROM counts
      JOIN newsletters ON newsletters.key = newsletter WHERE subscribed`)!.total
  }

  /** An issue of a newsletter that was removed meanwhile must not come back without it. */
  #keyOf (address: string): number {
    const row = this.#sql.get<{ key: number }>('SELECT key FROM newsletters WHERE address = ?', address)
    if (!row) throw new AppError('NEWSLETTER_NOT_FOUND', `The library does not have the newsletter ${address}.`)
    return row.key
  }
}
