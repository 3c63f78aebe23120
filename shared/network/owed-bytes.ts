import { AppError } from '../errors.ts'

/** So much may wait to be read by one node before anything else is sent to it: twice what the largest book of receipts takes, which goes at once. */
const OWED_MOST = 32 * 1024 * 1024

/** What was sent on one connection and may not have been read. */
export class OwedBytes {
  #bytes = 0

  /**
   * So much more is to be sent. `isDrained`: nothing of what went before waits.
   *
   * @throws AppError TOO_MANY_REQUESTS, after which the connection is to end
   */
  add (bytes: number, isDrained: boolean): void {
    if (isDrained) this.#bytes = 0
    if (this.#bytes > OWED_MOST) throw new AppError('TOO_MANY_REQUESTS', 'The peer asks for more than it reads.')
    this.#bytes += bytes
  }
}
