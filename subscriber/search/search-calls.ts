import type { SentFailure } from '../../shared/sent-failure.ts'
import type { SearchStore } from './search-store.ts'

/** What the thread that owns the index can be asked for. */
export type SearchMethod = Exclude<keyof SearchStore, 'close'>

export interface SearchCall<M extends SearchMethod = SearchMethod> {
  call: number
  method: M
  args: Parameters<SearchStore[M]>
}

/** `null` asks to close, `clear` to begin the index anew. */
export type ToSearchWorker = SearchCall | { call: number, method: 'clear' } | null

export type FromSearchWorker =
  /** A bit of this file had turned over, and was turned back. */
  | { mended: string }
  | { call: number, value: unknown, failure?: undefined }
  /** `rebuilt`: the index was damaged, and has begun anew. */
  | { call: number, failure: SentFailure, rebuilt: boolean }
