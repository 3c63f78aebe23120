import { parentPort, type MessagePort } from 'node:worker_threads'
import { isAppError, messageOf } from '../../shared/errors.ts'
import { textJobs } from './text-jobs.ts'
import type { FromTextWorker, TextJob } from './text-messages.ts'

function serve (port: MessagePort): void {
  const answer = (message: FromTextWorker): void => port.postMessage(message)
  port.on('message', ({ name, args }: TextJob) => {
    answer({ begun: true })
    try {
      answer({ value: Reflect.apply(textJobs[name], undefined, args) })
    } catch (error) {
      const { stack } = error instanceof Error ? error : { stack: undefined }
      if (isAppError(error)) answer({ failure: { code: error.code, message: error.message, stack } })
      // The call stack ran out, or the result is longer than a string can be.
      else if (error instanceof RangeError) answer({ failure: { code: 'TOO_LARGE', message: 'The text is too intricate to be published. Write it in a simpler way and try again.', stack } })
      else answer({ failure: { code: 'INTERNAL', message: `The text can not be read: ${messageOf(error)}`, stack } })
    }
  })
}

serve(parentPort!)
