/** Bytes for which a bucket that has rested may run ahead: a quarter of a second's worth, and at least one block. */
const BURST_SECONDS = 0.25
const BURST_LEAST_BYTES = 64 * 1024
/** Who waits looks again after this at the latest, so that a rate that was raised helps at once. */
const LOOK_MS = 1_000

/**
 * Lets bytes through at a rate. What has gone is counted afterwards, because how large a block is shows only then; who
 * comes next waits until it is paid for. First come, first served.
 */
export class Pace {
  #rate: () => number | null
  #balance = 0
  #atMs = performance.now()
  #waiting: Promise<void> = Promise.resolve()
  #wakes = new Set<() => void>()

  /** @param rate bytes a second; 0: nothing goes; null: no limit. Asked each time. */
  constructor (rate: () => number | null) {
    this.#rate = rate
  }

  /**
   * Returns when the next one may go; so many bytes are taken before the one after that looks.
   *
   * @param isOver whose turn that is when it comes, it is passed on, and nothing is taken
   * @returns whether they were taken
   */
  async turn (bytes: number, isOver: () => boolean = () => false): Promise<boolean> {
    if (this.#rate() === null) {
      this.spend(bytes)
      return true
    }
    const turn = this.#waiting.then(async () => {
      if (!isOver()) await this.#untilPaid()
      if (isOver()) return false
      this.spend(bytes)
      return true
    })
    this.#waiting = turn.then(() => {})
    return await turn
  }

  /** So many bytes have gone, or are on their way; less than 0: fewer than was thought. */
  spend (bytes: number): void {
    this.#refill()
    // What goes while there is no limit is no debt for when there is one.
    if (this.#rate() !== null) this.#balance -= bytes
  }

  /** Lets all go that wait. */
  close (): void {
    this.#rate = () => null
    for (const wake of this.#wakes) wake()
  }

  async #untilPaid (): Promise<void> {
    while (true) {
      const rate = this.#rate()
      this.#refill()
      if (rate === null || (rate > 0 && this.#balance > 0)) return
      const delayMs = rate === 0 ? LOOK_MS : Math.min(LOOK_MS, Math.max(1, -this.#balance / rate * 1000))
      await this.#sleep(delayMs)
    }
  }

  async #sleep (delayMs: number): Promise<void> {
    await new Promise<void>(resolve => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#wakes.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, delayMs).unref()
      this.#wakes.add(wake)
    })
  }

  #refill (): void {
    const now = performance.now()
    const rate = this.#rate()
    if (rate === null) {
      this.#atMs = now
      this.#balance = Math.max(0, this.#balance)
      return
    }
    const seconds = (now - this.#atMs) / 1000
    this.#atMs = now
    this.#balance = Math.min(Math.max(BURST_LEAST_BYTES, rate * BURST_SECONDS), this.#balance + rate * seconds)
  }
}
