/** The day on which a moment falls where the person is, as a field for dates has it; '' for none. */
export function localDay (time: string | null): string {
  if (time === null) return ''
  const date = new Date(time)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/** The last moment of a day where the person is: what may happen until a day may happen on it. @param day as a field for dates has it */
export function endOfDay (day: string): string {
  return new Date(`${day}T23:59:59.999`).toISOString()
}
