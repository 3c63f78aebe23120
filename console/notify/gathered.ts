import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import type { Issue } from '../../shared/api/issues.ts'
import type { Notification } from '../../shared/api/notifications.ts'

/** As many are told one by one. */
const SHOWN = 5
/** Nobody is told more exactly from how many newsletters they are. */
const MOST_NEWSLETTERS = 1_000

export type Told = Pick<Issue, 'ref' | 'title' | 'newsletterTitle'>

const ToldSchema = Type.Object({ ref: Type.String(), title: Type.String(), newsletterTitle: Type.String() })
type Stored = Static<typeof Stored>
const Stored = Type.Object({ total: Type.Integer({ minimum: 0 }), newsletters: Type.Array(Type.String()), last: Type.Array(ToldSchema) })

/** Issues that have come and are not told yet: however many they are, no more is kept of them than will be told. */
export class Gathered {
  #total = 0
  /** Their addresses. */
  #newsletters = new Set<string>()
  #last: Told[] = []

  /** @param stored what {@link stored} gave, or anything else */
  static from (stored: unknown): Gathered {
    const gathered = new Gathered()
    if (!Value.Check(Stored, stored)) return gathered
    gathered.#total = stored.total
    gathered.#newsletters = new Set(stored.newsletters.slice(0, MOST_NEWSLETTERS))
    gathered.#last = stored.last.slice(-SHOWN)
    return gathered
  }

  get isEmpty (): boolean { return this.#total === 0 }

  add ({ ref, title, newsletterTitle }: Told): void {
    const told = { ref, title: plain(title), newsletterTitle: plain(newsletterTitle) }
    this.#total++
    if (this.#newsletters.size < MOST_NEWSLETTERS) this.#newsletters.add(ref.split('@', 2)[1] ?? '')
    this.#last = [...this.#last, told].slice(-SHOWN)
  }

  notification (kind: Notification['kind']): Notification {
    return { kind, total: this.#total, newsletters: this.#newsletters.size, issues: [...this.#last].reverse() }
  }

  stored (): Stored {
    return { total: this.#total, newsletters: [...this.#newsletters], last: this.#last }
  }
}

/** Of strangers: one line, without what would steer a terminal or turn it around. */
function plain (text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/\p{Bidi_Control}/gu, '').trim().slice(0, 200)
}
