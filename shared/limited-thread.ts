import { Worker } from 'node:worker_threads'
import { AppError, messageOf } from './errors.ts'
import { receivedError, type SentFailure } from './sent-failure.ts'

export type FromLimitedThread =
  /** The time limit runs from here: a thread that is still loading its code has spent nothing on the job. */
  | { begun: true }
  | { begun?: false, value: unknown }
  | { begun?: false, failure: SentFailure }

export interface LimitedThreadOptions {
  /** What it runs: ends with `serveJobs`. */
  program: URL
  limitMs: number
  memoryMb: number
  /** What is done to texts, as in "be shown"; and what to do with one that is too large for that. */
  inWords: { done: string, advice: string }
  /** What a job is refused with whose thread has ended by itself. */
  ended: () => AppError
}

/**
 * Does jobs on texts in a thread of its own, one at a time, because a hostile text may take forever. It begins with the first job.
 *
 * A job may throw TOO_LARGE, when it takes too long or too much memory, and whatever its program throws.
 */
export class LimitedThread<Job> {
  #options: LimitedThreadOptions
  #worker: Worker | null = null
  #waiting: { resolve: (value: unknown) => void, reject: (error: AppError) => void } | null = null
  #timer: NodeJS.Timeout | undefined

  constructor (options: LimitedThreadOptions) {
    this.#options = options
  }

  /** When the one before is done. Only while a job is being done it keeps the process from ending. */
  async run (job: Job): Promise<unknown> {
    this.#worker ??= this.#start()
    const worker = this.#worker
    worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
        worker.postMessage(job)
      })
    } finally {
      this.#waiting = null
      clearTimeout(this.#timer)
      worker.unref()
    }
  }

  async terminate (): Promise<void> {
    await this.#worker?.terminate()
  }

  #start (): Worker {
    const { program, limitMs, memoryMb, ended } = this.#options
    const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    worker.on('message', (message: FromLimitedThread) => {
      if (this.#worker !== worker) return
      if (message.begun) this.#timer = setTimeout(() => this.#replace(worker, this.#tooLarge(`longer than ${limitMs / 1000} s`)), limitMs)
      else if ('failure' in message) this.#waiting?.reject(receivedError(message.failure))
      else this.#waiting?.resolve(message.value)
    })
    worker.on('error', cause => this.#replace(worker, this.#failureOf(cause)))
    worker.on('exit', () => this.#replace(worker, ended()))
    return worker
  }

  /** The next job gets a new thread. */
  #replace (worker: Worker, error: AppError): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#waiting?.reject(error)
    void worker.terminate()
  }

  #tooLarge (what: string, cause?: unknown): AppError {
    const { done, advice } = this.#options.inWords
    return new AppError('TOO_LARGE', `The text takes ${what} to ${done}. ${advice}`, { cause })
  }

  #failureOf (cause: unknown): AppError {
    const { memoryMb, inWords: { done } } = this.#options
    const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
    if (outOfMemory) return this.#tooLarge(`more than ${memoryMb} MB of memory`, cause)
    return new AppError('INTERNAL', `The text can not ${done}: ${messageOf(cause)}`, { cause })
  }
}
