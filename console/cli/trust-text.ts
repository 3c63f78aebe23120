import type { Newsletter } from '../../shared/api/newsletters.ts'
import { safeText } from './safe-text.ts'

/** Which newsletter has a name for which this one can be taken, and how to tell them apart; '' when there is none. */
export function lookAlikeInWords ({ looksLike, checkWords }: Pick<Newsletter, 'looksLike' | 'checkWords'>): string {
  if (!looksLike) return ''
  const { title, role, since } = looksLike
  const known = role === 'own' ? 'which you write' : `which you have followed since ${since.slice(0, 10)}`
  return `Its name looks like that of "${safeText(title)}", ${known}. Compare the check words: this one has "${checkWords}", the other "${looksLike.checkWords}".`
}
