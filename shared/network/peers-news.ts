import { setImmediate } from 'node:timers/promises'
import type { Address } from '../format/address.ts'
import type { Greeting } from './greeting.ts'

const GATHERING_MS = 1_000
/** So many newsletters' news are told at once; the others' wait for the next time. */
const NEWSLETTERS_AT_ONCE = 200
/** And so many of them before whatever else there is to do has its turn. */
const IN_ONE_GO = 10
/** In one message. */
const PEERS_TOLD = 16

/**
 * Tells those who share a newsletter who else does now, all at once of a second and no more often: whoever comes, goes and
 * comes again would have each node send all others more than they listen to.
 */
export class PeersNews {
  #sharing: (address: Address) => ReadonlySet<Greeting>
  #news = new Map<Address, Set<Greeting>>()
  #timer: NodeJS.Timeout | null = null
  #isTelling = false
  #isClosed = false

  /** @param sharing who shares a newsletter now */
  constructor (sharing: (address: Address) => ReadonlySet<Greeting>) {
    this.#sharing = sharing
  }

  add (address: Address, greeting: Greeting): void {
    this.#news.set(address, (this.#news.get(address) ?? new Set()).add(greeting))
    if (!this.#timer && !this.#isTelling) void this.#tell() // who comes alone is told of at once
  }

  close (): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#isClosed = true
    this.#news.clear()
  }

  async #tell (): Promise<void> {
    this.#timer = null
    const news = [...this.#news.keys()].slice(0, NEWSLETTERS_AT_ONCE)
    if (news.length === 0) return
    this.#isTelling = true
    for (const [place, address] of news.entries()) {
      if (place % IN_ONE_GO === 0 && place > 0) await setImmediate()
      const greetings = this.#news.get(address)
      this.#news.delete(address)
      if (greetings) this.#tellOf(address, greetings)
    }
    this.#isTelling = false
    if (!this.#isClosed) this.#timer = setTimeout(() => { void this.#tell() }, GATHERING_MS).unref()
  }

  #tellOf (address: Address, greetings: Set<Greeting>): void {
    const sharing = this.#sharing(address)
    const came = [...sharing].filter(greeting => greetings.has(greeting))
    for (const other of sharing) {
      const keys = came.filter(greeting => greeting !== other).map(({ remoteKey }) => remoteKey)
      for (let i = 0; i < keys.length; i += PEERS_TOLD) other.sendPeers(address, keys.slice(i, i + PEERS_TOLD))
    }
  }
}
