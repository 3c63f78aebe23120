import { crc32 } from 'node:zlib'
import { PAGE_BYTES } from './page-sums.ts'

/** As sqlite.org/fileformat2.html has it: what stands before the frames of a log, and in each frame before its page. */
const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES

/**
 * Sums of the pages in the write-ahead log of a database. SQLite checks its own when it reads the log after a crash, and never
 * again: what has turned over since would come into the database, and get a sum there.
 */
export class LogSums {
  #sums = new Map<number, number>()

  wrote (bytes: Uint8Array, position: number): void {
    const frame = Math.floor((position - LOG_HEADER_BYTES) / FRAME_BYTES)
    const pageAt = LOG_HEADER_BYTES + frame * FRAME_BYTES + FRAME_HEADER_BYTES
    if (position === pageAt && bytes.length === PAGE_BYTES) this.#sums.set(pageAt, crc32(bytes))
    // A page that is written in pieces has none, and is believed.
    else if (position + bytes.length > pageAt) this.#sums.delete(pageAt)
  }

  holds (bytes: Uint8Array, position: number): boolean {
    // Read as a whole it is after a crash.
    if (bytes.length === FRAME_BYTES) this.#sums.set(position + FRAME_HEADER_BYTES, crc32(bytes.subarray(FRAME_HEADER_BYTES)))
    const sum = bytes.length === PAGE_BYTES ? this.#sums.get(position) : undefined
    return sum === undefined || sum === crc32(bytes)
  }
}
