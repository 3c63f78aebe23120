import { isAppError, messageOf } from '../../../shared/errors.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** What went wrong, in the person's language as far as the catalogue has it; the node itself says it in English. */
export function failureInWords (error: unknown, { shell }: Phrases): string {
  const known: Record<string, string | undefined> = shell.failures
  return (isAppError(error) ? known[error.code] : undefined) ?? messageOf(error)
}

/** The same for a failure that was told as a code with a reason. */
export function problemInWords (problem: { code: string, reason: string } | null, { shell }: Phrases): string {
  const known: Record<string, string | undefined> = shell.failures
  return problem === null ? '' : known[problem.code] ?? problem.reason
}
