import type { Address } from '../../format/address.ts'
import { covers, difference } from '../../format/block-ranges.ts'
import { toHex } from '../../format/hash.ts'
import { isWithdrawn, type KeeperPromise, readerKeyOf, type Receipt, signReceipt } from '../../format/receipt.ts'
import { createSigningKey, keyBytes, type SigningKey } from '../../format/signature.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { HeldDrive, Holding } from './held-drive.ts'

/** A receipt is signed anew after so long even when nothing has changed: it shows that the holder still stands by it. */
const RENEW_MS = 24 * 60 * 60 * 1000
/** Who claims to know a number that a clock of ours would have to go so far ahead for is not believed without the receipt itself. */
const BELIEVED_AHEAD_MS = 3 * 24 * 60 * 60 * 1000
/** There has to be something above it. */
const LARGEST_NUMBER = Number.MAX_SAFE_INTEGER - 2 ** 40

/** What this node says that it holds of one newsletter. */
export class OwnReceipts {
  #newsletter: Address
  #seed: Uint8Array
  /** Made when something is said; most of a thousand newsletters are asked about by nobody. */
  #keys: { node: SigningKey, reader: SigningKey } | null = null
  #promise: KeeperPromise | null = null
  #isTold: boolean
  #newest = new Map<string, { receipt: Receipt, signed: Signed }>()
  #number = 0

  /**
   * @param seed of the key by which other nodes know this one
   * @param isTold false: nothing is said of what is held
   */
  constructor (newsletter: Address, seed: Uint8Array, isTold: boolean) {
    this.#newsletter = newsletter
    this.#isTold = isTold
    this.#seed = seed
  }

  get #made (): { node: SigningKey, reader: SigningKey } {
    this.#keys ??= { node: createSigningKey(this.#seed), reader: readerKeyOf(this.#seed, this.#newsletter) }
    return this.#keys
  }

  /** The key that answers for what is told now. */
  get key (): SigningKey { return this.#promise ? this.#made.node : this.#made.reader }

  get isKeeper (): boolean { return this.#promise !== null }

  get all (): Signed[] { return [...this.#newest.values()].map(({ signed }) => signed) }

  /** True for a key of this node, whose receipts come back from others. */
  isOwn (holder: string): boolean {
    return [this.#made.node, this.#made.reader].some(({ publicKey }) => toHex(keyBytes(publicKey)) === holder)
  }

  /**
   * What the node says of itself from now on.
   *
   * @param promise null: it reads, and promises nothing
   * @param isTold false: it says nothing of what it holds
   * @returns receipts that take back what was said by another key, or is no longer said
   */
  become (promise: KeeperPromise | null, isTold: boolean): Signed[] {
    const saysLess = (!isTold && this.#isTold) || (promise === null) !== (this.#promise === null)
    const takenBack = saysLess ? [...this.#newest.values()].map(({ receipt }) => this.#sign({ ...receipt, blocks: [], keeper: null }).signed) : []
    this.#promise = promise
    this.#isTold = isTold
    this.#newest.clear()
    return takenBack
  }

  /** Somebody says to have a receipt of this node with this number, perhaps from another run: what stands below says nothing to them. */
  continueAfter (number: number): void {
    if (number > Date.now() + BELIEVED_AHEAD_MS || number <= this.#number) return
    this.#number = number
    this.#newest.clear()
  }

  /** True when this node has said more than it knows of. */
  isAhead ({ number }: Receipt): boolean {
    return number > this.#number && number <= LARGEST_NUMBER
  }

  /**
   * Goes on above a receipt of this node that came back, signed by it.
   *
   * @returns what takes it back when it is not said any more; else null
   */
  continueAfterSigned (receipt: Receipt): Signed | null {
    this.#number = receipt.number
    this.#newest.clear()
    const isSaid = this.#isTold && receipt.holder === this.key.publicKey
    return isSaid || isWithdrawn(receipt) ? null : this.#sign({ ...receipt, blocks: [], keeper: null }).signed
  }

  /** True when the newest receipt says that all of these blocks are here. */
  claims (drive: string, { index, blobs }: { index: number[], blobs: number[] }): boolean {
    const receipt = this.#newest.get(drive)?.receipt
    return receipt !== undefined && index.every(block => block < receipt.index.length) && blobs.every(block => covers(receipt.blocks, block, block + 1))
  }

  /** True when what was said of a drive is to be said anew, though nothing has changed. */
  isOld (drive: string): boolean {
    const newest = this.#newest.get(drive)
    return newest !== undefined && isOld(newest.receipt)
  }

  /** A new receipt for a drive; null when the newest one still says all. `isLess`: it says less. */
  async renew (drive: HeldDrive): Promise<{ signed: Signed | null, isLess: boolean }> {
    const holding = this.#isTold ? await drive.holding() : null
    const newest = this.#newest.get(drive.key)
    if (!holding || (newest && !isNews(newest.receipt, holding))) return { signed: null, isLess: false }
    const made = this.#sign({
      colporteur: 1,
      kind: 'receipt',
      newsletter: this.#newsletter,
      drive: drive.key,
      holder: this.key.publicKey,
      number: 0,
      at: '',
      ...holding,
      keeper: this.#promise
    })
    this.#newest.set(drive.key, made)
    return { signed: made.signed, isLess: newest !== undefined && difference(newest.receipt.blocks, holding.blocks).length > 0 }
  }

  #sign (unsigned: Receipt): { receipt: Receipt, signed: Signed } {
    // From the clock, so that a home that lost count still goes on above what it said before.
    this.#number = Math.max(this.#number + 1, Date.now())
    const receipt = { ...unsigned, number: this.#number, at: new Date().toISOString() }
    const { node, reader } = this.#made
    return { receipt, signed: signReceipt(receipt, receipt.holder === node.publicKey ? node : reader) }
  }
}

function isOld ({ at }: Receipt): boolean {
  const ageMs = Date.now() - Date.parse(at)
  // Signed while this machine's clock was ahead, it would be refused.
  return ageMs > RENEW_MS || ageMs < 0
}

function isNews (receipt: Receipt, holding: Holding): boolean {
  const { index, blobs, blocks } = receipt
  return isOld(receipt) || JSON.stringify([index, blobs, blocks]) !== JSON.stringify([holding.index, holding.blobs, holding.blocks])
}
