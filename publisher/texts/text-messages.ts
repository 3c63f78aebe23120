import type { FailureCode } from '../../shared/errors.ts'
import type { TextJobs } from './text-jobs.ts'

export interface TextJob<N extends keyof TextJobs = keyof TextJobs> { name: N, args: Parameters<TextJobs[N]> }

export type FromTextWorker =
  /** The time limit runs from here: a thread that is still loading its code has spent nothing on the text. */
  | { begun: true }
  | { begun?: false, value: unknown }
  | { begun?: false, failure: { code: FailureCode, message: string, stack: string | undefined } }
