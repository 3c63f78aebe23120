import type { Connection } from 'hyperswarm'
import { Line } from './line.ts'

/** Until the line is known: what 16 Mbit/s carry in 50 ms. */
const FIRST_BYTES = 96 * 1024
/** Two of the smallest pieces: with more, a line of 1 Mbit/s, whose router keeps as much waiting, drops for ever. */
const LEAST_BYTES = 17 * 1024
const MOST_BYTES = 16 * 1024 * 1024
/** While nothing was lost yet the window grows twofold in a round trip, and later by so much of itself. */
const GROWTH = 0.05
const CUT = 0.85
/** Of a block so much goes into the network at once: what is less than a line's queue takes. */
const PIECES = 8
const PIECE_LEAST_BYTES = 7 * 1024
const PIECE_MOST_BYTES = 64 * 1024
/** How often it is looked whether the line has room for what waits: nothing tells when packets have arrived. */
const LOOK_MS = 3
/** How many packets were sent again is looked at so often, and so many of them are too many: some are on every line, and on a busy machine. */
const CUT_MS = 250
const LOSS = 0.015

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
  /** Of which something waits to be let go: who came first is through first, and can be passed on. */
  #waiting = new Set<Line>()
  #looking: NodeJS.Timeout | null = null

  get windowBytes (): number { return this.#windowBytes }

  pendingOf (connection: Connection): number { return this.#lines.get(connection)?.pendingBytes ?? 0 }

  /** True when one more block may be written to a connection. */
  hasRoom (connection: Connection, bytes: number): boolean {
    if (this.#lineOf(connection).pieces) return this.#aheadBytes < this.#pieceBytes
    const used = this.#usedBytes
    if (used === 0 || used + bytes <= this.#windowBytes) return true
    this.#isTight = true
    return false
  }

  /**
   * Returns when so many bytes have come to the other end of a connection, or that is gone.
   *
   * @param written when they have been written
   */
  async arrived (connection: Connection, bytes: number, written: Promise<unknown>): Promise<void> {
    const line = this.#lineOf(connection)
    line.pendingBytes += bytes
    await written
    await connection.flush().catch(() => {}) // closed: nothing is on its way any more
    line.pendingBytes -= bytes
    this.#adapt(line, bytes)
    if (connection.destroyed) this.#forget(connection, line)
    this.#letGo()
  }

  #lineOf (connection: Connection): Line {
    const known = this.#lines.get(connection)
    if (known) return known
    const line = new Line(connection, {
      pieceBytes: () => this.#pieceBytes,
      onWaiting: waiting => {
        this.#waiting.add(waiting)
        this.#letGo()
      }
    })
    this.#lines.set(connection, line)
    connection.once('close', () => this.#forget(connection, line))
    return line
  }

  #forget (connection: Connection, line: Line): void {
    this.#lines.delete(connection)
    this.#waiting.delete(line)
  }

  get #pieceBytes (): number { return Math.max(PIECE_LEAST_BYTES, Math.min(PIECE_MOST_BYTES, this.#windowBytes / PIECES)) }

  get #usedBytes (): number {
    let used = 0
    for (const line of this.#lines.values()) used += line.usedBytes
    return used
  }

  /** What waits for the line, and not for the other end of its connection. */
  get #aheadBytes (): number {
    let ahead = 0
    for (const { pieces } of this.#waiting) if (pieces!.nextBytes > 0) ahead += pieces!.waitingBytes
    return ahead
  }

  #letGo (): void {
    if (this.#waiting.size === 0) return
    let used = this.#usedBytes
    for (const line of this.#waiting) {
      const pieces = line.pieces!
      for (let next = pieces.nextBytes; next > 0; next = pieces.nextBytes) {
        if (used > 0 && used + next > this.#windowBytes) {
          this.#isTight = true
          this.#lookSoon()
          return
        }
        pieces.writeNext()
        used += next
      }
      if (pieces.waitingBytes === 0) this.#waiting.delete(line)
    }
  }

  #lookSoon (): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = null
      this.#letGo()
    }, LOOK_MS).unref()
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
