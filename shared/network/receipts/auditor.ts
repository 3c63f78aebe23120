import { randomBytes } from 'node:crypto'
import z32 from 'z32'
import { messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { type BlockRanges, common, countBlocks, difference } from '../../format/block-ranges.ts'
import { CHALLENGE_BLOCKS, hashOfBlocks, isAnswerOf } from '../../format/challenge.ts'
import type { Answer } from '../../format/receipt-messages.ts'
import type { Log } from '../../log.ts'
import { challengesOf, sampleOf } from './audit-sample.ts'
import { AuditTurns } from './audit-turns.ts'
import type { HeldDrive } from './held-drive.ts'
import type { Audit, AuditFault, HeldReceipt } from './held-receipt.ts'
import type { ReceiptChannel } from './receipt-channel.ts'

/** Blocks of the blobs and of the index that one round asks for: at most 64 MiB to read, on both sides. */
const ROUND_BLOBS = 1024
const ROUND_INDEX = 256
/** One that has failed is believed again after a round so much wider. */
const REPAIR_FACTOR = 4
/** Rounds of one holder that may go unanswered, though it is connected. */
const UNANSWERED = 3
const ANSWER_MS = 10_000

export interface AuditTiming {
  /** A copy counts when its holder was challenged not longer ago than this. Holders that can be reached are, four times as often. */
  periodMs: number
}

export interface AuditorParts {
  newsletter: Address
  drive: (key: string) => HeldDrive | null
  /** Names the machine at the other end of a channel. */
  machineOf: (channel: ReceiptChannel) => string
  timing: AuditTiming
  log: Log
  /** Something was found out that counting depends on. */
  onChanged: () => void
  /** The holder at the other end has answered everything right. */
  onPassed: (channel: ReceiptChannel) => void
  /** A round has ended, for the receipt that it began with. `isAskedFor`: another one was wished for meanwhile. */
  onRound: (held: HeldReceipt, isAskedFor: boolean) => void
  /** The channel is not the holder's, though it says so. */
  onImpostor: (channel: ReceiptChannel, held: HeldReceipt) => void
}

type RoundEnd = 'passed' | 'later' | Exclude<AuditFault['kind'], 'history'>

/** Challenges holders to show that they have what their receipts claim, and notes what came of it. */
export class Auditor {
  #parts: AuditorParts
  /** Those that go on; true: wished for once more meanwhile, when there may have been more to ask for. */
  #rounds = new Map<string, boolean>()
  #asked = new Map<number, { channel: ReceiptChannel, settle: (answer: Omit<Answer, 'proof'> | null) => void }>()
  /** By what is known of them, which goes with their receipts. */
  #unanswered = new WeakMap<Audit, number>()
  /** Holders that have signed an answer on a channel. */
  #proven = new WeakMap<ReceiptChannel, string>()
  #ids = 0
  #turns = new AuditTurns()
  #isClosed = false

  constructor (parts: AuditorParts) {
    this.#parts = parts
  }

  /** True when the whole of what a holder claims has to be gone through again. */
  isDue ({ receipt, audit }: HeldReceipt): boolean {
    if (isOut(audit, receipt)) return false
    if (audit.fault && audit.fault.kind !== 'unanswered') return true
    const ageMs = Date.now() - (audit.passedMs ?? 0)
    return ageMs > this.#parts.timing.periodMs / 4 || ageMs < 0
  }

  /** True when a holder claims more than it was asked for. */
  isBehind ({ receipt, audit }: HeldReceipt): boolean {
    if (isOut(audit, receipt)) return false
    return receipt.index.length > audit.index || difference(receipt.blocks, audit.blocks).length > 0
  }

  /** Asks a holder for what it claims and was not asked for yet, or for everything when that is due. */
  consider (held: HeldReceipt, channel: ReceiptChannel): void {
    const key = held.holder + held.receipt.drive
    if (this.#rounds.has(key)) return void this.#rounds.set(key, true)
    if (this.#isClosed || isOut(held.audit, held.receipt)) return
    this.#rounds.set(key, false)
    const isTaken = this.#turns.add(channel, {
      holder: held.holder,
      begin: () => this.#round(held, channel).catch((error: unknown) => this.#parts.log.debug({ error: messageOf(error) }, 'auditing')),
      onOver: () => {
        const isAskedFor = this.#rounds.get(key)!
        this.#rounds.delete(key)
        this.#parts.onRound(held, isAskedFor)
      }
    })
    if (!isTaken) this.#rounds.delete(key)
  }

  onAnswer (channel: ReceiptChannel, answer: Omit<Answer, 'proof'>): void {
    const asked = this.#asked.get(answer.id)
    if (asked?.channel === channel) asked.settle(answer)
  }

  /** True when the holder has answered on this channel, or the connection itself shows that it is the holder. */
  isProven (channel: ReceiptChannel, holder: string): boolean {
    return this.#proven.get(channel) === holder || channel.remoteId === holder
  }

  /** Nobody answers on it any more. */
  onClosed (channel: ReceiptChannel): void {
    this.#turns.drop(channel)
    for (const asked of this.#asked.values()) if (asked.channel === channel) asked.settle(null)
  }

  /** Asks nobody any more, and waits for no answer. */
  close (): void {
    this.#isClosed = true
    this.#turns.close()
    for (const asked of this.#asked.values()) asked.settle(null)
  }

  /** Who is at the other end speaks for another holder now. */
  forget (channel: ReceiptChannel, holder: string): void {
    this.#turns.drop(channel, holder)
  }

  async #round (held: HeldReceipt, channel: ReceiptChannel): Promise<void> {
    const { receipt, audit } = held
    const drive = this.#parts.drive(receipt.drive)
    const own = await drive?.holding()
    if (!drive || !own) return
    this.#rounds.set(held.holder + receipt.drive, false) // it asks for all that is here by now
    const agrees = await drive.agrees(receipt)
    if (agrees === null) return // it knows more than we do; asked again when we have caught up
    if (!agrees) return this.#fail(held, 'history')

    const isWhole = this.isDue(held) || audit.fault !== null
    const most = audit.fault ? REPAIR_FACTOR : 1
    const claimed = common(receipt.blocks, own.blocks)
    const newIndex: BlockRanges = isWhole ? [[0, receipt.index.length]] : audit.index < receipt.index.length ? [[audit.index, receipt.index.length]] : []
    const newBlocks = isWhole ? claimed : difference(claimed, audit.blocks)
    if (!isWhole && countBlocks(newIndex) + countBlocks(newBlocks) === 0) return

    const startedMs = Date.now()
    const challenges = challengesOf(sampleOf(newIndex, ROUND_INDEX * most), sampleOf(newBlocks, ROUND_BLOBS * most), CHALLENGE_BLOCKS)
    for (const { index, blobs } of challenges) {
      const end = await this.#ask(held, channel, drive, index, blobs)
      if (end === 'later') return
      if (end !== 'passed') return this.#fail(held, end)
    }
    this.#unanswered.delete(audit)
    if (isWhole) audit.passedMs = startedMs
    // A receipt that came meanwhile may claim less; more than it claims now is worth nothing to know.
    audit.index = receipt.index.length
    audit.blocks = claimed
    audit.machine = this.#parts.machineOf(channel)
    audit.fault = null
    this.#parts.onPassed(channel)
    this.#parts.onChanged()
  }

  async #ask (held: HeldReceipt, channel: ReceiptChannel, drive: HeldDrive, index: number[], blobs: number[]): Promise<RoundEnd> {
    const { newsletter, timing } = this.#parts
    const holder = Buffer.from(held.holder, 'hex')
    const nonce = randomBytes(32)
    const id = ++this.#ids
    if (this.#isClosed || channel.connection.destroyed) return 'later'
    const answering = this.#untilAnswered(channel, id, Math.min(ANSWER_MS, timing.periodMs))
    const isSent = channel.sendChallenge(newsletter, { id, holder, drive: z32.decode(held.receipt.drive), nonce, index, blobs })
    if (!isSent) this.#asked.get(id)?.settle(null)
    const answer = await answering
    if (answer === null) return isSent ? this.#onSilence(held, channel) : 'later'
    const { outcome, hash, signature } = answer
    if (outcome === 'busy') return 'later'
    if (!isAnswerOf(holder, outcome, hash, signature)) {
      if (channel.remoteKey.equals(holder)) return 'wrong'
      this.#parts.onImpostor(channel, held)
      return 'later'
    }
    this.#proven.set(channel, held.holder)
    const binding = { nonce, handshakeHash: channel.connection.handshakeHash, holder }
    const expected = await hashOfBlocks(binding, outcome === 'missing' ? [] : drive.blocks(index, blobs))
    const isRight = Buffer.from(expected).equals(hash)
    channel.sendVerdict(newsletter, { id, isRight: isRight && outcome === 'held' })
    return !isRight ? 'wrong' : outcome === 'missing' ? 'missing' : 'passed'
  }

  #onSilence (held: HeldReceipt, channel: ReceiptChannel): RoundEnd {
    if (this.#isClosed || channel.connection.destroyed) return 'later'
    // Only one that was heard to answer can be blamed for silence: another might pretend to be this holder.
    if (this.isProven(channel, held.holder)) return this.#countUnanswered(held)
    // It would only hold places that others could have.
    this.#turns.drop(channel)
    return 'later'
  }

  #countUnanswered ({ audit }: HeldReceipt): RoundEnd {
    const times = (this.#unanswered.get(audit) ?? 0) + 1
    this.#unanswered.set(audit, times)
    return times >= UNANSWERED ? 'unanswered' : 'later'
  }

  async #untilAnswered (channel: ReceiptChannel, id: number, limitMs: number): Promise<Omit<Answer, 'proof'> | null> {
    return await new Promise(resolve => {
      const settle = (answer: Omit<Answer, 'proof'> | null): void => {
        clearTimeout(timer)
        this.#asked.delete(id)
        resolve(answer)
      }
      const timer = setTimeout(() => settle(null), limitMs).unref()
      this.#asked.set(id, { channel, settle })
    })
  }

  #fail ({ receipt: { number }, audit, holder }: HeldReceipt, kind: AuditFault['kind']): void {
    audit.fault = { kind, atMs: Date.now(), number }
    audit.index = 0
    audit.blocks = []
    this.#parts.log.warn({ holder: holder.slice(0, 8), kind }, 'a holder failed its audit')
    this.#parts.onChanged()
  }
}

/** It failed, and has not said anew since what it holds. */
function isOut ({ fault }: HeldReceipt['audit'], { number }: HeldReceipt['receipt']): boolean {
  return fault !== null && fault.kind !== 'unanswered' && number <= fault.number
}
