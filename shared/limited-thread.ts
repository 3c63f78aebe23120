import { availableParallelism, loadavg } from 'node:os'
import { type Transferable, Worker } from 'node:worker_threads'
import { AppError, messageOf } from './errors.ts'
import { receivedError, type SentFailure } from './sent-failure.ts'

export type FromLimitedThread =
  /** The time limit runs from here: a thread that is still loading its code has spent nothing on the job. */
  | { begun: true }
  | { begun?: false, value: unknown }
  | { begun?: false, failure: SentFailure }

/** So many times as long a thread has at most on a machine that is busy. */
const MOST_BUSY = 5

export interface LimitedThreadOptions {
  /** What it runs: ends with `serveJobs`. */
  program: URL
  /** So long a job may take on a machine that has a processor for it. */
  limitMs: number
  memoryMb: number
  inWords: JobInWords
  /** What a job is refused with whose thread has ended by itself. */
  ended: () => AppError
}

/** "The text takes longer than 2 s to be shown. Write a shorter one." */
export interface JobInWords { thing: 'text' | 'picture', done: string, advice: string }

/**
 * Does jobs on what others wrote in a thread of its own, one after the other, because a hostile one may take forever. It begins with
 * the first job.
 *
 * A job may throw TOO_LARGE, when it takes too long or too much memory, and whatever its program throws.
 */
export class LimitedThread<Job> {
  #options: LimitedThreadOptions
  #worker: Worker | null = null
  #last: Promise<unknown> = Promise.resolve()
  #isTerminated = false
  #waiting: { resolve: (value: unknown) => void, reject: (error: AppError) => void } | null = null
  #timer: NodeJS.Timeout | undefined

  constructor (options: LimitedThreadOptions) {
    this.#options = options
  }

  /** @param moved what of the job is not copied; see `postMessage` */
  run (job: Job, moved: Transferable[] = []): Promise<unknown> {
    const done = this.#last.then(() => this.#do(job, moved))
    this.#last = done.catch(() => {}) // the next one takes its turn however this one ends
    return done
  }

  async terminate (): Promise<void> {
    this.#isTerminated = true
    await this.#worker?.terminate()
    await this.#last
  }

  /** Only while a job is being done it keeps the process from ending. */
  async #do (job: Job, moved: Transferable[]): Promise<unknown> {
    if (this.#isTerminated) throw this.#options.ended()
    this.#worker ??= this.#start()
    const worker = this.#worker
    worker.ref()
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject }
        worker.postMessage(job, moved)
      })
    } finally {
      this.#waiting = null
      clearTimeout(this.#timer)
      worker.unref()
    }
  }

  #start (): Worker {
    const { program, limitMs, memoryMb, ended } = this.#options
    const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    worker.on('message', (message: FromLimitedThread) => {
      if (this.#worker !== worker) return
      if (message.begun) this.#timer = setTimeout(() => this.#replace(worker, this.#tooLarge(`longer than ${limitMs / 1000} s`)), limitMs * busyness())
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
    const { thing, done, advice } = this.#options.inWords
    return new AppError('TOO_LARGE', `The ${thing} takes ${what} to ${done}. ${advice}`, { cause })
  }

  #failureOf (cause: unknown): AppError {
    const { memoryMb, inWords: { thing, done } } = this.#options
    const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
    if (outOfMemory) return this.#tooLarge(`more than ${memoryMb} MB of memory`, cause)
    return new AppError('INTERNAL', `The ${thing} can not ${done}: ${messageOf(cause)}`, { cause })
  }
}

/** Where more waits than there are processors, each has a part of the time only. 1 on Windows, which does not tell. */
function busyness (): number {
  return Math.min(MOST_BUSY, Math.max(1, loadavg()[0]! / availableParallelism()))
}
