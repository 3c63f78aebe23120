import type { Newsletter } from '../../shared/api/newsletters.ts'

const UNITS: [limitMs: number, unitMs: number, name: string][] = [
  [90_000, 1_000, 'second'],
  [90 * 60_000, 60_000, 'minute'],
  [36 * 3_600_000, 3_600_000, 'hour'],
  [Infinity, 86_400_000, 'day']
]

/** "9 days". */
export function spanInWords (ms: number): string {
  const [, unitMs, name] = UNITS.find(([limitMs]) => ms < limitMs)!
  const count = Math.max(0, Math.floor(ms / unitMs))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** "9 days ago"; "just now" for what may be a little ahead, by another clock. */
export function agoInWords (time: string, nowMs = Date.now()): string {
  const ageMs = nowMs - Date.parse(time)
  return ageMs < 10_000 ? 'just now' : `${spanInWords(ageMs)} ago`
}

/** How fresh a newsletter is that is not written here. */
export function confirmedInWords ({ confirmedAt, freshness: { stale, aheadAt } }: Pick<Newsletter, 'confirmedAt' | 'freshness'>, nowMs = Date.now()): string {
  if (aheadAt !== null) return `not confirmed: its author's clock is ${spanInWords(Date.parse(aheadAt) - nowMs)} ahead of this one, or this one behind`
  if (confirmedAt === null) return `not confirmed by the author yet${stale ? ' (FOR LONG)' : ''}`
  return `last confirmed by the author ${agoInWords(confirmedAt, nowMs)}${stale ? ' (LONG AGO)' : ''}`
}
