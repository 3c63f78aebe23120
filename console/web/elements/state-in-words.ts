import type { Issue } from '../../../shared/api/issues.ts'
import { problemInWords } from './failure-in-words.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** Its text is here and was checked. */
export function isReadable ({ state }: Pick<Issue, 'state'>): boolean {
  return state === 'ready' || state === 'partial'
}

/** The one word for how far an issue is. */
export function stateWord ({ state, haveParts }: Issue, { reading }: Phrases): string {
  return state === 'partial' && haveParts > 1 ? reading.withoutAttachments : reading.states[state]
}

/** How far an issue is, as a person says it. */
export function stateInWords (issue: Issue, phrases: Phrases): string {
  const { state, problem, haveParts, parts, sizeBytes, haveBytes, wantedParts, wantedBytes } = issue
  const { reading, holding } = phrases
  const word = stateWord(issue, phrases)
  switch (state) {
    case 'ready': return word
    case 'notVerified': return problem ? `${word}: ${problemInWords(problem, phrases)}` : word
    case 'removed': return `${word}: ${holding.getSize(sizeBytes)}`
    case 'waiting': case 'downloading': return `${word}: ${reading.parts(haveParts, wantedParts, wantedBytes - haveBytes)}`
    case 'partial': return wantedBytes > haveBytes
      ? `${word}: ${reading.parts(haveParts, wantedParts, wantedBytes - haveBytes)}`
      : `${word}: ${holding.partsHere(haveParts, parts, sizeBytes - haveBytes)}`
  }
}
