import { AppError } from '../errors.ts'

const WINDOW_MS = 10_000

/** Counts the messages of one peer: an honest one sends a few for each newsletter. */
export class MessageLimit {
  #mostPerWindow: number
  #startedMs = -Infinity
  #count = 0

  constructor (mostPerWindow: number) {
    this.#mostPerWindow = mostPerWindow
  }

  /** @throws AppError TOO_MANY_REQUESTS, after which the connection ends */
  count (): void {
    const now = performance.now()
    if (now - this.#startedMs > WINDOW_MS) {
      this.#startedMs = now
      this.#count = 0
    }
    if (++this.#count > this.#mostPerWindow) throw new AppError('TOO_MANY_REQUESTS', 'The peer sends more messages than an honest one would.')
  }
}
