/** Those of Noise XX have 32 to 96 bytes here. */
const MOST_BYTES = 1_024
/** In front of each message, the lowest byte first. */
const SIZE_BYTES = 3

/** Follows the messages of a handshake as they come. secret-stream 6.9.2 makes room for up to 16 MB as soon as it has read how large one is. */
export class HandshakeMessages {
  /** Messages that are still to come, with the one that has begun. */
  #left: number
  #size: number[] = []
  /** Bytes of the message that has begun which are still to come. */
  #missing = 0

  /** @param count how many the other side sends */
  constructor (count: number) {
    this.#left = count
  }

  /** False: one is larger than those of a handshake are. */
  take (bytes: Uint8Array): boolean {
    let at = 0
    while (this.#left > 0 && at < bytes.length) {
      if (this.#size.length < SIZE_BYTES) {
        this.#size.push(bytes[at++]!)
        if (this.#size.length === SIZE_BYTES) this.#missing = this.#size.reduceRight((size, byte) => size * 256 + byte, 0)
        if (this.#missing > MOST_BYTES) return false
      }
      if (this.#size.length < SIZE_BYTES) continue
      const taken = Math.min(this.#missing, bytes.length - at)
      at += taken
      this.#missing -= taken
      if (this.#missing > 0) continue
      this.#left--
      this.#size = []
    }
    return true
  }
}
