import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'

const SEQUENCE_HEADER = 1
/** Before the sequence header there are a temporal delimiter and, at most, some remarks. */
const MOST_UNITS = 16
/** A sequence header with everything in it that it may have takes less. */
const HEADER_BYTES = 512

/**
 * How large the frames of AV1 data are at most, as its sequence header says, by which decoders make room (AV1 specification 5.5);
 * null where it has none, or is cut off before.
 */
export async function av1Size (bytes: PictureBytes, from: number, to: number): Promise<{ width: number, height: number } | null> {
  let at = from
  for (let i = 0; i < MOST_UNITS; i++) {
    const end = Math.min(to, bytes.size, at + HEADER_BYTES)
    if (end <= at) return null
    await bytes.hold(at, end - at)
    const bits = new Bits(bytes, at, end)
    if (bits.read(1) === 1) return null
    const type = bits.read(4)
    const [hasExtension, hasSize] = [bits.flag(), bits.flag()]
    bits.read(1)
    if (hasExtension) bits.read(8)
    const size = hasSize ? bits.leb128() : to - bits.byteAt
    if (type === SEQUENCE_HEADER) {
      const found = frameSize(bits)
      return bits.isOver ? null : found
    }
    at = bits.byteAt + size
  }
  throw new NotShown('it is damaged')
}

function frameSize (bits: Bits): { width: number, height: number } {
  bits.read(4) // profile, still_picture
  const isReduced = bits.flag()
  if (isReduced) bits.read(5)
  else operatingPoints(bits)
  const [widthBits, heightBits] = [bits.read(4) + 1, bits.read(4) + 1]
  return { width: bits.read(widthBits) + 1, height: bits.read(heightBits) + 1 }
}

/** What stands before the size where there may be several frames. */
function operatingPoints (bits: Bits): void {
  let delayBits = 0
  if (bits.flag()) {
    bits.skip(64)
    if (bits.flag()) bits.uvlc()
    if (bits.flag()) {
      delayBits = bits.read(5) + 1
      bits.skip(42)
    }
  }
  const hasInitialDelay = bits.flag()
  for (let left = bits.read(5) + 1; left > 0; left--) {
    bits.skip(12)
    if (bits.read(5) > 7) bits.skip(1)
    if (delayBits > 0 && bits.flag()) bits.skip(2 * delayBits + 1)
    if (hasInitialDelay && bits.flag()) bits.skip(4)
  }
}

/** Bits of what is held, one after the other; behind the end there are zeros. */
class Bits {
  #bytes: PictureBytes
  #start: number
  #end: number
  #bit = 0

  constructor (bytes: PictureBytes, start: number, end: number) {
    this.#bytes = bytes
    this.#start = start
    this.#end = end
  }

  get isOver (): boolean { return this.#start + this.#bit / 8 > this.#end }

  /** The byte in which the next bit is. */
  get byteAt (): number { return this.#start + Math.ceil(this.#bit / 8) }

  flag (): boolean { return this.read(1) === 1 }
  skip (count: number): void { this.#bit += count }

  read (count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#bit++) {
      const at = this.#start + (this.#bit >> 3)
      value = 2 * value + (at < this.#end ? this.#bytes.byte(at) >> (7 - this.#bit % 8) & 1 : 0)
    }
    return value
  }

  leb128 (): number {
    let value = 0
    for (let i = 0; i < 8; i++) {
      const byte = this.read(8)
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) break
    }
    return value
  }

  /** Its value does not matter to anyone here. */
  uvlc (): void {
    let zeros = 0
    while (zeros < 32 && !this.flag()) zeros++
    if (zeros < 32) this.skip(zeros)
  }
}
