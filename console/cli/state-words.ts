import type { Issue } from '../../shared/api/issues.ts'
import { bytesInWords } from './progress-text.ts'
import { safeText } from './safe-text.ts'

const WORDS: Record<Issue['state'], string> = {
  waiting: 'Waiting for peers',
  downloading: 'Downloading',
  ready: 'Ready offline',
  partial: 'Text only',
  removed: 'Left out to save space',
  notVerified: 'Not verified'
}

/** The word of its state; of what is on its way also how much is here, of what was left out how much there is. */
export function stateInWords ({ state, parts, haveParts, sizeBytes, haveBytes, wantedParts, wantedBytes }: Issue): string {
  const word = state === 'partial' && haveParts > 1 ? 'Without attachments' : WORDS[state]
  const isComing = state === 'waiting' || state === 'downloading' || (state === 'partial' && wantedBytes > haveBytes)
  if (isComing) return `${word}: ${partsInWords(haveParts, wantedParts)}, ${bytesInWords(wantedBytes - haveBytes)} to go`
  if (state === 'partial') return `${word}: ${partsInWords(haveParts, parts)}, ${bytesInWords(sizeBytes - haveBytes)} not here`
  return state === 'removed' ? `${word}: ${bytesInWords(sizeBytes)}` : word
}

export function partsInWords (have: number, all: number): string {
  return `${have} of ${all} ${all === 1 ? 'part' : 'parts'}`
}

/** How a list marks what was changed after it was published; slips of the pen are not worth a mark there. */
const CHANGES: Record<string, string> = { correction: 'corrected', update: 'updated', retraction: 'retracted', erasure: 'erased' }

/** What became of an issue after it was published; '' for nothing. */
function marksInWords ({ change, withdrawnByWriter }: Issue): string {
  return [CHANGES[change], withdrawnByWriter && 'withdrawn by the writer'].map(mark => mark ? ` [${mark}]` : '').join('')
}

/** A row of a list of issues: unread mark, state, number, date, title, newsletter, id. */
export function issueRow (issue: Issue): string[] {
  const { state, read, number, publishedAt, title, petName, newsletterTitle, id, problem } = issue
  const refused = state === 'notVerified'
  return [
    !read && (state === 'ready' || state === 'partial') ? '*' : ' ',
    stateInWords(issue),
    refused ? '' : String(number),
    publishedAt.slice(0, 10),
    refused ? safeText(problem?.reason ?? '') : safeText(title) + marksInWords(issue),
    safeText(petName || newsletterTitle),
    id
  ]
}
