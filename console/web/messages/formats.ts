type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** How numbers, sizes, dates and plurals are written in one language. */
export class Formats {
  readonly language: string
  #plurals: Intl.PluralRules
  #number: Intl.NumberFormat
  #day: Intl.DateTimeFormat
  #date: Intl.DateTimeFormat
  #dateThisYear: Intl.DateTimeFormat
  #moment: Intl.DateTimeFormat
  #clock: Intl.DateTimeFormat
  #exact: Intl.DateTimeFormat
  #relative: Intl.RelativeTimeFormat
  #list: Intl.ListFormat

  /** @param language BCP 47 */
  constructor (language: string) {
    this.language = language
    this.#plurals = new Intl.PluralRules(language)
    this.#number = new Intl.NumberFormat(language)
    this.#day = new Intl.DateTimeFormat(language, { dateStyle: 'long' })
    this.#clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
    this.#date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', year: 'numeric' })
    this.#dateThisYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
    this.#moment = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' })
    this.#exact = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium' })
    this.#relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
    this.#list = new Intl.ListFormat(language, { type: 'conjunction' })
  }

  /** The form that goes with `n`, with `#` replaced by the number: `count(3, { one: '# issue', other: '# issues' })`. */
  count = (n: number, forms: Forms): string => (forms[this.#plurals.select(n)] ?? forms.other).replace('#', this.#number.format(n))

  number = (n: number): string => this.#number.format(n)

  list = (items: string[]): string => this.#list.format(items)

  /** In powers of 1000, as disks are sold and as the command line says it. */
  bytes = (n: number): string => {
    const power = n < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(n) / 3))
    const value = n / 1000 ** power
    const digits = power > 0 && value < 10 ? 1 : 0
    return new Intl.NumberFormat(this.language, {
      style: 'unit', unit: UNITS[power], unitDisplay: power === 0 ? 'long' : 'short', maximumFractionDigits: digits
    }).format(value)
  }

  /** 0 to 1 as whole percents. */
  percent = (part: number): string => new Intl.NumberFormat(this.language, { style: 'percent' }).format(part)

  /** @param time ISO 8601; '' gives '' */
  day = (time: string): string => time && this.#day.format(new Date(time))

  /** Short, for lists: with the year only where it is another. */
  date = (time: string, now = Date.now()): string => {
    if (time === '') return ''
    const date = new Date(time)
    return (date.getFullYear() === new Date(now).getFullYear() ? this.#dateThisYear : this.#date).format(date)
  }

  /** Of today: "Monday". */
  weekday = (): string => new Intl.DateTimeFormat(this.language, { weekday: 'long' }).format(new Date())

  /** Day and time of day, where the person is. */
  moment = (time: string): string => time && this.#moment.format(new Date(time))

  /** Time of day, where the person is. */
  clock = (time: string): string => time && this.#clock.format(new Date(time))

  /** To the second: "6 May 2031 at 07:30:05". */
  exact = (time: string): string => time && this.#exact.format(new Date(time))

  /** How long ago, or until, in the largest unit that fits: "3 days ago", "in 2 hours". */
  ago = (time: string, now = Date.now()): string => {
    const seconds = (Date.parse(time) - now) / 1000
    const steps: [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60]]
    const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
    return this.#relative.format(Math.round(seconds / size), unit)
  }
}
