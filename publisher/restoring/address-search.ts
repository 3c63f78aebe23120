import type { Address } from '../../shared/format/address.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'

export interface AddressSearchParts {
  /** Addresses that may be those of a newsletter, or of none. */
  addresses: Address[]
  meeting: Meeting
  roots: RootStore
  /** The root of one of them is here. Told once for each. */
  onFound: (address: Address) => void
}

/** Looks for the roots of newsletters of which nobody knows yet whether they exist. */
export class AddressSearch extends Resource {
  #parts: AddressSearchParts
  #found = new Set<Address>()
  /** Those that are looked for here and nowhere else in this node. */
  #joined = new Set<Address>()
  #onRootChanged = (address: Address): void => { if (this.#parts.addresses.includes(address)) this.#tell(address) }

  constructor (parts: AddressSearchParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { addresses, meeting, roots } = this.#parts
    meeting.on('rootChanged', this.#onRootChanged)
    for (const address of addresses) {
      if (await roots.get(address)) this.#tell(address)
      else if (!meeting.has(address)) {
        this.#joined.add(address)
        meeting.join(address, () => [], 'looking')
      }
    }
  }

  protected override async _close (): Promise<void> {
    this.#parts.meeting.off('rootChanged', this.#onRootChanged)
    await Promise.all([...this.#joined].map(address => this.#leave(address)))
  }

  async #leave (address: Address): Promise<void> {
    if (this.#joined.delete(address)) await this.#parts.meeting.leave(address)
  }

  #tell (address: Address): void {
    if (this.#found.has(address)) return
    this.#found.add(address)
    // Whoever is told follows it, which is another way to meet others about it.
    this.#leave(address).finally(() => { if (!this.closing) this.#parts.onFound(address) }).catch(() => {}) // without a network there is nothing to leave
  }
}
