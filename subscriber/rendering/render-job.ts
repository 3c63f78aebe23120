import type { SentFailure } from '../library/library-calls.ts'
import type { FileInIssue } from './issue-files.ts'

/** One document for the rendering thread. */
export interface RenderJob {
  /** `words`: how many there are, in decimal. `search`: what can be looked for. */
  format: 'html' | 'text' | 'words' | 'search'
  markdown: string
  files: FileInIssue[]
  /** Addresses by file name. A file without one is not shown. */
  urls: Record<string, string>
}

export type FromRenderWorker =
  /** The time limit runs from here: a thread that is still loading its code has spent nothing on the document. */
  | { begun: true }
  | { begun?: false, rendered: string }
  | { begun?: false, failure: SentFailure }
