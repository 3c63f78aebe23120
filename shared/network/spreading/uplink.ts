import type { Connection } from 'hyperswarm'
import { Line } from './line.ts'

/** Until the line is known: what 16 Mbit/s carry in 50 ms. */
const FIRST_BYTES = 96 * 1024
/** A block, and what keeps a line of 5 Mbit/s busy until the next one. */
const LEAST_BYTES = 80 * 1024
const MOST_BYTES = 16 * 1024 * 1024
/** While nothing was lost yet the window grows twofold in a round trip, and later by so much of itself. */
const GROWTH = 0.05
const CUT = 0.85
/** Less of the window in the network shows nothing about whether more would go through. */
const USED = 0.7
/** How many packets were sent again is looked at so often, and so many of them are too many: some are on every line, and on a busy machine. */
const CUT_MS = 250
const LOSS = 0.03

/**
 * How much may be on its way to all others together: the streams of UDX know nothing of each other, and together they
 * overflow the one line that they share. It grows while all that is sent arrives, and is cut when packets had to be sent
 * again, as the window of one TCP would be (RFC 5681). Not by time: on a busy machine everything takes long.
 */
export class Uplink {
  #lines = new Map<Connection, Line>()
  #windowBytes = FIRST_BYTES
  #hasLost = false
  /** More would have gone with a larger window, and the one that is was used. */
  #isTight = false
  /** Packets since it was looked whether too many are lost. */
  #sample = { sent: 0, resent: 0, sinceMs: 0 }

  get windowBytes (): number { return this.#windowBytes }

  pendingOf (connection: Connection): number { return this.#lines.get(connection)?.pendingBytes ?? 0 }

  /** True when so many bytes more may go to a connection. */
  hasRoom (connection: Connection, bytes: number): boolean {
    let used = 0
    let inflight = 0
    for (const line of this.#lines.values()) {
      used += line.usedBytes
      inflight += line.inflightBytes ?? line.usedBytes
    }
    if (used === 0 || used + this.#lineOf(connection).firstOf(bytes) <= this.#windowBytes) return true
    if (inflight > this.#windowBytes * USED) this.#isTight = true
    return false
  }

  /**
   * Returns when so many bytes have come to the other end of a connection, or that is gone.
   *
   * @param written when they have been written
   */
  async arrived (connection: Connection, bytes: number, written: Promise<unknown>): Promise<void> {
    const line = this.#lineOf(connection)
    line.given(bytes)
    await written
    await connection.flush().catch(() => {}) // closed: nothing is on its way any more
    line.arrived(bytes)
    this.#adapt(line, bytes)
    if (connection.destroyed) this.#lines.delete(connection)
  }

  #lineOf (connection: Connection): Line {
    const known = this.#lines.get(connection)
    if (known) return known
    const line = new Line(connection)
    this.#lines.set(connection, line)
    connection.once('close', () => this.#lines.delete(connection))
    return line
  }

  #adapt (line: Line, bytes: number): void {
    const { sent, resent } = line.takePackets()
    this.#sample.sent += sent
    this.#sample.resent += resent
    if (this.#isTight && resent === 0) this.#windowBytes = Math.min(MOST_BYTES, this.#windowBytes + bytes * (this.#hasLost ? GROWTH : 1))
    this.#isTight = false
    const now = performance.now()
    if (now - this.#sample.sinceMs < CUT_MS) return
    const isLossy = this.#sample.resent > this.#sample.sent * LOSS
    this.#sample = { sent: 0, resent: 0, sinceMs: now }
    if (!isLossy) return
    this.#hasLost = true
    this.#windowBytes = Math.max(LEAST_BYTES, this.#windowBytes * CUT)
  }
}
