const FIRST_MS = 2_000
const MOST_MS = 5 * 60_000
/** A failure so long after the one before has nothing to do with it. */
const CALM_MS = 2 * MOST_MS

/** Does something once more after it has failed, as while the disk is full: soon at first, and later each time. */
export class TryingAgain {
  #work: () => Promise<void>
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #failedMs = -Infinity
  #isOver = false

  constructor (work: () => Promise<void>) {
    this.#work = work
  }

  /** Failures of one moment are made good together. */
  failed (): void {
    if (this.#isOver) return
    const nowMs = performance.now()
    if (nowMs - this.#failedMs > CALM_MS) this.#failures = 0
    this.#failedMs = nowMs
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#work().catch(() => this.failed())
    }, Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures++)).unref()
  }

  stop (): void {
    this.#isOver = true
    if (this.#timer) clearTimeout(this.#timer)
  }
}
