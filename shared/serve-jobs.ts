import { parentPort } from 'node:worker_threads'
import { isAppError, messageOf } from './errors.ts'
import type { FromLimitedThread } from './limited-thread.ts'
import type { SentFailure } from './sent-failure.ts'

/**
 * Does what a {@link LimitedThread} asks of the thread that calls this.
 *
 * @param inWords as in "The text is too intricate to ${done}. ${advice}"
 */
export function serveJobs<Job> (inWords: { done: string, advice: string }, work: (job: Job) => unknown): void {
  const answer = (message: FromLimitedThread): void => parentPort!.postMessage(message)
  parentPort!.on('message', (job: Job) => {
    answer({ begun: true })
    try {
      answer({ value: work(job) })
    } catch (error) {
      answer({ failure: sentFailure(error, inWords) })
    }
  })
}

function sentFailure (error: unknown, { done, advice }: { done: string, advice: string }): SentFailure {
  const { stack } = error instanceof Error ? error : { stack: undefined }
  if (isAppError(error)) return { code: error.code, message: error.message, stack }
  // The call stack ran out, or the result is longer than a string can be.
  if (error instanceof RangeError) return { code: 'TOO_LARGE', message: `The text is too intricate to ${done}. ${advice}`, stack }
  return { code: 'INTERNAL', message: `The text can not ${done}: ${messageOf(error)}`, stack }
}
