const FIRST_MS = 2_000
const MOST_MS = 5 * 60_000

/** Does something once more after it has failed, as while the disk is full: soon at first, and later each time that it fails again. */
export class TryingAgain {
  #work: () => Promise<void>
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #failures = 0
  #isOver = false

  /** @param work calls {@link failed} again, or fails */
  constructor (work: () => Promise<void>) {
    this.#work = work
  }

  /** Failures of one moment are made good together. */
  failed (): void {
    if (this.#isOver) return
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#running = this.#again().finally(() => { this.#running = null })
    }, Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures++)).unref()
  }

  async #again (): Promise<void> {
    await this.#work().catch(() => this.failed())
    if (!this.#timer) this.#failures = 0
  }

  /** Returns when nothing of it goes on. */
  async stop (): Promise<void> {
    this.#isOver = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#running
  }
}
