import type { Connection } from 'hyperswarm'
import { Piecewise } from './piecewise.ts'

/** Of UDX, in each packet. */
const HEADER_BYTES = 20
/** Of a packet, until the stream tells. */
const PAYLOAD_BYTES = 1_180
/** When nothing of it arrives for so long, what was sent is not in the network any more: UDX waits before it sends it again. */
const LOST_MS = 400

export interface LineParts {
  pieceBytes: () => number
  /** See {@link Piecewise}. */
  onWaiting: (line: Line) => void
}

/** What of the bytes that were written to one connection has not come to its other end. */
export class Line {
  /** Null where the stream below is not one of UDX. */
  readonly pieces: Piecewise | null
  /** Bytes of blocks that are not acknowledged as a whole. */
  pendingBytes = 0
  #connection: Connection
  /** Written since nothing was on its way, and what the stream had sent then. */
  #written = 0
  #sentBefore = 0
  #packets: { sent: number, resent: number }
  #seen = { used: 0, atMs: 0 }

  constructor (connection: Connection, { pieceBytes, onWaiting }: LineParts) {
    this.#connection = connection
    this.#packets = this.#allPackets
    const { rawStream } = connection
    this.pieces = rawStream?.cwnd === undefined
      ? null
      : new Piecewise(rawStream, {
          pieceBytes: () => Math.ceil(pieceBytes() / this.#payloadBytes) * this.#payloadBytes,
          onWaiting: () => onWaiting(this),
          onWritten: bytes => this.#count(bytes)
        })
  }

  /** Bytes that are in the network, or will be in a round trip. */
  get usedBytes (): number {
    if (!this.pieces) return this.pendingBytes
    const used = this.inflightBytes + Math.max(0, this.#written - (this.#sentBytes - this.#sentBefore))
    const now = performance.now()
    if (used !== this.#seen.used) this.#seen = { used, atMs: now }
    return now - this.#seen.atMs > LOST_MS ? 0 : used
  }

  get inflightBytes (): number { return this.#connection.rawStream?.inflight ?? this.pendingBytes }

  /** Packets that were sent, and sent again, since this was asked last. */
  takePackets (): { sent: number, resent: number } {
    const before = this.#packets
    this.#packets = this.#allPackets
    // The counter of those that were sent again has 16 bits.
    return { sent: this.#packets.sent - before.sent, resent: (this.#packets.resent - before.resent) & 0xffff }
  }

  #count (bytes: number): void {
    if (this.inflightBytes === 0) {
      this.#written = 0
      this.#sentBefore = this.#sentBytes
    }
    this.#written += bytes
  }

  get #payloadBytes (): number { return (this.#connection.rawStream?.mtu ?? PAYLOAD_BYTES + HEADER_BYTES) - HEADER_BYTES }

  /** Without headers, and each byte once. */
  get #sentBytes (): number {
    const { bytesTransmitted = 0 } = this.#connection.rawStream ?? {}
    const { sent, resent } = this.#allPackets
    return bytesTransmitted - sent * HEADER_BYTES - resent * this.#payloadBytes
  }

  get #allPackets (): { sent: number, resent: number } {
    const { packetsTransmitted: sent = 0, retransmits: resent = 0 } = this.#connection.rawStream ?? {}
    return { sent, resent }
  }
}
