import type { Connection } from 'hyperswarm'

/** Who asks for what another one was just sent has it from there within this, also where both have slow machines. */
export const RELAYED_MS = 3_000
/** Where lines are slow, so that a block takes long to each, it may take as long as this. */
const RELAYED_MOST_MS = 12_000
/** And of who is not the writer, once it has come to the other one, who says so to those who look for it, within this. */
const TOLD_MS = 400

interface Sent {
  connection: Connection
  atMs: number
  arrivedMs: number
}

/** To whom each block went last, of late, and when it had come there: until others can have it from there, it need not be sent to them. */
export class LastSent {
  /** In the order in which they were sent. */
  #blocks = new Map<number, Sent>()

  note (block: number, connection: Connection): void {
    const nowMs = performance.now()
    this.#blocks.delete(block)
    this.#blocks.set(block, { connection, atMs: nowMs, arrivedMs: Infinity })
    for (const [first, { atMs }] of this.#blocks) {
      if (nowMs - atMs < RELAYED_MOST_MS) break
      this.#blocks.delete(first)
    }
  }

  arrived (block: number, connection: Connection): void {
    const sent = this.#blocks.get(block)
    if (sent?.connection === connection) sent.arrivedMs = performance.now()
  }

  /** It passes nothing on any more. */
  forget (connection: Connection): void {
    for (const [block, sent] of this.#blocks) if (sent.connection === connection) this.#blocks.delete(block)
  }

  /**
   * Whether a block may come from who was sent it last.
   *
   * @param passersOn how many nodes the first would pass it on to, where it came from the writer; null: from who is not the writer
   */
  mayCome (block: number, to: Connection, passersOn: number | null): boolean {
    const sent = this.#blocks.get(block)
    return sent !== undefined && sent.connection !== to && performance.now() < heldUntilMs(sent, passersOn)
  }
}

function heldUntilMs ({ atMs, arrivedMs }: Sent, passersOn: number | null): number {
  const tookMs = arrivedMs - atMs
  if (passersOn === null) return Math.min(atMs + RELAYED_MS, arrivedMs + Math.max(TOLD_MS, tookMs))
  if (arrivedMs === Infinity) return atMs + RELAYED_MS
  // The first has to pass it on to all others, and takes as long for each.
  return Math.max(atMs + RELAYED_MS, Math.min(atMs + RELAYED_MOST_MS, arrivedMs + tookMs * passersOn))
}
