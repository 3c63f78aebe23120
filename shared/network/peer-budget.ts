import { AppError } from '../errors.ts'
import { INDEX_BLOCK_BYTES } from '../format/limits.ts'

const MIB = 1024 * 1024
export const REQUESTS_A_SECOND = 30_000

/**
 * What one connection may say, over all its channels: in the long run, and at once. An honest node comes nowhere near, also
 * one on the same machine that is busy with nothing else: it has a few thousand requests in flight, and sends and gets some
 * ten thousand messages a second when each is about a small block.
 */
const LIMITS = {
  messages: { aSecond: 100_000, atOnce: 131_072 },
  requests: { aSecond: REQUESTS_A_SECOND, atOnce: 16_384 },
  /** That are opened: of two nodes with the same 1,000 newsletters, some thousands when they meet. */
  channels: { aSecond: 1_000, atOnce: 16_384 },
  /** Of blocks that were not asked for: those of several new issues, in several newsletters. */
  pushed: { aSecond: 32 * MIB, atOnce: 128 * MIB },
  /** Of all else that was not asked for: what it has, and wants. */
  bytes: { aSecond: 8 * MIB, atOnce: 32 * MIB }
}
/**
 * Of several messages in one, which are dealt with in one turn of the event loop: about what they cost, in microseconds of
 * a slow processor. It is a quarter of a second for 4,000 requests, more than an honest node sends together.
 */
const TURN_COST = 220_000
/** Of those that are not named: what it takes to read them. */
const COSTS = { other: 1, want: 8, range: 8, sync: 12, opening: 25, block: 40, request: 50, bitfield: 150 }
/** A byte of a bitfield. */
const BITFIELD_BYTE_COST = 0.025
/** Of what it has, a node that does not read may let so much wait to be sent to it: each byte of its questions asks for thousands. */
const OWED_MOST = 8 * MIB
/** As much of an answer was asked for: a block, and what proves it. */
const ANSWER_BYTES = INDEX_BLOCK_BYTES + 64 * 1024

type Budgeted = keyof typeof LIMITS
type Costly = 'want' | 'range' | 'sync'

interface Said { kind: 'pushed' | 'bytes', bytes: number }

const NAMES: Record<Budgeted, string> = { messages: 'messages', requests: 'requests', channels: 'channels', pushed: 'blocks unasked', bytes: 'bytes' }

/** Counts what one connection says, and says when it is more than an honest one would. */
export class PeerBudget {
  #now: () => number
  #left = new Map<Budgeted, { count: number, atMs: number }>()
  #isBroken = false
  #message: Said = { kind: 'bytes', bytes: 0 }
  #cost = 0
  #owed = 0
  #onBroken: (what: string) => void

  /** @param onBroken told once */
  constructor (onBroken: (what: string) => void, now: () => number = () => performance.now()) {
    this.#onBroken = onBroken
    this.#now = now
  }

  /**
   * Counts a message, which `handle` deals with and says of what kind it is.
   *
   * @throws AppError TOO_MANY_REQUESTS, after which the connection is to end
   */
  message<T> (bytes: number, handle: () => T): T {
    this.#spend('messages', 1)
    this.#take(COSTS.other)
    const message: Said = { kind: 'bytes', bytes }
    this.#message = message
    const handled = handle()
    this.#spend(message.kind, message.bytes)
    return handled
  }

  /** A turn of the event loop begins, in which one message or several are dealt with. */
  turn (): void { this.#cost = 0 }

  /** The message that is being dealt with is a request. Throws as {@link message}, and so do those below. */
  isRequest (): void {
    this.#take(COSTS.request)
    this.#spend('requests', 1)
  }

  /** The message that is being dealt with opens a channel: the store is looked through for its core. */
  isOpening (): void {
    this.#take(COSTS.opening)
    this.#spend('channels', 1)
  }

  is (kind: Costly): void { this.#take(COSTS[kind]) }

  isBitfield (bytes: number): void { this.#take(COSTS.bitfield + bytes * BITFIELD_BYTE_COST) }

  /** The message that is being dealt with answers what was asked. */
  isAnswer (): void { this.#message.bytes = Math.max(0, this.#message.bytes - ANSWER_BYTES) }

  /** The message that is being dealt with brings a block that was not asked for. */
  isPushed (): void {
    this.#take(COSTS.block)
    this.#message.kind = 'pushed'
  }

  /** So much of what is here goes to it, to be read. `isDrained`: nothing of what went before waits. */
  owes (bytes: number, isDrained: boolean): void {
    this.#owed = isDrained ? bytes : this.#owed + bytes
    if (this.#owed > OWED_MOST) this.#refuse('questions')
  }

  #spend (what: Budgeted, count: number): void {
    const { aSecond, atOnce } = LIMITS[what]
    const nowMs = this.#now()
    const before = this.#left.get(what) ?? { count: atOnce, atMs: nowMs }
    const left = Math.min(atOnce, before.count + (nowMs - before.atMs) / 1000 * aSecond) - count
    this.#left.set(what, { count: left, atMs: nowMs })
    if (left < 0 || this.#isBroken) this.#refuse(NAMES[what])
  }

  #take (cost: number): void {
    this.#cost += cost
    if (this.#cost > TURN_COST) this.#refuse('messages in one')
  }

  #refuse (what: string): never {
    if (!this.#isBroken) this.#onBroken(what)
    this.#isBroken = true
    throw new AppError('TOO_MANY_REQUESTS', `The peer sends more ${what} than an honest one would.`)
  }
}
