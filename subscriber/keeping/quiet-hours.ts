import type { KeeperSettings } from '../../shared/api/keeping.ts'

/** Whether a moment lies in the quiet hours, by the local time of this machine. Hours that end where they begin are the whole day. */
export function isQuiet (hours: KeeperSettings['quietHours'], moment: Date): boolean {
  if (!hours) return false
  const now = moment.getHours() * 60 + moment.getMinutes()
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)]
  return from < to ? now >= from && now < to : now >= from || now < to
}

function minutesOf (clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}
