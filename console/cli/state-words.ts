import type { Issue } from '../../shared/api/issues.ts'
import { safeText } from './safe-text.ts'

const WORDS: Record<Issue['state'], string> = {
  waiting: 'Waiting for peers',
  downloading: 'Downloading',
  ready: 'Ready offline',
  removed: 'Removed to save space',
  notVerified: 'Not verified'
}

export function stateInWords (state: Issue['state']): string {
  return WORDS[state]
}

/** How a list marks what was changed after it was published; slips of the pen are not worth a mark there. */
const CHANGES: Record<string, string> = { correction: 'corrected', update: 'updated', retraction: 'retracted', erasure: 'erased' }

/** A row of a list of issues: unread mark, state, number, date, title, newsletter, id. */
export function issueRow ({ state, read, number, publishedAt, title, newsletterTitle, id, problem, change }: Issue): string[] {
  const refused = state === 'notVerified'
  return [
    !read && state === 'ready' ? '*' : ' ',
    stateInWords(state),
    refused ? '' : String(number),
    publishedAt.slice(0, 10),
    refused ? safeText(problem?.reason ?? '') : safeText(title) + (CHANGES[change] ? ` [${CHANGES[change]}]` : ''),
    safeText(newsletterTitle),
    id
  ]
}
