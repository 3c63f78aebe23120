import { isAppError, messageOf } from '../../../shared/errors.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** What went wrong, in the person's language as far as the catalogue has it; the node itself says it in English. */
export function failureInWords (error: unknown, phrases: Phrases): string {
  return isAppError(error) ? problemInWords({ code: error.code, reason: error.message }, phrases) : messageOf(error)
}

/** The same for a failure that was told as a code with a reason. */
export function problemInWords (problem: { code: string, reason: string } | null, { shell }: Phrases): string {
  if (problem === null) return ''
  const known: Record<string, string | undefined> = shell.failures
  const { code, reason } = problem
  const words = known[code]
  // What is damaged, and where it lies, the node alone can name.
  return words !== undefined && code === 'DAMAGED' ? `${words} ${reason}` : words ?? reason
}
