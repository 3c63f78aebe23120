import { AppError, type FailureCode } from './errors.ts'

/** An error as it crosses between threads, which would take its class and code away. */
export interface SentFailure {
  code: FailureCode
  message: string
  stack: string | undefined
}

export function receivedError ({ code, message, stack }: SentFailure): AppError {
  const error = new AppError(code, message)
  // Where it happened, not where it was received.
  if (stack !== undefined) error.stack = stack
  return error
}
