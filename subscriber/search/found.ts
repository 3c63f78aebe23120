import type { IssueKey } from '../issue-view.ts'
import type { SearchQuery } from './search-query.ts'

/** A query as the index takes it: who it is from is known by address or by the words of a name. */
export interface Wanted extends Pick<SearchQuery, 'phrases' | 'tags' | 'unread' | 'saved' | 'after' | 'before'> {
  /** For each `from:` the words of an author's name, and addresses of newsletters that are called so. */
  from: { words: string[], newsletters: string[] }[]
  offset: number
  limit: number
}

/** A piece of text, and whether it is what was looked for. */
export interface MarkedPiece { text: string, isHit: boolean }

export interface FoundIssue extends IssueKey {
  title: MarkedPiece[]
  /** The best place of it; empty where nothing was looked for in the text. */
  snippet: MarkedPiece[]
}

export interface Found {
  issues: FoundIssue[]
  /** All that were found. */
  total: number
  /** There may be more than that. */
  isMore: boolean
}
