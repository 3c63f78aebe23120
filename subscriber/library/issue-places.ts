import { type IssueRow, issueOf, placedOf, type PlacedRow } from './issue-rows.ts'
import type { IssueMoment, IssuePlace, IssueToHold, PlacedIssue, UnreadIssues } from './library-issue.ts'
import { KEY } from './list-query.ts'
import type { Statements } from './statements.ts'

/** Where the issues of a newsletter lie, and which of them are here. */
export class IssuePlaces {
  #sql: Statements

  constructor (sql: Statements) {
    this.#sql = sql
  }

  incomplete (newsletter: string): { id: string }[] {
    const unfinished = this.#sql.all<{ id: string }>(`SELECT id FROM issues INDEXED BY issues_incomplete WHERE newsletter = ${KEY}
      AND state IN ('waiting', 'downloading') ORDER BY published_at DESC, id DESC`, newsletter)
    return [...unfinished, ...this.#refusedAsMissing(newsletter)]
  }

  /** They have no index, and are looked for only where any is refused. */
  #refusedAsMissing (newsletter: string): { id: string }[] {
    const { refused } = this.#sql.get<{ refused: number }>(`SELECT coalesce(sum(not_verified), 0) AS refused FROM counts WHERE newsletter = ${KEY}`, newsletter)!
    if (refused === 0) return []
    return this.#sql.all<{ id: string }>(`SELECT issues.id FROM issues JOIN documents ON issue = issues.key WHERE newsletter = ${KEY}
      AND state = 'notVerified' AND problem ->> 'code' = 'NOT_COMPLETE' AND manifest <> ''`, newsletter)
  }

  removed (newsletter: string): { id: string }[] {
    return this.#sql.all<{ id: string }>(`SELECT id FROM issues WHERE newsletter = ${KEY} AND state = 'removed' ORDER BY published_at DESC, id DESC`, newsletter)
  }

  unread (newsletter: string): UnreadIssues {
    const { ready } = this.#sql.get<{ ready: number }>(`SELECT count(*) AS ready FROM issues WHERE newsletter = ${KEY} AND read = 0 AND state = 'ready'`, newsletter)!
    const others = this.#sql.all<UnreadIssues['others'][number]>(`SELECT id, state FROM issues INDEXED BY issues_of_newsletter WHERE newsletter = ${KEY}
      AND read = 0 AND state <> 'ready' ORDER BY published_at DESC, id DESC`, newsletter)
    return { ready, others }
  }

  placed (newsletter: string): PlacedIssue[] {
    const rows = this.#sql.all<PlacedRow>(`SELECT id, writer, seq, shown AS number, published_at, size_bytes, locations FROM issues
      JOIN documents ON issue = issues.key WHERE newsletter = ${KEY} AND state = 'ready' ORDER BY published_at DESC, id DESC`, newsletter)
    return rows.map(placedOf)
  }

  /** @param limitBytes of what they say, together; one is given in any case */
  toHold (newsletter: string, olderThan: IssueMoment | null, limit: number, limitBytes: number): IssueToHold[] {
    const which = `issues.newsletter = ${KEY} AND state <> 'notVerified' ${olderThan ? 'AND (published_at, issues.id) < (?, ?)' : ''}
      ORDER BY published_at DESC, issues.id DESC LIMIT ?`
    const values = [newsletter, ...olderThan ? [olderThan.publishedAt, olderThan.id] : []]
    const sizes = this.#sql.all<{ bytes: number }>(`SELECT octet_length(manifest) + octet_length(locations) AS bytes FROM issues JOIN documents ON issue = issues.key
      WHERE ${which}`, ...values, limit)
    const rows = this.#sql.all<IssueRow & { fetched: number }>(`SELECT issues.*, address, newsletters.title AS newsletter_title, NULL AS fraction, NULL AS block,
      manifest, signature, locations,
      EXISTS (SELECT 1 FROM reader.fetched WHERE fetched.newsletter = address AND fetched.id = issues.id) AS fetched
      FROM issues JOIN newsletters ON newsletters.key = issues.newsletter JOIN documents ON issue = issues.key
      WHERE ${which}`, ...values, fitting(sizes, limitBytes))
    return rows.map(row => ({ ...issueOf(row), saved: row.saved === 1, fetched: row.fetched === 1 }))
  }

  /** @param limitBytes of what they say, together; one is given in any case */
  after (newsletter: string, after: number, limit: number, limitBytes: number): IssuePlace[] {
    const which = `newsletter = ${KEY} AND issues.key > ? ORDER BY issues.key LIMIT ?`
    const sizes = this.#sql.all<{ bytes: number }>(`SELECT octet_length(locations) AS bytes FROM issues JOIN documents ON issue = issues.key WHERE ${which}`, newsletter, after, limit)
    const rows = this.#sql.all<Omit<IssuePlace, 'locations'> & { locations: string }>(`SELECT issues.key, id, writer, seq, state, published_at AS publishedAt, locations
      FROM issues JOIN documents ON issue = issues.key WHERE ${which}`, newsletter, after, fitting(sizes, limitBytes))
    return rows.map(row => ({ ...row, locations: JSON.parse(row.locations) as IssuePlace['locations'] }))
  }
}

/** How many rows have so many bytes together; one at least. */
function fitting (rows: { bytes: number }[], limitBytes: number): number {
  let [count, bytes] = [0, 0]
  for (const row of rows) {
    bytes += row.bytes
    if (count > 0 && bytes > limitBytes) break
    count++
  }
  return count
}
