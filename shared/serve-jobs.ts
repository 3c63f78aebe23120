import { parentPort } from 'node:worker_threads'
import { isAppError, messageOf } from './errors.ts'
import type { FromLimitedThread, JobInWords } from './limited-thread.ts'
import type { SentFailure } from './sent-failure.ts'

/** Does what a {@link LimitedThread} asks of the thread that calls this. @param work may return a promise */
export function serveJobs<Job> (inWords: JobInWords, work: (job: Job) => unknown): void {
  const answer = (message: FromLimitedThread): void => parentPort!.postMessage(message)
  const serve = async (job: Job): Promise<void> => {
    answer({ begun: true })
    try {
      answer({ value: await work(job) })
    } catch (error) {
      answer({ failure: sentFailure(error, inWords) })
    }
  }
  parentPort!.on('message', job => void serve(job as Job))
}

function sentFailure (error: unknown, { thing, done, advice }: JobInWords): SentFailure {
  const { stack } = error instanceof Error ? error : { stack: undefined }
  if (isAppError(error)) return { code: error.code, message: error.message, stack }
  // The call stack ran out, or the result is longer than a string can be.
  if (error instanceof RangeError) return { code: 'TOO_LARGE', message: `The ${thing} is too intricate to ${done}. ${advice}`, stack }
  return { code: 'INTERNAL', message: `The ${thing} can not ${done}: ${messageOf(error)}`, stack }
}
