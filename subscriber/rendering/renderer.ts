import { Worker } from 'node:worker_threads'
import { AppError, messageOf } from '../../shared/errors.ts'
import { Resource } from '../../shared/resource.ts'
import { receivedError } from '../library/library-calls.ts'
import { type FileInIssue, fileNameOf } from './issue-files.ts'
import type { FromRenderWorker, RenderJob } from './render-job.ts'

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
  #limitMs: number
  #worker: Worker | null = null
  #waiting: { resolve: (rendered: string) => void, reject: (error: AppError) => void } | null = null
  #timer: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()
  #lastInBackground: Promise<unknown> = Promise.resolve()

  constructor ({ limitMs = LIMIT_MS }: { limitMs?: number } = {}) {
    super()
    this.#limitMs = limitMs
  }

  protected override async _close (): Promise<void> {
    await this.#worker?.terminate()
    await this.#last
  }

  /** @param urls addresses of files by name; a file without one is not shown */
  html (markdown: string, files: FileInIssue[], urls: Record<string, string>): Promise<string> {
    return this.#enqueue({ format: 'html', markdown, files: files.map(whatIsNeeded), urls })
  }

  /** For a terminal. Links to files name their paths in the issue. */
  text (markdown: string, files: FileInIssue[]): Promise<string> {
    const urls = Object.fromEntries(files.map(file => [fileNameOf(file), file.path]))
    return this.#enqueue({ format: 'text', markdown, files: files.map(whatIsNeeded), urls })
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
  #enqueueLast (job: RenderJob): Promise<string> {
    const rendered = this.#lastInBackground.then(() => this.#enqueue(job))
    this.#lastInBackground = rendered.catch(() => {}) // told to whom it was for
    return rendered
  }

  #enqueue (job: RenderJob): Promise<string> {
    const rendered = this.#last.then(() => this.#render(job))
    // The next one takes its turn however this one ends.
    this.#last = rendered.catch(() => {})
    return rendered
  }

  async #render (job: RenderJob): Promise<string> {
    if (this.closing) throw closing()
    // A node that shows nothing has no thread for it.
    this.#worker ??= this.#start()
    const worker = this.#worker
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
        worker.postMessage(job)
      })
    } finally {
      this.#waiting = null
      clearTimeout(this.#timer)
    }
  }

  #start (): Worker {
    const worker = new Worker(new URL('./render-worker.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    worker.on('message', (message: FromRenderWorker) => {
      if (this.#worker !== worker) return
      if (message.begun) this.#timer = setTimeout(() => this.#replace(worker, tooLong(this.#limitMs)), this.#limitMs)
      else if ('failure' in message) this.#waiting?.reject(receivedError(message.failure))
      else this.#waiting?.resolve(message.rendered)
    })
    worker.on('error', cause => this.#replace(worker, failureOf(cause)))
    worker.on('exit', () => this.#replace(worker, closing()))
    return worker
  }

  /** The next document gets a new thread. */
  #replace (worker: Worker, error: AppError): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#waiting?.reject(error)
    void worker.terminate()
  }
}

function whatIsNeeded ({ path, type, alt, width, height, notShown }: FileInIssue): FileInIssue {
  return { path, type, alt, width, height, notShown }
}

function closing (): AppError {
  return new AppError('INTERNAL', 'The node is closing.')
}

function tooLong (limitMs: number): AppError {
  return new AppError('TOO_LARGE', `The text takes longer than ${limitMs / 1000} s to be shown. Read it as Markdown instead.`)
}

function failureOf (cause: unknown): AppError {
  const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (outOfMemory) {
    return new AppError('TOO_LARGE', `The text takes more than ${MEMORY_MB} MB of memory to be shown. Read it as Markdown instead.`, { cause })
  }
  return new AppError('INTERNAL', `The text can not be shown: ${messageOf(cause)}`, { cause })
}
