import type { SearchPage } from '../../shared/api/search.ts'

export interface SearchPart {
  /** BAD_QUERY, BAD_REQUEST for a cursor that is not from a page before. */
  search (text: string, options: { typing?: boolean, limit?: number, cursor?: string }): Promise<SearchPage>
  /** Begins the index anew. */
  rebuild (): Promise<void>
}
