import type { Address } from '../format/address.ts'
import type { Greeting } from './greeting.ts'

const NOBODY: ReadonlySet<Greeting> = new Set()

/** Who shares which newsletter. */
export class Sharing {
  #greetings = new Map<Address, Set<Greeting>>()

  /** Who came last stands last. */
  of (address: Address): ReadonlySet<Greeting> { return this.#greetings.get(address) ?? NOBODY }

  add (address: Address, greeting: Greeting): void {
    this.#greetings.set(address, (this.#greetings.get(address) ?? new Set()).add(greeting))
  }

  delete (address: Address, greeting: Greeting): void {
    const greetings = this.#greetings.get(address)
    greetings?.delete(greeting)
    if (greetings?.size === 0) this.#greetings.delete(address)
  }
}
