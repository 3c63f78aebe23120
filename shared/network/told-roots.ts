import type { Address } from '../format/address.ts'
import type { Greeting } from './greeting.ts'

interface Told { newest: string | null, sent: string | null }

/** Of each connected node: the newest root documents that it has said to know, and those that were sent to it, by their hashes. */
export class ToldRoots {
  #told = new WeakMap<Greeting, Map<Address, Told>>()

  says (greeting: Greeting, address: Address, newest: string): void { this.#of(greeting, address).newest = newest }

  newestAt (greeting: Greeting, address: Address): string | null {
    return this.#told.get(greeting)?.get(address)?.newest ?? null
  }

  /** A chain is sent once, for who asks again may never read it. */
  wasSent (greeting: Greeting, address: Address, newest: string): boolean {
    return this.#told.get(greeting)?.get(address)?.sent === newest
  }

  sent (greeting: Greeting, address: Address, newest: string): void { this.#of(greeting, address).sent = newest }

  /** The newsletter is not shared any more. */
  forget (greeting: Greeting, address: Address): void { this.#told.get(greeting)?.delete(address) }

  #of (greeting: Greeting, address: Address): Told {
    const all = this.#told.get(greeting) ?? new Map<Address, Told>()
    const told = all.get(address) ?? { newest: null, sent: null }
    this.#told.set(greeting, all.set(address, told))
    return told
  }
}
