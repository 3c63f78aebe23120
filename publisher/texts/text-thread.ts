import { Worker } from 'node:worker_threads'
import { AppError, messageOf } from '../../shared/errors.ts'
import type { TextJobs } from './text-jobs.ts'
import type { FromTextWorker, TextJob } from './text-messages.ts'

/** 4 MiB, the most that the format allows, full of HTML take 3 s. */
const LIMIT_MS = 30_000
const MEMORY_MB = 1024

/**
 * Reads texts in a thread of its own, one after the other. It begins with the first text, and keeps no process from ending.
 *
 * Each call may throw TOO_LARGE, when the text takes too long or too much memory, and what is wrong with the text.
 */
export class TextThread {
  #limitMs: number
  #worker: Worker | null = null
  #waiting: { resolve: (value: unknown) => void, reject: (error: AppError) => void } | null = null
  #timer: NodeJS.Timeout | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor ({ limitMs = LIMIT_MS }: { limitMs?: number } = {}) {
    this.#limitMs = limitMs
  }

  run<N extends keyof TextJobs> (name: N, ...args: Parameters<TextJobs[N]>): Promise<ReturnType<TextJobs[N]>> {
    const done = this.#last.then(() => this.#run({ name, args }))
    this.#last = done.catch(() => {}) // the next one takes its turn however this one ends
    return done as Promise<ReturnType<TextJobs[N]>>
  }

  async #run (job: TextJob): Promise<unknown> {
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

  #start (): Worker {
    const worker = new Worker(new URL('./text-worker.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    worker.on('message', (message: FromTextWorker) => {
      if (this.#worker !== worker) return
      if (message.begun) this.#timer = setTimeout(() => this.#replace(worker, tooLong(this.#limitMs)), this.#limitMs)
      else if ('failure' in message) this.#waiting?.reject(errorOf(message.failure))
      else this.#waiting?.resolve(message.value)
    })
    worker.on('error', cause => this.#replace(worker, failureOf(cause)))
    worker.on('exit', () => this.#replace(worker, new AppError('INTERNAL', 'The thread that reads texts has ended. Try again.')))
    return worker
  }

  /** The next text gets a new thread. */
  #replace (worker: Worker, error: AppError): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#waiting?.reject(error)
    void worker.terminate()
  }
}

/** Of this process. */
export const textThread = new TextThread()

function errorOf ({ code, message, stack }: Extract<FromTextWorker, { failure: unknown }>['failure']): AppError {
  const error = new AppError(code, message)
  // Where it happened, not where it was received.
  if (stack !== undefined) error.stack = stack
  return error
}

function tooLong (limitMs: number): AppError {
  return new AppError('TOO_LARGE', `The text takes longer than ${limitMs / 1000} s to be read. Write it in a simpler way, or as several issues, and try again.`)
}

function failureOf (cause: unknown): AppError {
  const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (outOfMemory) return new AppError('TOO_LARGE', `The text takes more than ${MEMORY_MB} MB of memory to be read. Write it in a simpler way, or as several issues, and try again.`, { cause })
  return new AppError('INTERNAL', `The text can not be read: ${messageOf(cause)}`, { cause })
}
