import type { IssueKey } from '../issue-view.ts'
import type { LibraryIssue } from './library-issue.ts'
import { KEY } from './list-query.ts'
import { READABLE } from './schema.ts'
import type { Statements } from './statements.ts'

/** For the page after. */
export type ReadyCursor = [publishedAt: string, id: string, newsletter: number]

/** What of an issue whose text is here can be looked for, but for its text. */
export interface ReadyIssue extends Pick<LibraryIssue, 'newsletter' | 'id' | 'title' | 'subtitle' | 'summary' | 'authors' | 'tags' | 'publishedAt'> {
  /** Another one for every revision. */
  version: string
  read: boolean
  saved: boolean
  cursor: ReadyCursor
}

interface Row {
  address: string
  newsletter: number
  id: string
  writer: string
  seq: number
  title: string
  subtitle: string
  summary: string
  authors: string
  tags: string
  published_at: string
  body_hash: string
  read: number
  saved: number
}

const SELECT = `SELECT address, issues.newsletter, id, writer, seq, issues.title, subtitle, summary, issues.authors, tags, published_at, body_hash, read, saved
  FROM issues`
const OF = 'CROSS JOIN newsletters ON newsletters.key = issues.newsletter'

/** Issues whose text is here, and what is still to be learnt from their texts. */
export class ReadyIssues {
  #sql: Statements

  constructor (sql: Statements) {
    this.#sql = sql
  }

  /** Newest first. */
  after (cursor: ReadyCursor | null, limit: number): ReadyIssue[] {
    return this.#sql.all<Row>(`${SELECT} INDEXED BY issues_newest ${OF}
      WHERE ${READABLE}${cursor ? ' AND (published_at, id, issues.newsletter) < (?, ?, ?)' : ''}
      ORDER BY published_at DESC, id DESC, issues.newsletter DESC LIMIT ?`, ...cursor ?? [], limit).map(readyOf)
  }

  get (newsletter: string, id: string): ReadyIssue | null {
    const row = this.#sql.get<Row>(`${SELECT} ${OF} WHERE issues.newsletter = ${KEY} AND id = ? AND ${READABLE}`, newsletter, id)
    return row && readyOf(row)
  }

  are (keys: IssueKey[]): boolean[] {
    return keys.map(({ newsletter, id }) => this.#sql.get(`SELECT 1 FROM issues WHERE newsletter = ${KEY} AND id = ? AND ${READABLE}`, newsletter, id) !== null)
  }

  uncounted (limit: number): IssueKey[] {
    return this.#sql.all<IssueKey>(`SELECT address AS newsletter, id FROM issues INDEXED BY issues_uncounted
      CROSS JOIN newsletters ON newsletters.key = newsletter WHERE ${READABLE} AND words IS NULL
      ORDER BY published_at DESC, id DESC LIMIT ?`, limit)
  }

  setWords (newsletter: string, id: string, bodyHash: string, words: number): void {
    this.#sql.run(`UPDATE issues SET words = ? WHERE newsletter = ${KEY} AND id = ? AND body_hash = ?`, words, newsletter, id, bodyHash)
  }
}

function readyOf (row: Row): ReadyIssue {
  const { address, newsletter, id, writer, seq, title, subtitle, summary, authors, tags, published_at: publishedAt, body_hash: bodyHash, read, saved } = row
  return {
    newsletter: address, id, title, subtitle, summary, publishedAt,
    authors: JSON.parse(authors) as string[],
    tags: JSON.parse(tags) as string[],
    // A drive that was erased and begun anew has the same block with another text.
    version: `${writer} ${seq} ${bodyHash}`,
    read: read === 1,
    saved: saved === 1,
    cursor: [publishedAt, id, newsletter]
  }
}
