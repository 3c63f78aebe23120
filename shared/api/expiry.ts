import type { Writer } from './newsletters.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** So many days before a writer's time is up, those who write are reminded; and again with each that follows. */
const REMIND_DAYS = [30, 14, 7, 3, 1, 0]

/** Whole days that a writer may still publish, when they are few; below 0: its time is up. Null: nothing to be reminded of. */
export function daysLeft ({ expires, sealed }: Pick<Writer, 'expires' | 'sealed'>, nowMs: number): number | null {
  if (!expires || sealed) return null
  const days = Math.floor((Date.parse(expires) - nowMs) / DAY_MS)
  return days <= REMIND_DAYS[0]! ? days : null
}

/** The next time at which there is something new to be reminded of, in milliseconds; Infinity: never. */
export function nextReminderMs ({ expires, sealed }: Pick<Writer, 'expires' | 'sealed'>, nowMs: number): number {
  if (!expires || sealed) return Infinity
  return Math.min(...REMIND_DAYS.map(days => Date.parse(expires) - days * DAY_MS).filter(atMs => atMs > nowMs), Infinity)
}
