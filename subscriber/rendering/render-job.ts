import type { JobInWords } from '../../shared/limited-thread.ts'
import type { Adapting } from '../exporting/adapt-html.ts'
import type { FileInIssue } from './issue-files.ts'

/** One document for the rendering thread. */
export interface MarkdownJob {
  /** `words`: how many there are, in decimal. `search`: what can be looked for. */
  format: 'html' | 'text' | 'words' | 'search'
  markdown: string
  files: FileInIssue[]
  /** Addresses by file name. A file without one is not shown. */
  urls: Record<string, string>
}

/** HTML that it has given, to stand in a file. */
export interface AdaptJob { format: 'adapted', html: string, adapting: Adapting }

/** A text that leads to its files by other names. */
export interface RenameJob { format: 'renamed', markdown: string, names: Map<string, string> }

/** What two texts have in common. */
export interface CompareJob { format: 'compared', from: string, to: string }

export type RenderJob = MarkdownJob | AdaptJob | RenameJob | CompareJob

export const IN_WORDS: JobInWords = { thing: 'text', done: 'be shown', advice: 'Read it as Markdown instead.' }
