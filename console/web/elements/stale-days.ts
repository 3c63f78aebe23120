import type { Newsletter } from '../../../shared/api/newsletters.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * For how many days it was not confirmed that everything of a newsletter is here; null while that is no reason to warn. By the clock
 * of the page, because one that is cut off hears nothing of its node's newsletters.
 */
export function staleDays ({ confirmedAt, since, freshness: { staleAt } }: Newsletter, nowMs = Date.now()): number | null {
  if (staleAt === null || Date.parse(staleAt) > nowMs) return null
  return Math.max(0, Math.floor((nowMs - Date.parse(confirmedAt ?? since)) / DAY_MS))
}
