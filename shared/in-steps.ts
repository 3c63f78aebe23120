import { setImmediate } from 'node:timers/promises'
import type { Steps } from './format/steps.ts'

/** All steps of work. Whatever else there is to do has its turn between two of them. */
export async function inSteps<T> (steps: Steps<T>): Promise<T> {
  while (true) {
    const { done, value } = steps.next()
    if (done) return value
    await setImmediate()
  }
}
