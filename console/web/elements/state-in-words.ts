import type { Issue } from '../../../shared/api/issues.ts'
import { problemInWords } from './failure-in-words.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** How far an issue is, as a person says it. */
export function stateInWords ({ state, problem, haveParts, parts, sizeBytes, haveBytes }: Issue, phrases: Phrases): string {
  const { reading } = phrases
  const word = reading.states[state]
  if (state === 'notVerified') return problem ? `${word}: ${problemInWords(problem, phrases)}` : word
  return state === 'downloading' ? `${word}: ${reading.parts(haveParts, parts, sizeBytes - haveBytes)}` : word
}
