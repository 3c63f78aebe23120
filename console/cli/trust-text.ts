import type { Newsletter } from '../../shared/api/newsletters.ts'
import { safeText } from './safe-text.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Which newsletter has a name for which this one can be taken, and how to tell them apart; '' when there is none. */
export function lookAlikeInWords ({ looksLike, checkWords }: Pick<Newsletter, 'looksLike' | 'checkWords'>): string {
  if (!looksLike) return ''
  const { title, role, since } = looksLike
  const known = role === 'own' ? 'which you write' : `which you have followed since ${since.slice(0, 10)}`
  return `Its name looks like that of "${safeText(title)}", ${known}. Compare the check words: this one has "${checkWords}", the other "${looksLike.checkWords}".`
}

/** How long ago it was confirmed that everything is here, and what that may mean; '' unless it is too long ago. */
export function staleInWords ({ confirmedAt, freshness }: Pick<Newsletter, 'confirmedAt' | 'freshness'>, since: string): string {
  if (!freshness.stale) return ''
  const days = daysInWords(confirmedAt ?? since)
  const last = confirmedAt === null ? `It was never confirmed, in the ${days} since you follow it, that this is everything.` : `It was last confirmed ${days} ago that this is everything.`
  return `${last} Its author may simply be offline; or you may be cut off from newer issues.`
}

function daysInWords (time: string): string {
  const days = Math.floor((Date.now() - Date.parse(time)) / DAY_MS)
  return days === 1 ? '1 day' : `${days} days`
}
