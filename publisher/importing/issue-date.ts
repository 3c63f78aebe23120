/** Names carry a year, a month as number or English word, and mostly a day: `2014-12-04-name`, `003-2016-Jan-12`, `001-2015-Dec`. */
const NAME_DATE = /(?<!\d)((?:19|20)\d\d)[-_.](\d{1,2}|[a-z]{3,9})(?:[-_.](\d{1,2})(?!\d))?(?![\da-z])/i

/** A day, perhaps with a time and a zone. */
const WRITTEN_DATE =
  /^(\d{4})-?(\d{1,2})-?(\d{1,2})(?:[T\s]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i

/** The date that a file's or folder's name carries, at noon UTC; without a day it is the first of the month. */
export function dateFromName (name: string): Date | null {
  const found = NAME_DATE.exec(name)
  if (!found) return null
  const [, year, month, day] = found
  // A number alone after the year is rather an issue's number than a month.
  if (!day && /^\d/.test(month!)) return null
  return noon(Number(year), monthNumber(month!), Number(day ?? 1))
}

/** The name made readable as a title: without date, leading number and dashes. */
export function titleFromName (name: string): string {
  const date = dateFromName(name)
  const rest = date ? name.replace(NAME_DATE, ' ') : name
  const number = /^\s*0*(\d+)(?=[-_. ]|$)/.exec(rest)
  const words = (number ? rest.slice(number[0].length) : rest).replace(/[-_\s]+/g, ' ').trim()
  if (words !== '') return words[0]!.toUpperCase() + words.slice(1)
  if (number) return `Issue ${number[1]}`
  return date ? date.toISOString().slice(0, 10) : name
}

/**
 * A date as people write it into front matter. Without a time it is noon UTC (so that it is that day nearly everywhere),
 * without a zone the time is UTC.
 */
export function readDate (text: string): Date | null {
  const found = WRITTEN_DATE.exec(text.trim())
  if (!found) return readWords(text)
  const [, year, month, day, hour, minute, second, zone] = found
  const date = noon(Number(year), Number(month), Number(day))
  if (!date || hour === undefined) return date
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '')
  const offsetMinutes = offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0)) : 0
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return null
  date.setUTCHours(Number(hour), Number(minute) - offsetMinutes, Number(second ?? 0))
  return date
}

/** `4 December 2014`, `Dec 4, 2014`, with a weekday or without. */
function readWords (text: string): Date | null {
  const dayFirst = /^(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\.?\s+([a-z]{3,9})\.?,?\s+(\d{4})$/i.exec(text.trim())
  if (dayFirst) return noon(Number(dayFirst[3]), monthNumber(dayFirst[2]!), Number(dayFirst[1]))
  const monthFirst = /^(?:[a-z]+,\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/i.exec(text.trim())
  return monthFirst && noon(Number(monthFirst[3]), monthNumber(monthFirst[1]!), Number(monthFirst[2]))
}

const LONG_MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']

/** 1 to 12; 0 when it names no month. */
function monthNumber (text: string): number {
  if (/^\d/.test(text)) return Number(text)
  const word = text.toLowerCase()
  return LONG_MONTHS.some(month => month.startsWith(word)) || word === 'sept' ? LONG_MONTHS.findIndex(month => month.startsWith(word.slice(0, 3))) + 1 : 0
}

/** Null when there is no such day. */
function noon (year: number, month: number, day: number): Date | null {
  const date = new Date(Date.UTC(year, month - 1, day, 12))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date : null
}
