import { isWithdrawn, receiptFault } from '../../format/receipt.ts'
import type { HeldReceipt } from './held-receipt.ts'

/** One that answered keeps its place for so long after it was last found to have all that it claims. */
const STALE_MS = 3 * 24 * 60 * 60 * 1000
/** Receipts of one machine that keep their places for that: they are one copy all the same. */
const OF_ONE_MACHINE = 16
/** When all are to stay, it is looked again so much later. */
const LOOK_AGAIN_MS = 1_000

/** A part of a book, with a bound. When it is full, those that are worth least make room. */
export class ReceiptShelf {
  #most: number
  #mostBytes: number
  #receipts = new Set<HeldReceipt>()
  #bytes = 0
  /** The first to leave is the last. `passedMs`: as it was when they were put in order. */
  #leaving: { held: HeldReceipt, passedMs: number | null }[] = []
  #lookedMs = -Infinity

  constructor (most: number, mostBytes: number) {
    this.#most = most
    this.#mostBytes = mostBytes
  }

  get bytes (): number { return this.#bytes }

  add (held: HeldReceipt): void {
    this.#receipts.add(held)
    this.#bytes += held.signed.bytes.length
  }

  delete (held: HeldReceipt): void {
    if (this.#receipts.delete(held)) this.#bytes -= held.signed.bytes.length
  }

  /** True when it has place, after what leaves for it has left. */
  makeRoom ({ signed: { bytes } }: HeldReceipt, leave: (held: HeldReceipt) => void): boolean {
    while (this.#receipts.size >= this.#most || this.#bytes + bytes.length > this.#mostBytes) {
      const next = this.#next()
      if (!next) return false
      leave(next)
    }
    return true
  }

  #next (): HeldReceipt | null {
    const nowMs = performance.now()
    if (this.#leaving.length === 0 && nowMs - this.#lookedMs >= LOOK_AGAIN_MS) {
      this.#lookedMs = nowMs
      this.#leaving = inOrderOfLeaving([...this.#receipts], Date.now()).reverse().map(held => ({ held, passedMs: held.audit.passedMs }))
    }
    for (let next = this.#leaving.pop(); next; next = this.#leaving.pop()) {
      // It may have been replaced, or checked, since.
      if (this.#receipts.has(next.held) && next.held.audit.passedMs === next.passedMs) return next.held
    }
    return null
  }
}

/** Those that say nothing any more, then those that were never checked, then those that could not be for days, then too many of one machine. */
function inOrderOfLeaving (receipts: HeldReceipt[], nowMs: number): HeldReceipt[] {
  const groups: HeldReceipt[][] = [[], [], [], []]
  const machines = new Map<string, number>()
  for (const held of receipts.sort((a, b) => (a.audit.passedMs ?? a.heardMs) - (b.audit.passedMs ?? b.heardMs)).reverse()) {
    const { receipt, audit: { passedMs, machine } } = held
    if (isWithdrawn(receipt) || receiptFault(receipt, nowMs) !== null) groups[0]!.push(held)
    else if (passedMs === null) groups[1]!.push(held)
    else if (nowMs - passedMs > STALE_MS) groups[2]!.push(held)
    else {
      const others = machines.get(machine) ?? 0
      machines.set(machine, others + 1)
      if (others >= OF_ONE_MACHINE) groups[3]!.push(held)
    }
  }
  return groups.flatMap(group => group.reverse())
}
