import z32 from 'z32'
import { AppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { toHex } from '../../format/hash.ts'
import { type KeeperPromise, type Receipt, receiptName } from '../../format/receipt.ts'
import { type Answer, type Challenge, type Collect, type Collects, KNOWN_RECEIPTS, type Receipts, type Verdict } from '../../format/receipt-messages.ts'
import type { Log } from '../../log.ts'
import type { DriveReader } from '../drive-reader.ts'
import { AnsweredChallenges } from './answered-challenges.ts'
import { Auditor, type AuditTiming } from './auditor.ts'
import type { ChallengeAnswers } from './challenge-answers.ts'
import type { HeldReceipt } from './held-receipt.ts'
import { OwnTelling } from './own-telling.ts'
import { PassingOn } from './passing-on.ts'
import { ReachedHolders } from './reached-holders.ts'
import type { ReceiptBook } from './receipt-book.ts'
import type { ReceiptChannel } from './receipt-channel.ts'

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

type Connected = Map<string, ReceiptChannel>

/** Receipts of one newsletter: what this node says that it holds, what others say, and whether that is so. */
export class NewsletterReceipts {
  readonly telling: OwnTelling
  #collects: Collects
  #parts: NewsletterReceiptsParts
  /** Made when the first receipt came: most of a thousand newsletters have none. */
  #auditor: Auditor | null = null
  #reached = new ReachedHolders((channel, holder) => this.#auditing.isProven(channel, holder))
  #passingOn: PassingOn
  #answered = new AnsweredChallenges()

  constructor (parts: NewsletterReceiptsParts) {
    this.#parts = parts
    this.#collects = parts.collects
    this.#passingOn = new PassingOn({
      newsletter: parts.newsletter,
      received: () => this.received,
      own: () => this.telling.own,
      isAt: (channel, holder) => this.#reached.isAt(channel, holder)
    })
    this.telling = new OwnTelling({
      ...parts,
      isHeard: () => this.#passingOn.isHeard,
      onLess: drive => parts.onDoubted(drive, false),
      send: receipts => {
        this.#passingOn.tellOwn(receipts)
        // With what has come here, others can be asked for it.
        const connected = this.#connected()
        for (const held of this.received) if (this.#auditing.isBehind(held)) this.#audit(held, connected)
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
        if (now && (isAskedFor || now.receipt.number !== receipt.number || this.#reached.isElsewhere(holder))) this.#audit(now)
      },
      onImpostor: channel => {
        this.#reached.delete(channel)
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
    this.#passingOn.close()
    this.#auditor?.close()
  }

  onShared (channel: ReceiptChannel): void {
    if (this.collects === 'nothing') return
    const known = this.received.slice(-KNOWN_RECEIPTS).map(({ receipt }) => ({ name: receiptName(receipt), number: receipt.number }))
    channel.sendCollect(this.#parts.newsletter, { collects: this.collects, known })
    // A keeper whose receipt came from others can be asked itself now.
    const id = channel.remoteId
    for (const held of this.received) if (held.holder === id) this.#audit(held)
  }

  onClosed (channel: ReceiptChannel): void {
    this.#passingOn.onClosed(channel)
    this.#reached.delete(channel)
    this.#auditor?.onClosed(channel)
  }

  onCollect (channel: ReceiptChannel, collect: Omit<Collect, 'proof'>): void {
    if (collect.collects === 'all') this.#parts.onAskedForAll()
    if (this.#passingOn.isWider(channel, collect.collects)) {
      const numbers = new Map(collect.known.map(({ name, number }) => [toHex(name), number]))
      this.telling.continueAfter(name => numbers.get(name) ?? 0)
    }
    this.#passingOn.onCollect(channel, collect)
  }

  /** @throws AppError what is wrong with a receipt, after which the connection ends */
  onReceipts (channel: ReceiptChannel, { own, receipts }: Omit<Receipts, 'proof'>): void {
    const { book, onRelay, onChanged } = this.#parts
    const from = { key: channel.remoteId, isOwn: own }
    for (const signed of receipts) {
      const { held, isNews, isOld } = book.offer(signed, from, (holder, receipt) => {
        if (own && receipt.keeper && from.key !== holder) throw new AppError('BAD_ID', 'The peer gives the receipt of another as its own.')
        if (!this.telling.own.isOwn(holder)) return this.#isCollected(receipt)
        this.telling.onReturned(receipt)
        return false
      })
      // Its holder lost count, and would be heard by nobody who has the newer one.
      if (own && held && isOld) this.#passingOn.send(channel, false, [held.signed])
      if (!held || isOld) continue
      if (own) this.#reach(channel, held)
      if (own || isNews) this.#audit(held)
      if (isNews) this.#passingOn.passOnLater(held)
      if (isNews && held.receipt.keeper?.relay) onRelay()
    }
    onChanged()
  }

  onChallenge (channel: ReceiptChannel, challenge: Omit<Challenge, 'proof'>): void {
    const { newsletter, answers, onDoubted, log } = this.#parts
    const drive = z32.encode(challenge.drive)
    const { own } = this.telling
    const onMissing = (): void => {
      // Who asks for what was never claimed has shown nothing.
      if (own.claims(drive, challenge)) onDoubted(drive, true)
    }
    answers.answer(channel, challenge, this.telling.drive(drive), own.key, onMissing)
      .then(answer => {
        if (answer.outcome === 'held') this.#answered.note(channel, challenge.id, drive)
        channel.sendAnswer(newsletter, { id: challenge.id, ...answer })
      })
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'a challenge could not be answered'))
  }

  onAnswer (channel: ReceiptChannel, answer: Omit<Answer, 'proof'>): void {
    this.#auditor?.onAnswer(channel, answer)
  }

  /** Somebody says what came of an answer of this node: perhaps its disk has gone bad. */
  onVerdict (channel: ReceiptChannel, verdict: Omit<Verdict, 'proof'>): void {
    const drive = this.#answered.onVerdict(channel, verdict)
    if (drive !== null) this.#parts.onDoubted(drive, true)
  }

  /** Challenges whom it is time to challenge, looks for keepers who are not connected, and renews what is told. */
  look (): void {
    if (this.telling.isDue) this.telling.tell()
    const connected = this.#connected()
    for (const held of this.received) {
      if (this.#auditing.isDue(held) || (this.#isReached(held, connected) && this.#auditing.isBehind(held))) this.#audit(held, connected)
    }
  }

  /** Whose newsletter it is, too, by their Noise keys in hex. */
  #connected (): Connected { return new Map(this.#parts.channels().map(channel => [channel.remoteId, channel])) }

  #audit (held: HeldReceipt, connected = this.#connected()): void {
    if (this.collects !== 'all') return
    const channel = this.#reached.next(held.holder) ?? connected.get(held.holder)
    if (channel) this.#auditing.consider(held, channel)
    else if (held.receipt.keeper) this.#parts.dial(Buffer.from(held.holder, 'hex'))
  }

  #isReached ({ holder }: HeldReceipt, connected: Connected): boolean {
    return this.#reached.has(holder) || connected.has(holder)
  }

  /** A receipt that came from its holder: a keeper is known by its connection, a reader has to show it by an answer. */
  #reach (channel: ReceiptChannel, { holder }: HeldReceipt): void {
    if (channel.remoteId === holder) return
    const left = this.#reached.add(channel, holder)
    if (left === null) return
    this.#auditing.forget(channel, left)
    this.#parts.book.takeBack(left, channel.remoteId)
  }

  #isCollected ({ keeper, drive }: Receipt): boolean {
    // Before a root has come, there are none.
    const drives = this.telling.drives
    if (drives.length > 0 && !drives.some(({ key }) => key === drive)) return false
    return this.collects === 'all' || (this.collects === 'keepers' && keeper !== null)
  }
}
