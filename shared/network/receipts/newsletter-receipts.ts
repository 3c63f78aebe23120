import z32 from 'z32'
import { AppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { toHex } from '../../format/hash.ts'
import { type KeeperPromise, receiptName } from '../../format/receipt.ts'
import { type Answer, type Challenge, type Collect, type Collects, KNOWN_RECEIPTS, type Receipts, RECEIPTS_TOLD } from '../../format/receipt-messages.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { Log } from '../../log.ts'
import type { DriveReader } from '../drive-reader.ts'
import { Auditor, type AuditTiming } from './auditor.ts'
import type { ChallengeAnswers } from './challenge-answers.ts'
import type { HeldReceipt } from './held-receipt.ts'
import { OwnTelling } from './own-telling.ts'
import type { ReceiptBook } from './receipt-book.ts'
import type { ReceiptChannel } from './receipt-channel.ts'

/** What was heard is passed on so much later, in one go. */
const PASS_ON_MS = 2_000

export interface NewsletterReceiptsParts {
  newsletter: Address
  book: ReceiptBook
  drives: () => DriveReader[]
  collects: Collects
  /** Seed of the key by which other nodes know this one. */
  seed: Uint8Array
  /** False: at first nothing is said of what is held. */
  isTold: boolean
  timing: AuditTiming
  answers: ChallengeAnswers
  /** Channels on which the newsletter is shared. */
  channels: () => ReceiptChannel[]
  /** Where the other end is, as far as it can be told. */
  placeOf: (channel: ReceiptChannel) => string
  dial: (holder: Buffer) => void
  /** Who is at the other end has shown that it holds what it claims. */
  onPassed: (channel: ReceiptChannel) => void
  onChanged: () => void
  /** Blocks that a receipt of this node claims are not there, or not as they should be. */
  onDoubted: (drive: string, isDeep: boolean) => void
  /** A node says that it carries connections for others. */
  onRelay: () => void
  /** Somebody collects every receipt. */
  onAskedForAll: () => void
  log: Log
}

/** Receipts of one newsletter: what this node says that it holds, what others say, and whether that is so. */
export class NewsletterReceipts {
  readonly telling: OwnTelling
  #collects: Collects
  #parts: NewsletterReceiptsParts
  /** Made when the first receipt came: most of a thousand newsletters have none. */
  #auditor: Auditor | null = null
  #wanted = new Map<ReceiptChannel, Collects>()
  /** Holder -> the channel on which it answers. */
  #reached = new Map<string, ReceiptChannel>()
  #toPassOn = new Set<string>()
  #timer: NodeJS.Timeout | null = null

  constructor (parts: NewsletterReceiptsParts) {
    this.#parts = parts
    this.#collects = parts.collects
    this.telling = new OwnTelling({
      ...parts,
      isHeard: () => this.#wanted.size > 0,
      onLess: drive => parts.onDoubted(drive, false),
      send: receipts => {
        this.#tellOwn(receipts)
        // With what has come here, others can be asked for it.
        for (const held of this.received) if (this.#auditing.isBehind(held)) this.#audit(held)
      }
    })
  }

  get #auditing (): Auditor {
    const parts = this.#parts
    this.#auditor ??= new Auditor({
      newsletter: parts.newsletter,
      drive: key => this.telling.drive(key),
      machineOf: channel => parts.book.machineName(parts.placeOf(channel)),
      timing: parts.timing,
      log: parts.log,
      onPassed: parts.onPassed,
      onChanged: () => {
        parts.book.changed()
        parts.onChanged()
      },
      onRound: ({ holder, receipt }, isAskedFor) => {
        const now = parts.book.get(holder, receipt.drive)
        if (now && (isAskedFor || now.receipt.number !== receipt.number)) this.#audit(now)
      },
      onImpostor: (channel, { holder }) => {
        this.#reached.delete(holder)
        channel.connection.destroy(new AppError('BAD_SIGNATURE', 'The peer answers for another.'))
      }
    })
    return this.#auditor
  }

  get received (): HeldReceipt[] { return this.#parts.book.all }

  get collects (): Collects { return this.#collects }

  /** Speaks as a keeper, a reader (null) or not at all; a keeper collects every receipt, as an author does. */
  become (promise: KeeperPromise | null, isTold: boolean): void {
    const collects = promise ? 'all' : this.#parts.collects
    this.telling.become(promise, isTold)
    if (collects !== this.#collects) this.#collect(collects)
  }

  collectAll (): void {
    this.#collect('all')
  }

  #collect (collects: Collects): void {
    this.#collects = collects
    for (const channel of this.#parts.channels()) this.onShared(channel)
  }

  close (): void {
    this.telling.close()
    if (this.#timer) clearTimeout(this.#timer)
  }

  onShared (channel: ReceiptChannel): void {
    if (this.collects === 'nothing') return
    const known = this.received.slice(-KNOWN_RECEIPTS).map(({ receipt }) => ({ name: receiptName(receipt), number: receipt.number }))
    channel.sendCollect(this.#parts.newsletter, { collects: this.collects, known })
    // A keeper whose receipt came from others can be asked itself now.
    const id = channel.remoteKey.toString('hex')
    for (const held of this.received) if (held.holder === id) this.#audit(held)
  }

  onClosed (channel: ReceiptChannel): void {
    this.#wanted.delete(channel)
    for (const [holder, reached] of this.#reached) if (reached === channel) this.#reached.delete(holder)
    this.#auditor?.onClosed(channel)
  }

  onCollect (channel: ReceiptChannel, { collects, known }: Omit<Collect, 'proof'>): void {
    this.#wanted.set(channel, collects)
    if (collects === 'all') this.#parts.onAskedForAll()
    const numbers = new Map(known.map(({ name, number }) => [toHex(name), number]))
    this.telling.continueAfter(name => numbers.get(name) ?? 0)
    if (this.#wants(channel, this.telling.own.isKeeper)) this.#send(channel, true, this.telling.own.all)
    const news = this.received.filter(held => this.#isNews(channel, held) && (numbers.get(toHex(receiptName(held.receipt))) ?? -1) < held.receipt.number)
    this.#send(channel, false, news.map(({ signed }) => signed))
  }

  /** @throws AppError what is wrong with a receipt, after which the connection ends */
  onReceipts (channel: ReceiptChannel, { own, receipts }: Omit<Receipts, 'proof'>): void {
    const { book, onRelay, onChanged } = this.#parts
    for (const signed of receipts) {
      const { held, isNews } = book.offer(signed, own ? '' : channel.remoteKey.toString('hex'), (holder, { keeper }) => {
        if (own && keeper && channel.remoteKey.toString('hex') !== holder) throw new AppError('BAD_ID', 'The peer gives the receipt of another as its own.')
        return !this.telling.own.isOwn(holder) && this.#isCollected(keeper !== null)
      })
      if (!held) continue
      if (own) this.#reach(channel, held)
      if (own || isNews) this.#audit(held)
      if (isNews) this.#passOnLater(held)
      if (isNews && held.receipt.keeper?.relay) onRelay()
    }
    onChanged()
  }

  onChallenge (channel: ReceiptChannel, challenge: Omit<Challenge, 'proof'>): void {
    const { newsletter, answers, onDoubted, log } = this.#parts
    const held = this.telling.drive(z32.encode(challenge.drive))
    answers.answer(channel, challenge, held, this.telling.own.key, () => onDoubted(held!.key, true))
      .then(answer => channel.sendAnswer(newsletter, { id: challenge.id, ...answer }))
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'a challenge could not be answered'))
  }

  onAnswer (channel: ReceiptChannel, answer: Omit<Answer, 'proof'>): void {
    this.#auditor?.onAnswer(channel, answer)
  }

  /** Somebody found an answer of this node wrong: perhaps its disk has gone bad. */
  onWrong (): void {
    for (const { key } of this.telling.drives) this.#parts.onDoubted(key, true)
  }

  /** Challenges whom it is time to challenge, looks for keepers who are not connected, and renews what is told. */
  look (): void {
    if (this.telling.isDue) this.telling.tell()
    for (const held of this.received) {
      if (this.#auditing.isDue(held) || (this.#channelTo(held) && this.#auditing.isBehind(held))) this.#audit(held)
    }
  }

  #audit (held: HeldReceipt): void {
    if (this.collects !== 'all') return
    const channel = this.#channelTo(held)
    if (channel) this.#auditing.consider(held, channel)
    else if (held.receipt.keeper) this.#parts.dial(Buffer.from(held.holder, 'hex'))
  }

  #channelTo ({ holder }: HeldReceipt): ReceiptChannel | null {
    return this.#reached.get(holder) ?? this.#parts.channels().find(({ remoteKey }) => remoteKey.toString('hex') === holder) ?? null
  }

  /** A receipt that came from its holder: a keeper is known by its connection, a reader has to show it by an answer. */
  #reach (channel: ReceiptChannel, { holder }: HeldReceipt): void {
    if (channel.remoteKey.toString('hex') === holder) return
    const reached = this.#reached.get(holder)
    if (reached && this.#auditing.isProven(reached, holder)) return
    // One connection is one reader: with another name it is a new one, and no longer the old.
    for (const [other, there] of this.#reached) if (there === channel && other !== holder) this.#reached.delete(other)
    this.#reached.set(holder, channel)
  }

  #isCollected (isKeeper: boolean): boolean {
    return this.collects === 'all' || (this.collects === 'keepers' && isKeeper)
  }

  #wants (channel: ReceiptChannel, isKeeper: boolean): boolean {
    const wanted = this.#wanted.get(channel)
    return wanted === 'all' || (wanted === 'keepers' && isKeeper)
  }

  /** True for a receipt of a third one, which the other side has not told of itself. */
  #isNews (channel: ReceiptChannel, { receipt, holder, toldBy }: HeldReceipt): boolean {
    const remote = channel.remoteKey.toString('hex')
    return this.#wants(channel, receipt.keeper !== null) && holder !== remote && toldBy !== remote && this.#reached.get(holder) !== channel
  }

  #tellOwn (receipts: Signed[]): void {
    for (const channel of this.#wanted.keys()) if (this.#wants(channel, this.telling.own.isKeeper)) this.#send(channel, true, receipts)
  }

  #send (channel: ReceiptChannel, own: boolean, receipts: Signed[]): void {
    for (let i = 0; i < receipts.length; i += RECEIPTS_TOLD) {
      channel.sendReceipts(this.#parts.newsletter, { own, receipts: receipts.slice(i, i + RECEIPTS_TOLD) })
    }
  }

  #passOnLater ({ holder, receipt: { drive } }: HeldReceipt): void {
    this.#toPassOn.add(holder + drive)
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      const news = this.received.filter(held => this.#toPassOn.has(held.holder + held.receipt.drive))
      this.#toPassOn.clear()
      for (const channel of this.#wanted.keys()) this.#send(channel, false, news.filter(held => this.#isNews(channel, held)).map(({ signed }) => signed))
    }, PASS_ON_MS).unref()
  }
}
