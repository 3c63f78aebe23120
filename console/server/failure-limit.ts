/** Counts what fails, and is reached when too much failed lately. */
export class FailureLimit {
  #most: number
  #withinMs: number
  #now: () => number
  #failedAt: number[] = []

  constructor ({ most, withinMs, now = Date.now }: { most: number, withinMs: number, now?: () => number }) {
    this.#most = most
    this.#withinMs = withinMs
    this.#now = now
  }

  get reached (): boolean {
    this.#failedAt = this.#failedAt.filter(at => at > this.#now() - this.#withinMs)
    return this.#failedAt.length >= this.#most
  }

  count (): void {
    this.#failedAt.push(this.#now())
  }
}
