import type { Connection } from 'hyperswarm'
import { AppError } from '../errors.ts'

const MIB = 1024 * 1024
/** So much may wait to be read by one node before anything else is sent to it. */
const OF_ONE = 32 * MIB
/** So much memory all of them may take together. */
const IN_ALL = 64 * MIB
/** Who owes less is not let go of for the others. */
const LARGE = MIB / 4

/** What was sent on connections and may not have been read. */
export class OwedBytes {
  /** Who has owed longest stands first. */
  #debts = new Map<Connection, number>()
  #bytes = 0

  get bytes (): number { return this.#bytes }

  /**
   * So much more is to be sent. `isDrained`: nothing of what went before waits. When too much waits in all, who has owed longest
   * is let go of.
   *
   * @throws AppError TOO_MANY_REQUESTS, after which the connection is to end
   */
  add (connection: Connection, bytes: number, isDrained: boolean): void {
    if (isDrained) this.forget(connection)
    const owed = this.#debts.get(connection) ?? 0
    if (owed > OF_ONE) throw tooMuch()
    this.#debts.set(connection, owed + bytes)
    this.#bytes += bytes
    while (this.#bytes > IN_ALL) {
      const [first] = [...this.#debts].find(([, debt]) => debt > LARGE) ?? [connection]
      this.forget(first)
      if (first === connection) throw tooMuch()
      first.destroy(tooMuch())
    }
  }

  /** It has read everything, or ended. */
  forget (connection: Connection): void {
    this.#bytes -= this.#debts.get(connection) ?? 0
    this.#debts.delete(connection)
  }
}

function tooMuch (): AppError { return new AppError('TOO_MANY_REQUESTS', 'The peer asks for more than it reads.') }
