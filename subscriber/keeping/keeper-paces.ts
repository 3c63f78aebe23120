import type { Caps, KeeperSettings } from '../../shared/api/keeping.ts'
import type { Address } from '../../shared/format/address.ts'
import { Pace } from '../../shared/network/pace.ts'
import type { CorePaces } from '../../shared/network/paced-replication.ts'
import { isQuiet } from './quiet-hours.ts'

export interface KeeperPacesParts {
  settings: () => KeeperSettings
  kept: (address: Address) => Caps | null
  /** The kept newsletter to which a core belongs, by its key in hex. */
  newsletterOf: (coreKey: string) => Address | null
}

/** How fast kept issues come and go: for each newsletter and in all, and not at all in quiet hours. */
export class KeeperPaces {
  #parts: KeeperPacesParts
  #all: CorePaces
  #paces = new Map<Address, CorePaces>()
  /** Core -> its newsletter, as far as it was asked for. */
  #newsletters = new Map<string, Address>()

  constructor (parts: KeeperPacesParts) {
    this.#parts = parts
    this.#all = {
      up: [new Pace(() => this.#inAll(({ maxUpBytes }) => maxUpBytes))],
      down: [new Pace(() => this.#inAll(({ maxDownBytes }) => maxDownBytes))]
    }
  }

  /** Null: as fast as can be. */
  of (coreKey: string): CorePaces | null {
    const address = this.#newsletters.get(coreKey) ?? this.#parts.newsletterOf(coreKey)
    if (address === null) return null
    this.#newsletters.set(coreKey, address)
    if (!this.#parts.kept(address)) return null
    const known = this.#paces.get(address)
    if (known) return known
    const paces = {
      up: [new Pace(() => this.#parts.kept(address)?.maxUpBytes ?? null), ...this.#all.up],
      down: [new Pace(() => this.#parts.kept(address)?.maxDownBytes ?? null), ...this.#all.down]
    }
    this.#paces.set(address, paces)
    return paces
  }

  close (): void {
    for (const { up, down } of [this.#all, ...this.#paces.values()]) for (const pace of [...up, ...down]) pace.close()
  }

  #inAll (rate: (settings: KeeperSettings) => number | null): number | null {
    const settings = this.#parts.settings()
    return isQuiet(settings.quietHours, new Date()) ? 0 : rate(settings)
  }
}
