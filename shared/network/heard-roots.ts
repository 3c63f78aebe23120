import { AppError, isAppError } from '../errors.ts'
import type { Address } from '../format/address.ts'
import { departureOf, type RootChain, type RootChainFiles, rootChainSteps } from '../format/root-chain.ts'
import { inSteps } from '../in-steps.ts'
import { Turns } from '../turns.ts'
import type { Greeting } from './greeting.ts'
import type { RootStore } from './root-store.ts'

/** Of the chains of one peer that wait to be checked. */
const WAITING_BYTES = 16 * 1024 * 1024

export interface HeardRootsListener {
  /** A chain holds that is not known. Says whether it changed what is known. */
  onHolds (chain: RootChain): Promise<boolean>
  /** A chain does not hold. */
  onBroken (address: Address, error: AppError): void
}

/**
 * Checks root chains that peers send: one after the other, and a document at a time, for its author can make one that takes
 * seconds. What is known already is not checked again, and who goes on sending what is of no use is cut off.
 */
export class HeardRoots {
  #roots: RootStore
  #listener: HeardRootsListener
  #turns = new Turns()
  #waiting = new WeakMap<Greeting, number>()

  constructor (roots: RootStore, listener: HeardRootsListener) {
    this.#roots = roots
    this.#listener = listener
  }

  async hear (greeting: Greeting, address: Address, files: RootChainFiles): Promise<void> {
    const bytes = sizeOf(files)
    const waiting = (this.#waiting.get(greeting) ?? 0) + bytes
    if (waiting > WAITING_BYTES) return greeting.refuse(new AppError('TOO_MANY_REQUESTS', 'The peer sends more root chains than can be checked.'))
    this.#waiting.set(greeting, waiting)
    await this.#turns.inTurn('roots', async () => {
      try {
        if (greeting.shared.includes(address)) await this.#check(greeting, address, files)
      } finally {
        this.#waiting.set(greeting, this.#waiting.get(greeting)! - bytes)
      }
    })
  }

  async #check (greeting: Greeting, address: Address, files: RootChainFiles): Promise<void> {
    const { chain: known, dispute } = await this.#roots.get(address) ?? { chain: null, dispute: null }
    if (known && files.documents.length < known.documents.length) return
    const here = [known, dispute].filter(chain => chain !== null)
    const chain = await read(address, files, here).catch((error: unknown) => {
      if (!isAppError(error)) throw error
      this.#listener.onBroken(address, error)
      greeting.refuseRoot(error)
      return null
    })
    if (!chain || here.some(({ newestHash }) => newestHash === chain.newestHash)) return
    const changed = await this.#listener.onHolds(chain)
    // Each that departs from what is known is checked as a whole.
    if (!changed || (known && departureOf(known, chain) !== null)) greeting.refuseRoot(new AppError('TOO_MANY_REQUESTS', 'The peer sends more root chains than an honest one would.'))
  }
}

async function read (address: Address, files: RootChainFiles, known: RootChain[]): Promise<RootChain> {
  return await inSteps(rootChainSteps(address, files, known))
}

function sizeOf ({ keys, documents }: RootChainFiles): number {
  return documents.reduce((sum, { bytes, signatures }) => sum + bytes.length + signatures.join().length, keys.length)
}
