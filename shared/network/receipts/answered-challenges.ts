import type { ReceiptChannel } from './receipt-channel.ts'

/** Answers to one peer of which it may yet say what came of them. */
const OPEN_WITH_ONE = 64
/** Every block of a drive is read again by a peer's word no more often than this: no liar can have a disk read all day. */
const BELIEVED_EVERY_MS = 6 * 60 * 60 * 1000

/** What this node has answered, and which drive it has to doubt by what peers find of that. */
export class AnsweredChallenges {
  #open = new WeakMap<ReceiptChannel, Map<number, string>>()
  /** Drive -> when a peer's word was believed, by a clock that nobody sets. */
  #believedMs = new Map<string, number>()

  note (channel: ReceiptChannel, id: number, drive: string): void {
    const open = this.#open.get(channel) ?? new Map<number, string>()
    this.#open.set(channel, open.set(id, drive))
    const [oldest] = open.keys()
    if (open.size > OPEN_WITH_ONE) open.delete(oldest!)
  }

  /** The drive that has to be read again, because an answer of this node was found to be wrong; else null. */
  onVerdict (channel: ReceiptChannel, { id, isRight }: { id: number, isRight: boolean }): string | null {
    const drive = this.#open.get(channel)?.get(id)
    this.#open.get(channel)?.delete(id)
    if (drive === undefined || isRight) return null
    const nowMs = performance.now()
    if (nowMs - (this.#believedMs.get(drive) ?? -Infinity) < BELIEVED_EVERY_MS) return null
    this.#believedMs.set(drive, nowMs)
    return drive
  }
}
