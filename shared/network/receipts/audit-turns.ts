import type { ReceiptChannel } from './receipt-channel.ts'

/** Rounds that go on at once, of all holders of a newsletter: each reads this node's disk, too. */
const ROUNDS = 32
/** Of these, with one connection; and rounds with it that may wait: one for each drive that a newsletter may have. */
const ROUNDS_WITH_ONE = 2
const WAITING_WITH_ONE = 256

interface Turn { holder: string, begin: () => Promise<void>, onOver: () => void }

interface Line { running: number, waiting: Turn[] }

/** Who is challenged next: connections take turns, so that nobody's wish to be challenged, however often said, delays others. */
export class AuditTurns {
  #lines = new Map<ReceiptChannel, Line>()
  #running = 0

  /**
   * @param onOver told when the round is over, or will not be
   * @returns false when too many with this connection wait
   */
  add (channel: ReceiptChannel, turn: Turn): boolean {
    const line = this.#lines.get(channel) ?? { running: 0, waiting: [] }
    if (line.waiting.length >= WAITING_WITH_ONE) return false
    line.waiting.push(turn)
    this.#lines.set(channel, line)
    this.#begin()
    return true
  }

  /** What waits for this connection does not any more; `holder`: only what is about that one. */
  drop (channel: ReceiptChannel, holder?: string): void {
    const line = this.#lines.get(channel)
    if (!line) return
    const dropped = line.waiting.filter(turn => holder === undefined || turn.holder === holder)
    line.waiting = line.waiting.filter(turn => !dropped.includes(turn))
    this.#tidy(channel, line)
    for (const { onOver } of dropped) onOver()
  }

  /** Nothing waits any more. */
  close (): void {
    for (const channel of [...this.#lines.keys()]) this.drop(channel)
  }

  #begin (): void {
    while (this.#running < ROUNDS) {
      const next = [...this.#lines].find(([, { running, waiting }]) => running < ROUNDS_WITH_ONE && waiting.length > 0)
      if (!next) return
      const [channel, line] = next
      // To the end of the row of connections.
      this.#lines.delete(channel)
      this.#lines.set(channel, line)
      void this.#run(channel, line, line.waiting.shift()!)
    }
  }

  async #run (channel: ReceiptChannel, line: Line, { begin, onOver }: Turn): Promise<void> {
    this.#running++
    line.running++
    try {
      await begin()
    } finally {
      this.#running--
      line.running--
      this.#tidy(channel, line)
      onOver()
      this.#begin()
    }
  }

  #tidy (channel: ReceiptChannel, line: Line): void {
    if (line.running === 0 && line.waiting.length === 0 && this.#lines.get(channel) === line) this.#lines.delete(channel)
  }
}
