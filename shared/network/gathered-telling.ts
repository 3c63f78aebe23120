import type { Address } from '../format/address.ts'

/** Newsletters that are joined or left within so long are told of together. */
const GATHERING_MS = 100

/** Has all others told, a moment later, what this node knows: each time it is everything, of which there may be much, to everybody. */
export class GatheredTelling {
  #tell: (without: ReadonlySet<Address>) => void
  #left = new Set<Address>()
  #timer: NodeJS.Timeout | null = null

  constructor (tell: (without: ReadonlySet<Address>) => void) {
    this.#tell = tell
  }

  soon (): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const left = this.#left
      this.#left = new Set()
      this.#tell(left)
      if (left.size > 0) this.soon()
    }, GATHERING_MS).unref()
  }

  /** One that is joined again meanwhile is told of once more afterwards: else the others would not know that anything has ended. */
  left (address: Address): void {
    this.#left.add(address)
    this.soon()
  }

  close (): void {
    if (this.#timer) clearTimeout(this.#timer)
  }
}
