import type { Arrival } from './arrivals.ts'
import { isLoopback } from './host-of.ts'
import type { Clock } from './peer-conduct.ts'

/** So long HyperDHT 6.34 keeps what belongs to a call (`HANDSHAKE_CLEAR_WAIT`), 20 to 160 KB, whatever becomes of it. */
const KEPT_MS = 10_000
/** Of one address elsewhere than on this machine, and with one key. */
export const CALLS_PER_HOST = 64
export const CALLS_PER_KEY = 8

/** How a call came: straight from who calls, by a node by whom this one is found, or by anybody else, who may have made it up. */
export type Way = 'straight' | 'announced' | 'other'

interface Limits {
  calls: number
  /** Those that came by one node. */
  perNode: number
  /** Those for which a hole is made into the own firewall: each takes a socket. */
  punched: number
}

/** So many calls of strangers are answered in that time, for each way by itself, so that none of them is shut by another. */
export const CALLS: Record<Way, Limits> = {
  straight: { calls: 640, perNode: Infinity, punched: Infinity },
  announced: { calls: 256, perNode: 128, punched: 96 },
  other: { calls: 128, perNode: 32, punched: 32 }
}

export interface Caller {
  /** Noise key in hex. */
  key: string
  /** IP address, which a node that passes the call on may have made up. */
  host: string
  /** Null: nothing is known of it. */
  arrival: Arrival | null
  /** A hole is made into the own firewall for it. */
  isPunched: boolean
}

/**
 * Which calls of others are answered, before anything is kept for them: calling again and again, and who is thrown out for
 * having broken a rule can do that at once, costs a stranger nothing. Strangers never use up what is meant for peers that have given blocks.
 */
export class IncomingCalls {
  #isProven: (key: string) => boolean
  #isLocal: boolean
  #now: Clock
  /** What counts, and since when; the oldest first. */
  #answered: { counts: string[], atMs: number }[] = []
  #counts = new Map<string, number>()

  /**
   * @param isProven whether a node, by its Noise key in hex, has given blocks
   * @param isLocal all others are on this machine as well
   */
  constructor (isProven: (key: string) => boolean, isLocal: boolean, now: Clock = () => performance.now()) {
    this.#isProven = isProven
    this.#isLocal = isLocal
    this.#now = now
  }

  /** Counts it, if so. */
  answers (caller: Caller): boolean {
    this.#forgetOld()
    const limits = this.#limitsOf(caller)
    if ([...limits].some(([count, most]) => (this.#counts.get(count) ?? 0) >= most)) return false
    const counts = [...limits.keys()]
    for (const count of counts) this.#counts.set(count, (this.#counts.get(count) ?? 0) + 1)
    this.#answered.push({ counts, atMs: this.#now() })
    return true
  }

  #limitsOf ({ key, host, arrival, isPunched }: Caller): Map<string, number> {
    const limits = new Map([[`key ${key}`, CALLS_PER_KEY]])
    if (this.#isProven(key)) return limits
    const way = wayOf(arrival)
    const { calls, perNode, punched } = CALLS[way]
    limits.set(way, calls)
    if (isPunched) limits.set(`${way}, punched`, punched)
    if (!this.#isShared(host)) limits.set(`${way}, host ${host}`, CALLS_PER_HOST)
    const node = arrival?.passedOnBy
    // A node by whom this one is found is one of few. Another one has as many ports as it likes.
    if (node && way === 'announced') limits.set(`by ${node.host}:${node.port}`, perNode)
    else if (node && !this.#isShared(node.host)) limits.set(`by ${node.host}`, perNode)
    return limits
  }

  /** Where all share one address, it says nothing. */
  #isShared (host: string): boolean { return this.#isLocal && isLoopback(host) }

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

function wayOf (arrival: Arrival | null): Way {
  if (!arrival) return 'other'
  if (!arrival.passedOnBy) return 'straight'
  return arrival.isOfOwnRelay ? 'announced' : 'other'
}
