import { AppError } from '../errors.ts'
import type { Address } from '../format/address.ts'
import type { RootChainFiles } from '../format/root-chain.ts'
import type { Greeting } from './greeting.ts'

const MIB = 1024 * 1024
/** Of the chains of one peer, and of all of them together. */
const OF_ONE = 16 * MIB
const IN_ALL = 64 * MIB
/** One that says nothing waits for its turn, too. */
const LEAST_BYTES = 4 * 1024

/** A chain that waits to be checked. `files`: null when nothing will come of it any more. */
export interface WaitingRoot { readonly greeting: Greeting, readonly address: Address, files: RootChainFiles | null, readonly bytes: number }

/** Root chains that peers have sent, within bounds: when there are too many, who has most of them is cut off. */
export class WaitingRoots {
  #roots = new Set<WaitingRoot>()
  #bytes = new Map<Greeting, number>()
  #sumBytes = 0

  add (greeting: Greeting, address: Address, files: RootChainFiles): WaitingRoot {
    const root: WaitingRoot = { greeting, address, files, bytes: Math.max(LEAST_BYTES, sizeOf(files)) }
    this.#roots.add(root)
    this.#count(greeting, root.bytes)
    if (this.#bytes.get(greeting)! > OF_ONE) this.#refuse(greeting)
    else if (this.#sumBytes > IN_ALL) this.#refuse([...this.#bytes].reduce((a, b) => b[1] > a[1] ? b : a)[0])
    return root
  }

  delete (root: WaitingRoot): void {
    if (this.#roots.delete(root)) this.#count(root.greeting, -root.bytes)
  }

  #count (greeting: Greeting, bytes: number): void {
    this.#sumBytes += bytes
    const left = (this.#bytes.get(greeting) ?? 0) + bytes
    if (left > 0) this.#bytes.set(greeting, left)
    else this.#bytes.delete(greeting)
  }

  #refuse (greeting: Greeting): void {
    for (const root of this.#roots) {
      if (root.greeting !== greeting) continue
      root.files = null
      this.delete(root)
    }
    greeting.refuse(new AppError('TOO_MANY_REQUESTS', 'The peer sends more root chains than can be checked.'))
  }
}

function sizeOf ({ keys, documents }: RootChainFiles): number {
  return documents.reduce((sum, { bytes, signatures }) => sum + bytes.length + signatures.join().length, keys.length)
}
