import { isAppError, messageOf } from '../../../shared/errors.ts'
import type { Problem } from '../../../shared/api/problem.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** What went wrong, in the person's language as far as the catalogue has it; the node itself says it in English. */
export function failureInWords (error: unknown, { shell }: Phrases): string {
  const known: Record<string, string | undefined> = shell.failures
  return (isAppError(error) ? known[error.code] : undefined) ?? messageOf(error)
}

/** Why something is not verified. */
export function problemInWords (problem: Problem | null, { shell }: Phrases): string {
  const known: Record<string, string | undefined> = shell.failures
  return problem === null ? '' : known[problem.code] ?? problem.reason
}
