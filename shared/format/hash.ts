import sodium from 'sodium-universal'

const HASH_BYTES = 32

/** BLAKE2b-256 of the chunks one after the other (RFC 7693; `b2sum -l 256`). */
export function blake2b256 (...chunks: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(HASH_BYTES)
  sodium.crypto_generichash_batch(out, chunks)
  return out
}

export function blake2b256Hex (...chunks: Uint8Array[]): string {
  return toHex(blake2b256(...chunks))
}

/** BLAKE2b-256 with a key of 16 to 64 bytes. */
export function keyedBlake2b256 (key: Uint8Array, ...chunks: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(HASH_BYTES)
  sodium.crypto_generichash_batch(out, chunks, key)
  return out
}

/** BLAKE2b-256 of what comes piece by piece. */
export class Blake2b256Stream {
  #state = new Uint8Array(sodium.crypto_generichash_STATEBYTES)

  /** @param key of 16 to 64 bytes */
  constructor (key: Uint8Array | null = null) {
    sodium.crypto_generichash_init(this.#state, key, HASH_BYTES)
  }

  update (chunk: Uint8Array): this {
    sodium.crypto_generichash_update(this.#state, chunk)
    return this
  }

  /** Ends the stream. */
  digest (): Uint8Array {
    const out = new Uint8Array(HASH_BYTES)
    sodium.crypto_generichash_final(this.#state, out)
    return out
  }

  /** Ends the stream. 64 lower-case hex digits. */
  digestHex (): string {
    return toHex(this.digest())
  }
}

export function toHex (bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/** Bytes of an even number of hex digits, which the caller has checked. */
export function fromHex (text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], pair => parseInt(pair, 16))
}
