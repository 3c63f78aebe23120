import type { Address } from '../../format/address.ts'
import { toHex } from '../../format/hash.ts'
import { receiptName } from '../../format/receipt.ts'
import { type Collect, type Collects, encodeTold, RECEIPTS_TOLD } from '../../format/receipt-messages.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { HeldReceipt } from './held-receipt.ts'
import type { ReceiptChannel } from './receipt-channel.ts'

/** What was heard is passed on so much later, in one go. */
const PASS_ON_MS = 2_000

export interface PassingOnParts {
  newsletter: Address
  received: () => HeldReceipt[]
  own: () => { isKeeper: boolean, all: Signed[] }
  /** True when the other end says to be this holder. */
  isAt: (channel: ReceiptChannel, holder: string) => boolean
}

/** `widest`: the most that was asked for, and `atMs` when what there was of it was told, by a clock that nobody sets. */
interface Wish { collects: Collects, widest: Collects, atMs: number }

/** Takes receipts to those who have asked for them. */
export class PassingOn {
  #parts: PassingOnParts
  #wishes = new Map<ReceiptChannel, Wish>()
  #news = new Set<string>()
  #timer: NodeJS.Timeout | null = null

  constructor (parts: PassingOnParts) {
    this.#parts = parts
  }

  get isHeard (): boolean { return this.#wishes.size > 0 }

  close (): void {
    if (this.#timer) clearTimeout(this.#timer)
  }

  onClosed (channel: ReceiptChannel): void {
    this.#wishes.delete(channel)
  }

  /** True when somebody asks for more than ever before on this connection: only then is everything gone through for him. */
  isWider (channel: ReceiptChannel, collects: Collects): boolean {
    const widest = this.#wishes.get(channel)?.widest
    return widest === undefined || (widest !== 'all' && collects !== 'nothing' && collects !== widest)
  }

  /** Tells all that is asked for, the first time; after that what has come since. */
  onCollect (channel: ReceiptChannel, { collects, known }: Omit<Collect, 'proof'>): void {
    const isWider = this.isWider(channel, collects)
    const { widest = collects, atMs = -Infinity } = this.#wishes.get(channel) ?? {}
    this.#wishes.set(channel, { collects, widest: isWider ? collects : widest, atMs: performance.now() })
    const { own, received } = this.#parts
    if (isWider && this.#wants(channel, own().isKeeper)) this.send(channel, true, own().all)
    const numbers = new Map(known.map(({ name, number }) => [toHex(name), number]))
    const news = received().filter(held => (isWider || held.cameMs >= atMs) && this.#isNews(channel, held) &&
      (numbers.get(toHex(receiptName(held.receipt))) ?? -1) < held.receipt.number)
    for (let i = 0; i < news.length; i += RECEIPTS_TOLD) channel.sendBook(this.#parts.newsletter, news.slice(i, i + RECEIPTS_TOLD).map(({ signed }) => signed))
  }

  tellOwn (receipts: Signed[]): void {
    for (const channel of this.#wishes.keys()) if (this.#wants(channel, this.#parts.own().isKeeper)) this.send(channel, true, receipts)
  }

  passOnLater ({ holder, receipt: { drive } }: HeldReceipt): void {
    this.#news.add(holder + drive)
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const news = this.#parts.received().filter(held => this.#news.has(held.holder + held.receipt.drive))
      this.#news.clear()
      for (let i = 0; i < news.length; i += RECEIPTS_TOLD) this.#passOn(news.slice(i, i + RECEIPTS_TOLD))
    }, PASS_ON_MS).unref()
  }

  #passOn (news: HeldReceipt[]): void {
    let told: Uint8Array | null = null
    for (const channel of this.#wishes.keys()) {
      const wanted = news.filter(held => this.#isNews(channel, held))
      if (wanted.length < news.length) this.send(channel, false, wanted.map(({ signed }) => signed))
      else channel.sendTold(this.#parts.newsletter, told ??= encodeTold({ own: false, receipts: news.map(({ signed }) => signed) }))
    }
  }

  send (channel: ReceiptChannel, own: boolean, receipts: Signed[]): void {
    for (let i = 0; i < receipts.length; i += RECEIPTS_TOLD) {
      channel.sendReceipts(this.#parts.newsletter, { own, receipts: receipts.slice(i, i + RECEIPTS_TOLD) })
    }
  }

  #wants (channel: ReceiptChannel, isKeeper: boolean): boolean {
    const wanted = this.#wishes.get(channel)?.collects
    return wanted === 'all' || (wanted === 'keepers' && isKeeper)
  }

  /** True for a receipt of a third one, which the other side has not told of itself. */
  #isNews (channel: ReceiptChannel, { receipt, holder, toldBy }: HeldReceipt): boolean {
    const { remoteId: remote } = channel
    return this.#wants(channel, receipt.keeper !== null) && holder !== remote && toldBy !== remote && !this.#parts.isAt(channel, holder)
  }
}
