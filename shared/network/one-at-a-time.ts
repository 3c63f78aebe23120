import { AppError } from '../errors.ts'

/** More than what the largest book of receipts and the roots of very many newsletters are sent in. */
const MOST = 10_000

/** Lets what is large go by one connection one after the other, each when the other side has read what went before. */
export class OneAtATime {
  #isDrained: () => boolean
  #waiting = new Map<unknown, () => void>()

  constructor (isDrained: () => boolean) {
    this.#isDrained = isDrained
  }

  /**
   * @param what takes the place of the same that waits
   * @throws AppError TOO_MANY_REQUESTS, after which the connection is to end
   */
  add (what: unknown, send: () => void): void {
    if (this.#waiting.size >= MOST) throw new AppError('TOO_MANY_REQUESTS', 'The peer asks for more than it reads.')
    this.#waiting.set(what, send)
    this.next()
  }

  /** The other side may have read everything. */
  next (): void {
    for (const [what, send] of this.#waiting) {
      if (!this.#isDrained()) return
      this.#waiting.delete(what)
      send()
    }
  }

  clear (): void { this.#waiting.clear() }
}
