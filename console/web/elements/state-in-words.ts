import type { Issue } from '../../../shared/api/issues.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** How far an issue is, as a person says it. */
export function stateInWords ({ state, problem, haveParts, parts, sizeBytes, haveBytes }: Issue, { reading }: Phrases): string {
  const word = reading.states[state]
  if (state === 'notVerified') return problem ? `${word}: ${problem.reason}` : word
  return state === 'downloading' ? `${word}: ${reading.parts(haveParts, parts, sizeBytes - haveBytes)}` : word
}
