import { isLoopback } from './host-of.ts'
import type { Clock } from './peer-conduct.ts'

/** So long HyperDHT 6.34 keeps what belongs to a call (`HANDSHAKE_CLEAR_WAIT`), 20 to 160 KB, whatever becomes of it. */
const KEPT_MS = 10_000
/** So many calls of strangers are answered in that time; of one address elsewhere than on this machine; and with one key. */
export const CALLS = 1_024
export const CALLS_PER_HOST = 64
export const CALLS_PER_KEY = 8

interface Caller {
  /** Noise key in hex. */
  key: string
  /** IP address, which a node that passes the call on may have made up. */
  host: string
}

/**
 * Which calls of others are answered, before anything is kept for them: calling again and again, and who is thrown out for
 * having broken a rule can do that at once, costs a stranger nothing. Strangers never use up what is meant for peers that have given blocks.
 */
export class IncomingCalls {
  #isProven: (key: string) => boolean
  #now: Clock
  /** What counts, and since when; the oldest first. */
  #answered: { counts: string[], atMs: number }[] = []
  #counts = new Map<string, number>()

  /** @param isProven whether a node, by its Noise key in hex, has given blocks */
  constructor (isProven: (key: string) => boolean, now: Clock = () => performance.now()) {
    this.#isProven = isProven
    this.#now = now
  }

  /** Counts it, if so. */
  answers ({ key, host }: Caller): boolean {
    this.#forgetOld()
    const limits = new Map([[`key ${key}`, CALLS_PER_KEY]])
    if (!this.#isProven(key)) {
      limits.set('all', CALLS)
      if (!isLoopback(host)) limits.set(`host ${host}`, CALLS_PER_HOST)
    }
    if ([...limits].some(([count, most]) => (this.#counts.get(count) ?? 0) >= most)) return false
    const counts = [...limits.keys()]
    for (const count of counts) this.#counts.set(count, (this.#counts.get(count) ?? 0) + 1)
    this.#answered.push({ counts, atMs: this.#now() })
    return true
  }

  #forgetOld (): void {
    const isOld = ({ atMs }: { atMs: number }): boolean => this.#now() - atMs >= KEPT_MS
    while (this.#answered.length > 0 && isOld(this.#answered[0]!)) {
      for (const count of this.#answered.shift()!.counts) this.#countDown(count)
    }
  }

  #countDown (count: string): void {
    const left = this.#counts.get(count)! - 1
    if (left === 0) this.#counts.delete(count)
    else this.#counts.set(count, left)
  }
}
