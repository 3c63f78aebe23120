import type { ReceiptChannel } from './receipt-channel.ts'

/** Connections on which one holder may be: anybody can repeat what a reader has said, and then be silent. */
const CANDIDATES = 4

/** Readers are known by no connection: on which ones they say to be, until an answer shows on which they are. */
export class ReachedHolders {
  #isProven: (channel: ReceiptChannel, holder: string) => boolean
  /** Holder -> where it says to be; true: was asked there. */
  #candidates = new Map<string, Map<ReceiptChannel, boolean>>()
  /** One connection is one reader. */
  #holders = new Map<ReceiptChannel, string>()

  constructor (isProven: (channel: ReceiptChannel, holder: string) => boolean) {
    this.#isProven = isProven
  }

  /**
   * Somebody gives a receipt as his own.
   *
   * @returns the holder for which he spoke before, when nobody does now
   */
  add (channel: ReceiptChannel, holder: string): string | null {
    const there = this.#candidates.get(holder) ?? new Map<ReceiptChannel, boolean>()
    if (this.#proven(holder) || there.has(channel)) return null
    // With another name it is a new reader, and no longer the old.
    const left = this.delete(channel)
    const [first] = [...there].find(([, wasAsked]) => wasAsked) ?? [...there][0] ?? []
    if (first && there.size >= CANDIDATES) this.delete(first)
    there.set(channel, false)
    this.#candidates.set(holder, there)
    this.#holders.set(channel, holder)
    return left
  }

  /** Where a holder is to be asked next. */
  next (holder: string): ReceiptChannel | null {
    const there = this.#candidates.get(holder)
    const channel = this.#proven(holder) ?? this.#unasked(holder) ?? there?.keys().next().value
    if (!there || !channel) return null
    there.delete(channel)
    there.set(channel, true)
    return channel
  }

  /** True while a holder may be somewhere where it was not asked. */
  isElsewhere (holder: string): boolean {
    return !this.#proven(holder) && this.#unasked(holder) !== null
  }

  /** True when the other end has said to be this holder, and may be. */
  isAt (channel: ReceiptChannel, holder: string): boolean {
    const proven = this.#proven(holder)
    return proven ? proven === channel : this.#candidates.get(holder)?.has(channel) ?? false
  }

  has (holder: string): boolean {
    return this.#candidates.has(holder)
  }

  /**
   * The other end speaks for no reader any more.
   *
   * @returns the holder for which nobody speaks now
   */
  delete (channel: ReceiptChannel): string | null {
    const holder = this.#holders.get(channel)
    if (holder === undefined) return null
    this.#holders.delete(channel)
    const there = this.#candidates.get(holder)!
    there.delete(channel)
    if (there.size > 0) return null
    this.#candidates.delete(holder)
    return holder
  }

  #proven (holder: string): ReceiptChannel | null {
    return [...this.#candidates.get(holder)?.keys() ?? []].find(channel => this.#isProven(channel, holder)) ?? null
  }

  #unasked (holder: string): ReceiptChannel | null {
    return [...this.#candidates.get(holder) ?? []].find(([, wasAsked]) => !wasAsked)?.[0] ?? null
  }
}
