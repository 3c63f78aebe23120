import type { Newsletter } from '../../shared/api/newsletters.ts'
import { safeText } from './safe-text.ts'
import { agoInWords, spanInWords } from './time-text.ts'

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
  const last = confirmedAt === null
    ? `It was never confirmed, in the ${spanInWords(Date.now() - Date.parse(since))} since you follow it, that this is everything.`
    : `It was last confirmed ${agoInWords(confirmedAt)} that this is everything.`
  return `${last} ${freshness.aheadAt === null ? 'Its author may simply be offline; or you may be cut off from newer issues.' : 'Its author\'s clock goes ahead of this one, or this one is behind: what it confirms does not count before they agree.'}`
}
