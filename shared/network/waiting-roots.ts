import { AppError } from '../errors.ts'
import type { Address } from '../format/address.ts'
import type { RootChainFiles } from '../format/root-chain.ts'
import type { Greeting } from './greeting.ts'

const MIB = 1024 * 1024
/** Of the chains of one peer, and of all of them together. */
const OF_ONE = 16 * MIB
const IN_ALL = 64 * MIB

/** A chain that waits to be checked. `files`: null when nothing will come of it any more. */
export interface WaitingRoot { readonly greeting: Greeting, readonly address: Address, files: RootChainFiles | null, readonly bytes: number }

/** Root chains that peers have sent, within bounds: when there are too many, who has most of them is cut off. */
export class WaitingRoots {
  #roots = new Set<WaitingRoot>()

  add (greeting: Greeting, address: Address, files: RootChainFiles): WaitingRoot {
    const root: WaitingRoot = { greeting, address, files, bytes: sizeOf(files) }
    this.#roots.add(root)
    const ofOne = this.#bytesOfEach()
    if (ofOne.get(greeting)! > OF_ONE) this.#refuse(greeting)
    else if (sumOf(ofOne.values()) > IN_ALL) this.#refuse([...ofOne].reduce((a, b) => b[1] > a[1] ? b : a)[0])
    return root
  }

  delete (root: WaitingRoot): void { this.#roots.delete(root) }

  #bytesOfEach (): Map<Greeting, number> {
    const bytes = new Map<Greeting, number>()
    for (const root of this.#roots) bytes.set(root.greeting, (bytes.get(root.greeting) ?? 0) + root.bytes)
    return bytes
  }

  #refuse (greeting: Greeting): void {
    for (const root of this.#roots) {
      if (root.greeting !== greeting) continue
      root.files = null
      this.#roots.delete(root)
    }
    greeting.refuse(new AppError('TOO_MANY_REQUESTS', 'The peer sends more root chains than can be checked.'))
  }
}

function sumOf (numbers: Iterable<number>): number { return [...numbers].reduce((sum, number) => sum + number, 0) }

function sizeOf ({ keys, documents }: RootChainFiles): number {
  return documents.reduce((sum, { bytes, signatures }) => sum + bytes.length + signatures.join().length, keys.length)
}
