const UNITS: [limitMs: number, unitMs: number, name: string][] = [
  [90_000, 1_000, 'second'],
  [90 * 60_000, 60_000, 'minute'],
  [36 * 3_600_000, 3_600_000, 'hour'],
  [Infinity, 86_400_000, 'day']
]

/** "9 days ago"; "just now" for what may be a little ahead, by another clock. */
export function agoInWords (time: string, nowMs = Date.now()): string {
  const ageMs = nowMs - Date.parse(time)
  if (ageMs < 10_000) return 'just now'
  const [, unitMs, name] = UNITS.find(([limitMs]) => ageMs < limitMs)!
  const count = Math.floor(ageMs / unitMs)
  return `${count} ${name}${count === 1 ? '' : 's'} ago`
}

/** How fresh a newsletter is that is not written here. */
export function confirmedInWords (confirmedAt: string | null): string {
  return confirmedAt === null ? 'not confirmed by the author yet' : `last confirmed by the author ${agoInWords(confirmedAt)}`
}
