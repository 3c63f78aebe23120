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

/** A row of a list of issues: unread mark, state, number, date, title, newsletter, id. */
export function issueRow ({ state, read, number, publishedAt, title, newsletterTitle, id, problem }: Issue): string[] {
  const refused = state === 'notVerified'
  return [
    !read && state === 'ready' ? '*' : ' ',
    stateInWords(state),
    refused ? '' : String(number),
    publishedAt.slice(0, 10),
    refused ? safeText(problem?.reason ?? '') : safeText(title),
    safeText(newsletterTitle),
    id
  ]
}
