import type { Difference } from '../../shared/api/revisions.ts'
import { AppError } from '../../shared/errors.ts'
import { LimitedThread } from '../../shared/limited-thread.ts'
import { Resource } from '../../shared/resource.ts'
import type { Adapted, Adapting } from '../exporting/adapt-html.ts'
import { type FileInIssue, fileNameOf } from './issue-files.ts'
import { IN_WORDS, type MarkdownJob, type RenderJob } from './render-job.ts'

/** A long article takes about 10 ms, 4 MiB of prose, the most that the format allows, less than one second. */
const LIMIT_MS = 2000
/** 4 MiB of prose fit; a hostile text must not take the memory of the whole node. */
const MEMORY_MB = 512

/**
 * Renders texts of issues in a thread of its own, one after the other, because a hostile one may take forever.
 *
 * Each call may throw TOO_LARGE, when the text takes too long or too much memory, or INTERNAL when the renderer is closing.
 */
export class Renderer extends Resource {
  #thread: LimitedThread<RenderJob>
  #lastInBackground: Promise<unknown> = Promise.resolve()

  constructor ({ limitMs = LIMIT_MS }: { limitMs?: number } = {}) {
    super()
    const program = new URL('./render-worker.js', import.meta.url)
    this.#thread = new LimitedThread({ program, limitMs, memoryMb: MEMORY_MB, inWords: IN_WORDS, ended: closing })
  }

  protected override async _close (): Promise<void> {
    await this.#thread.terminate()
  }

  /** @param urls addresses of files by name; a file without one is not shown */
  html (markdown: string, files: FileInIssue[], urls: Record<string, string>): Promise<string> {
    return this.#markdown({ format: 'html', markdown, files: files.map(whatIsNeeded), urls })
  }

  /** For a terminal. Links to files name their paths in the issue. */
  text (markdown: string, files: FileInIssue[]): Promise<string> {
    const urls = Object.fromEntries(files.map(file => [fileNameOf(file), file.path]))
    return this.#markdown({ format: 'text', markdown, files: files.map(whatIsNeeded), urls })
  }

  /** @param html what {@link html} gave, with `files/…` as addresses of files */
  async adapted (html: string, adapting: Adapting): Promise<Adapted> {
    return await this.#thread.run({ format: 'adapted', html, adapting }) as Adapted
  }

  /** A text that leads to its files by other names. @param names old name -> new name */
  async renamed (markdown: string, names: Map<string, string>): Promise<string> {
    return await this.#thread.run({ format: 'renamed', markdown, names }) as string
  }

  /** Line by line. Null where there is too much to compare. */
  async compared (from: string, to: string): Promise<Difference['lines'] | null> {
    return await this.#thread.run({ format: 'compared', from, to }) as Difference['lines'] | null
  }

  /** Counts the words of a text. */
  async words (markdown: string): Promise<number> {
    return Number(await this.#enqueueLast({ format: 'words', markdown, files: [], urls: {} }))
  }

  /** What of a text can be looked for: without marks of Markdown, without addresses. */
  searchText (markdown: string): Promise<string> {
    return this.#enqueueLast({ format: 'search', markdown, files: [], urls: {} })
  }

  /** Somebody who waits for a page goes before, so at most one of these stands in the queue. */
  #enqueueLast (job: MarkdownJob): Promise<string> {
    const rendered = this.#lastInBackground.then(() => this.#markdown(job))
    this.#lastInBackground = rendered.catch(() => {}) // told to whom it was for
    return rendered
  }

  async #markdown (job: MarkdownJob): Promise<string> {
    return await this.#thread.run(job) as string
  }
}

function whatIsNeeded ({ path, type, alt, width, height, notShown }: FileInIssue): FileInIssue {
  return { path, type, alt, width, height, notShown }
}

function closing (): AppError {
  return new AppError('INTERNAL', 'The node is closing.')
}
