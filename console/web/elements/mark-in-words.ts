import type { Issue } from '../../../shared/api/issues.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** What became of an issue after it was published, in few words, as the command line has it; '' for nothing, or slips of the pen. */
export function markInWords ({ change, withdrawnByWriter }: Pick<Issue, 'change' | 'withdrawnByWriter'>, { reading }: Phrases): string {
  const known: Record<string, string | undefined> = reading.marks
  return [known[change], withdrawnByWriter && reading.withdrawnByWriter].filter(mark => typeof mark === 'string').join(', ')
}
