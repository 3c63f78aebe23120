import type { SentFailure } from '../../shared/sent-failure.ts'
import type { LibraryFile } from './library-files.ts'
import type { LibraryStore } from './library-store.ts'

/** What the thread that owns the databases can be asked for: every method of the store. */
export type LibraryMethod = Exclude<keyof LibraryStore, 'close'>

/** The store as seen from another thread. */
export type LibraryMethods = {
  [M in LibraryMethod]: (...args: Parameters<LibraryStore[M]>) => Promise<ReturnType<LibraryStore[M]>>
}

export interface LibraryCall<M extends LibraryMethod = LibraryMethod> {
  call: number
  method: M
  args: Parameters<LibraryStore[M]>
}

/** `null` asks to close: answered by the end of the thread. */
export type ToWorker = LibraryCall | null

export type FromWorker =
  | { opened: { rebuilt: boolean } }
  /** A bit of this file had turned over, and was turned back. */
  | { mended: string }
  | { call: number, value: unknown, failure?: undefined }
  /** `damaged`: what it shows to be damaged. */
  | { call: number, failure: SentFailure, damaged: LibraryFile[] }
  /** Opening failed. */
  | { call: null, failure: SentFailure }
