import { withLimit } from './with-limit.ts'

/** More at once only wait for each other in the DHT, and those that matter wait with them. */
const AT_ONCE = 20
/** What takes longer than this goes on beside the next ones: without a network it would hold them up for ever. */
const PATIENCE_MS = 10_000

const URGENCIES = ['asked', 'first', 'again'] as const

/** Whether somebody waits for a lookup, or it is the first of its topic: in this order they go. */
export type Urgency = typeof URGENCIES[number]

interface Waiting { work: () => Promise<unknown>, done: () => void }

/** Lets announcements and lookups of many topics take place a few at a time, the urgent ones first, else in the order in which they came. */
export class TopicTurns {
  #running = 0
  #waiting = new Map<Urgency, Waiting[]>(URGENCIES.map(urgency => [urgency, []]))

  /** Returns when the work is done, or takes too long to be waited for. It must not throw. */
  async take (urgency: Urgency, work: () => Promise<unknown>): Promise<void> {
    await new Promise<void>(resolve => {
      this.#waiting.get(urgency)!.push({ work, done: resolve })
      this.#next()
    })
  }

  #next (): void {
    if (this.#running === AT_ONCE) return
    const next = URGENCIES.map(urgency => this.#waiting.get(urgency)!).find(({ length }) => length > 0)?.shift()
    if (!next) return
    this.#running++
    void withLimit(next.work(), PATIENCE_MS).then(() => {
      this.#running--
      next.done()
      this.#next()
    })
  }
}
