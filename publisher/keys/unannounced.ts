import { join } from 'node:path'
import { readIfThere, removeIfThere, writeDurably } from '../../shared/durable-file.ts'
import type { Address } from '../../shared/format/address.ts'

/**
 * Newsletters whose making has begun, and by which others shall not find this node: a mark beside the keys of each, until the
 * side that reads knows of it. Cut off in between, the next start would announce them.
 */
export class Unannounced {
  #folder: string

  /** @param folder of the keys, with one for each newsletter in it */
  constructor (folder: string) {
    this.#folder = folder
  }

  async has (address: Address): Promise<boolean> {
    return await readIfThere(this.#file(address)) !== null
  }

  async mark (address: Address): Promise<void> {
    await writeDurably(this.#file(address), '')
  }

  async forget (address: Address): Promise<void> {
    await removeIfThere(this.#file(address))
  }

  #file (address: Address): string {
    return join(this.#folder, address, 'unannounced')
  }
}
