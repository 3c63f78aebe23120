import { MOST_LOOKED_BYTES, MOST_LOOKED_MS } from './picture-limits.ts'
import { NotShown } from './not-shown.ts'

/** A file, as far as finding out what it is needs it. */
export interface PictureSource {
  sizeBytes: number
  /** From byte `start` to byte `end`, inclusive. */
  read: (start: number, end: number) => AsyncIterable<Uint8Array>
}

const WINDOW_BYTES = 64 * 1024

/**
 * The bytes of a file of which nothing is known, through a window that is moved over it: never more than that is in memory, and
 * no more is read, in bytes and in time, than the limits say.
 */
export class PictureBytes {
  readonly size: number
  #source: PictureSource
  #window = Buffer.alloc(0)
  #at = 0
  #readBytes = 0
  #untilMs: number

  constructor (source: PictureSource, limitMs = MOST_LOOKED_MS) {
    this.#source = source
    this.size = source.sizeBytes
    this.#untilMs = performance.now() + limitMs
  }

  /** Whether these bytes can be read at once. */
  holds (at: number, count: number): boolean { return at >= this.#at && at + count <= this.#at + this.#window.length }

  /**
   * Makes these bytes, of which there are at most as many as the window has, and most likely those that follow, readable.
   *
   * @param partEnd where the part of the file ends to which they have to belong
   * @throws NotShown when that part, or the file, ends before, or too much of it was read
   */
  async hold (at: number, count: number, partEnd = this.size): Promise<void> {
    if (at + count > Math.min(partEnd, this.size)) throw new NotShown('it is cut off')
    if (this.holds(at, count)) return
    const end = Math.min(this.size, at + WINDOW_BYTES)
    this.#readBytes += end - at
    if (this.#readBytes > MOST_LOOKED_BYTES) throw new NotShown(`more than ${MOST_LOOKED_BYTES / 1024 / 1024} MiB of it would have to be read to know how large it is`)
    if (performance.now() > this.#untilMs) throw new NotShown('it took too long to find out how large it is', { isPassing: true })
    const blocks: Uint8Array[] = []
    for await (const block of this.#source.read(at, end - 1)) blocks.push(block)
    this.#window = Buffer.concat(blocks)
    this.#at = at
    if (!this.holds(at, count)) throw new NotShown('it is cut off')
  }

  /** All of a file that is known to be small. */
  async whole (): Promise<Buffer> {
    const blocks: Uint8Array[] = []
    if (this.size > 0) for await (const block of this.#source.read(0, this.size - 1)) blocks.push(block)
    return Buffer.concat(blocks)
  }

  // Of what is held.
  byte (at: number): number { return this.#window[at - this.#at]! }
  u16 (at: number): number { return this.#window.readUInt16BE(at - this.#at) }
  u32 (at: number): number { return this.#window.readUInt32BE(at - this.#at) }
  u16le (at: number): number { return this.#window.readUInt16LE(at - this.#at) }
  u24le (at: number): number { return this.#window.readUIntLE(at - this.#at, 3) }
  u32le (at: number): number { return this.#window.readUInt32LE(at - this.#at) }
  u64 (at: number): number { return Number(this.#window.readBigUInt64BE(at - this.#at)) }
  text (at: number, count: number): string { return this.#window.toString('latin1', at - this.#at, at - this.#at + count) }
}
