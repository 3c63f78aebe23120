import type { Address } from '../../shared/format/address.ts'

/** Progress is told at most so often for each newsletter. */
const PROGRESS_MS = 250

/** Tells that newsletters have come further, for all that has happened in a moment once. */
export class ProgressNews {
  #timers = new Map<Address, NodeJS.Timeout>()
  #tell: (address: Address) => void
  #isOver = false

  constructor (tell: (address: Address) => void) {
    this.#tell = tell
  }

  add (address: Address): void {
    if (this.#isOver || this.#timers.has(address)) return
    this.#timers.set(address, setTimeout(() => {
      this.#timers.delete(address)
      this.#tell(address)
    }, PROGRESS_MS))
  }

  close (): void {
    this.#isOver = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }
}
