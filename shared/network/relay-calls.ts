import type { Clock } from './peer-conduct.ts'

/** So many strangers are met at relays in that time: at those that nobody here knows, and at those that are known. */
const PERIOD_MS = 15_000
export const UNKNOWN_RELAYS = 8
export const KNOWN_RELAYS = 32

/**
 * Who calls may name a relay where it is to be met. To call that is a query of the whole DHT, and the relay may not exist:
 * some dozens of such calls in a second would make all look-ups of this node wait.
 */
export class RelayCalls {
  #now: Clock
  /** When strangers were met at relays; the oldest first. */
  #known: number[] = []
  #unknown: number[] = []

  constructor (now: Clock = () => performance.now()) {
    this.#now = now
  }

  /** Counts it, if so. */
  isFollowed (isKnown: boolean): boolean {
    const followed = isKnown ? this.#known : this.#unknown
    while (followed.length > 0 && this.#now() - followed[0]! >= PERIOD_MS) followed.shift()
    if (followed.length >= (isKnown ? KNOWN_RELAYS : UNKNOWN_RELAYS)) return false
    followed.push(this.#now())
    return true
  }
}
