import { type BlockRanges } from './block-ranges.ts'
import { read, write } from './binary.ts'
import { DRIVE_BLOCKS } from './limits.ts'

/** The messages of the channel `colporteur/spread/1`, in the order of their types. Encodings are those of compact-encoding. */

const KEY_BYTES = 32
/** More are not told, and not believed. */
export const SEEKERS_TOLD = 64
export const RANGES_TOLD = 1024

/** Type 0: what the sender is to the core. */
export interface Part {
  /** It writes the core: whoever can get a block elsewhere does. */
  isWriter: boolean
  /** It fetches blocks of the core, and passes them on. */
  isSeeking: boolean
}

const WRITER = 1
const SEEKING = 2

/** Type 1: Noise keys of others that the sender knows to be seeking. Replaces what it sent before. */
export type Seekers = Uint8Array[]

/** Type 2: blocks that the sender will have soon, because it fetches them from who has them all. Replaces what it sent before. */
export type Taking = BlockRanges

export function encodePart ({ isWriter, isSeeking }: Part): Uint8Array {
  return write(to => to.uint((isWriter ? WRITER : 0) | (isSeeking ? SEEKING : 0)))
}

/** @throws AppError BAD_FORMAT, like all of these */
export function decodePart (message: Uint8Array): Part {
  return read(message, 'part', from => {
    const flags = from.uint(WRITER | SEEKING)
    return { isWriter: (flags & WRITER) !== 0, isSeeking: (flags & SEEKING) !== 0 }
  })
}

export function encodeSeekers (keys: Seekers): Uint8Array {
  return write(to => {
    to.uint(keys.length)
    for (const key of keys) to.fixed(key)
  })
}

export function decodeSeekers (message: Uint8Array): Seekers {
  return read(message, 'seekers', from => from.list(SEEKERS_TOLD, () => from.fixed(KEY_BYTES)))
}

export function encodeTaking (ranges: Taking): Uint8Array {
  return write(to => {
    to.uint(ranges.length)
    for (const [start, end] of ranges) {
      to.uint(start)
      to.uint(end - start)
    }
  })
}

export function decodeTaking (message: Uint8Array): Taking {
  return read(message, 'taking', from => from.list(RANGES_TOLD, () => {
    const start = from.uint(DRIVE_BLOCKS)
    return [start, start + from.uint(DRIVE_BLOCKS - start)]
  }))
}
