import { messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { Turns } from '../../shared/turns.ts'

/** What goes on changing is waited for so long, and no longer: a writer may let an index grow for ever. */
const LATEST_MS = 10_000
/** But so many times what it took the last time at least. */
const TIMES = 4

export interface DuePoliciesParts {
  /** True while what policies decide by goes on changing. */
  isChanging: (address: Address) => boolean
  apply: (address: Address) => Promise<void>
  /** What else is done with a newsletter's issues. */
  turns: Turns
  log: Log
  latestMs?: number
}

/** When policies are applied: as soon as nothing changes any more, but not later than after a while; and again, where that failed. */
export class DuePolicies {
  #parts: DuePoliciesParts
  /** Where something is to be done, with what begins it at the latest; and where it waits for its turn. */
  #due = new Map<Address, NodeJS.Timeout>()
  #queued = new Set<Address>()
  #tookMs = new Map<Address, number>()
  #working = new Set<Promise<void>>()
  #stopped = false

  constructor (parts: DuePoliciesParts) {
    this.#parts = parts
  }

  /** Something has changed that a policy decides by. */
  soon (address: Address): void {
    if (this.#stopped) return
    if (!this.#due.has(address)) {
      const latestMs = Math.max(this.#latestMs, TIMES * (this.#tookMs.get(address) ?? 0))
      this.#due.set(address, setTimeout(() => this.#begin(address), latestMs).unref())
    }
    this.look(address)
  }

  /** It may be that nothing changes any more. */
  look (address: Address): void {
    if (this.#due.has(address) && !this.#parts.isChanging(address)) this.#begin(address)
  }

  async stop (): Promise<void> {
    this.#stopped = true
    for (const timer of this.#due.values()) clearTimeout(timer)
    await Promise.all(this.#working)
  }

  #begin (address: Address): void {
    if (this.#stopped || this.#queued.has(address)) return
    this.#queued.add(address)
    const working = this.#parts.turns.inTurn(address, async () => {
      this.#queued.delete(address)
      clearTimeout(this.#due.get(address))
      this.#due.delete(address)
      const startedMs = performance.now()
      if (!this.#stopped) await this.#parts.apply(address)
      this.#tookMs.set(address, performance.now() - startedMs)
    }).catch((error: unknown) => {
      if (this.#stopped) return
      this.#parts.log.error({ error: messageOf(error) }, 'applying a policy')
      setTimeout(() => this.soon(address), this.#latestMs).unref() // not at once: a disk that is full stays so for a while
    }).finally(() => this.#working.delete(working))
    this.#working.add(working)
  }

  get #latestMs (): number { return this.#parts.latestMs ?? LATEST_MS }
}
