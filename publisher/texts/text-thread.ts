import { AppError } from '../../shared/errors.ts'
import { LimitedThread } from '../../shared/limited-thread.ts'
import type { TextJobs } from './text-jobs.ts'
import { IN_WORDS, type TextJob } from './text-job.ts'

/** 4 MiB, the most that the format allows, full of HTML take 3 s. */
const LIMIT_MS = 30_000
const MEMORY_MB = 1024

/** Reads texts in a thread of its own, one after the other. Each call may throw what {@link LimitedThread} does, and what is wrong with the text. */
export class TextThread {
  #thread: LimitedThread<TextJob>

  constructor ({ limitMs = LIMIT_MS }: { limitMs?: number } = {}) {
    const program = new URL('./text-worker.js', import.meta.url)
    this.#thread = new LimitedThread({ program, limitMs, memoryMb: MEMORY_MB, inWords: IN_WORDS, ended })
  }

  run<N extends keyof TextJobs> (name: N, ...args: Parameters<TextJobs[N]>): Promise<ReturnType<TextJobs[N]>> {
    return this.#thread.run({ name, args }) as Promise<ReturnType<TextJobs[N]>>
  }
}

/** Of this process. */
export const textThread = new TextThread()

function ended (): AppError {
  return new AppError('INTERNAL', 'The thread that reads texts has ended. Try again.')
}
