/** Lets news of one thing through at most once in a while: the first at once, then always the newest. */
export class AtMostEvery {
  #intervalMs: number
  #waiting = new Map<string, { timer: NodeJS.Timeout, newest: (() => void) | null }>()

  constructor (intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** Calls `tell` now or later, or never when a newer one comes before that. `key` says what the news is about. */
  run (key: string, tell: () => void): void {
    const waiting = this.#waiting.get(key)
    if (waiting) {
      waiting.newest = tell
      return
    }
    this.#waiting.set(key, { timer: setTimeout(() => this.#passed(key), this.#intervalMs).unref(), newest: null })
    tell()
  }

  forget (key: string): void {
    clearTimeout(this.#waiting.get(key)?.timer)
    this.#waiting.delete(key)
  }

  clear (): void {
    for (const key of [...this.#waiting.keys()]) this.forget(key)
  }

  #passed (key: string): void {
    const newest = this.#waiting.get(key)?.newest
    this.#waiting.delete(key)
    if (newest) this.run(key, newest)
  }
}
