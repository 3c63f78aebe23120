import { setTimeout } from 'node:timers/promises'
import { AppError, isAppError } from '../errors.ts'
import type { Address } from '../format/address.ts'
import { departureOf, type RootChain, type RootChainFiles, rootChainSteps } from '../format/root-chain.ts'
import { inSteps } from '../in-steps.ts'
import { Turns } from '../turns.ts'
import type { Greeting } from './greeting.ts'
import type { RootStore } from './root-store.ts'
import { type WaitingRoot, WaitingRoots } from './waiting-roots.ts'

/** A disk that was full may have room again after so long. */
const AGAIN_MS = 10_000

export interface HeardRootsListener {
  /** A chain holds that is not known. Says whether it changed what is known. */
  onHolds (chain: RootChain): Promise<boolean>
  /** A chain does not hold. */
  onBroken (address: Address, error: AppError): void
  /** A chain could not be kept, as on a full disk; it is tried again. */
  onFailed (address: Address, error: unknown): void
}

/**
 * Checks root chains that peers send: one after the other, and a document at a time, for its author can make one that takes
 * seconds. What is known already is not checked again, and who goes on sending what is of no use is cut off.
 */
export class HeardRoots {
  #roots: RootStore
  #listener: HeardRootsListener
  #againMs: number
  #turns = new Turns()
  #waiting = new WaitingRoots()

  constructor (roots: RootStore, listener: HeardRootsListener, againMs = AGAIN_MS) {
    this.#roots = roots
    this.#listener = listener
    this.#againMs = againMs
  }

  async hear (greeting: Greeting, address: Address, files: RootChainFiles): Promise<void> {
    const root = this.#waiting.add(greeting, address, files)
    try {
      // Who has sent a chain does not send it again.
      while (!await this.#turns.inTurn('roots', () => this.#check(root))) await setTimeout(this.#againMs, undefined, { ref: false })
    } finally {
      this.#waiting.delete(root)
    }
  }

  /** False: it is to be tried again. */
  async #check ({ greeting, address, files }: WaitingRoot): Promise<boolean> {
    if (!files || !greeting.shares(address)) return true
    const { chain: known, dispute } = await this.#roots.get(address) ?? { chain: null, dispute: null }
    if (known && files.documents.length < known.documents.length) return true
    const here = [known, dispute].filter(chain => chain !== null)
    const chain = await read(address, files, here).catch((error: unknown) => {
      if (!isAppError(error)) throw error
      this.#listener.onBroken(address, error)
      greeting.refuseRoot(error)
      return null
    })
    if (!chain || here.some(({ newestHash }) => newestHash === chain.newestHash)) return true
    const changed = await this.#listener.onHolds(chain).catch((error: unknown) => this.#listener.onFailed(address, error))
    if (changed === undefined) return false
    // Each that departs from what is known is checked as a whole.
    if (!changed || (known && departureOf(known, chain) !== null)) greeting.refuseRoot(new AppError('TOO_MANY_REQUESTS', 'The peer sends more root chains than an honest one would.'))
    return true
  }
}

async function read (address: Address, files: RootChainFiles, known: RootChain[]): Promise<RootChain> {
  return await inSteps(rootChainSteps(address, files, known))
}
