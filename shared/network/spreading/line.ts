import type { Connection } from 'hyperswarm'

/** Of UDX, in each packet. */
const HEADER_BYTES = 20
/** When nothing of it arrives for so long, what was sent is not in the network any more: UDX waits before it sends it again. */
const LOST_MS = 400
/** A stream begins with a window of 10 packets. */
const NEW_PACKETS = 20

/** What of the bytes that were written to one connection has not come to its other end. */
export class Line {
  #connection: Connection
  #pendingBytes = 0
  /** Since nothing was pending. */
  #givenBytes = 0
  #sentBefore = 0
  #packets: { sent: number, resent: number }
  #seen = { used: 0, atMs: 0 }

  constructor (connection: Connection) {
    this.#connection = connection
    this.#packets = this.#allPackets
  }

  /** Bytes of writes that are not acknowledged as a whole. */
  get pendingBytes (): number { return this.#pendingBytes }

  /** Bytes that are in the network, or will be in a round trip. */
  get usedBytes (): number {
    const { rawStream } = this.#connection
    if (this.#pendingBytes === 0 || !rawStream?.cwnd) return this.#pendingBytes
    const unsent = Math.max(0, this.#givenBytes - (this.#sentBytes - this.#sentBefore))
    const used = Math.min(this.#pendingBytes, this.#windowBytes, (rawStream.inflight ?? 0) + unsent)
    const now = performance.now()
    if (used !== this.#seen.used) this.#seen = { used, atMs: now }
    return now - this.#seen.atMs > LOST_MS ? 0 : used
  }

  /** Bytes that are in the network; null where the stream below does not tell. */
  get inflightBytes (): number | null { return this.#connection.rawStream?.inflight ?? null }

  /** How much of a new write will be in the network in a round trip. */
  firstOf (bytes: number): number { return Math.min(bytes, this.#windowBytes) }

  /** Packets that were sent, and sent again, since this was asked last. */
  takePackets (): { sent: number, resent: number } {
    const before = this.#packets
    this.#packets = this.#allPackets
    // The counter of those that were sent again has 16 bits.
    return { sent: this.#packets.sent - before.sent, resent: (this.#packets.resent - before.resent) & 0xffff }
  }

  given (bytes: number): void {
    if (this.#pendingBytes === 0) {
      this.#givenBytes = 0
      this.#sentBefore = this.#sentBytes
    }
    this.#pendingBytes += bytes
    this.#givenBytes += bytes
  }

  arrived (bytes: number): void {
    this.#pendingBytes -= bytes
  }

  /** The congestion window as it will be in a round trip, by which a new stream's grows twofold. */
  get #windowBytes (): number {
    const { cwnd, mtu } = this.#connection.rawStream ?? {}
    return cwnd && mtu ? cwnd * mtu * (cwnd <= NEW_PACKETS ? 2 : 1) : Infinity
  }

  /** Without headers. */
  get #sentBytes (): number {
    const { bytesTransmitted = 0, packetsTransmitted = 0 } = this.#connection.rawStream ?? {}
    return bytesTransmitted - packetsTransmitted * HEADER_BYTES
  }

  get #allPackets (): { sent: number, resent: number } {
    const { packetsTransmitted: sent = 0, retransmits: resent = 0 } = this.#connection.rawStream ?? {}
    return { sent, resent }
  }
}
