import { AppError } from '../errors.ts'
import { type Address, addressBytes } from './address.ts'
import { read, write } from './binary.ts'

/** A larger index is not passed on as a history: then only its heads prove it. */
export const HISTORY_BYTES = 8 * 1024 * 1024
export const HISTORY_BLOCKS = 65_536
/** Above it stand the key, the signature and the lengths of blocks. */
export const MESSAGE_BYTES = HISTORY_BYTES + 1024 * 1024
const MAGIC = new TextEncoder().encode('colporteur history 1\n')
const KEY_BYTES = 32
const SIGNATURE_BYTES = 256

/** The whole index of a drive as its writer signed it at one length: enough for anybody to check who signed what. */
export interface SignedHistory {
  newsletter: Uint8Array
  /** The 32 bytes of the drive's key, and the Ed25519 key in its manifest. */
  drive: Uint8Array
  signer: Uint8Array
  fork: number
  /** As Hypercore stores it. */
  signature: Uint8Array
  blocks: Uint8Array[]
}

/** A file, or the rest of a message. */
export function encodeHistory ({ newsletter, drive, signer, fork, signature, blocks }: SignedHistory): Uint8Array {
  return write(to => {
    for (const bytes of [MAGIC, newsletter, drive, signer]) to.fixed(bytes)
    to.uint(fork)
    to.bytes(signature)
    to.uint(blocks.length)
    for (const block of blocks) to.bytes(block)
  })
}

/** The drive that a history says it is of; nothing is checked. */
export function driveInHistory (bytes: Uint8Array): Uint8Array {
  return bytes.subarray(MAGIC.length + KEY_BYTES, MAGIC.length + 2 * KEY_BYTES)
}

/** @throws AppError BAD_FORMAT, BAD_ID when it is of another newsletter; nothing else is checked */
export function decodeHistory (bytes: Uint8Array, address: Address | null = null): SignedHistory {
  const history = read(bytes, 'The history', from => {
    const magic = from.fixed(MAGIC.length)
    if (!MAGIC.every((byte, i) => byte === magic[i])) throw new AppError('BAD_FORMAT', 'This is not a history of a drive.')
    return {
      newsletter: from.fixed(KEY_BYTES),
      drive: from.fixed(KEY_BYTES),
      signer: from.fixed(KEY_BYTES),
      fork: from.uint(Number.MAX_SAFE_INTEGER),
      signature: from.bytes(SIGNATURE_BYTES),
      blocks: from.list(HISTORY_BLOCKS, () => from.bytes(HISTORY_BYTES))
    }
  })
  if (address !== null && !addressBytes(address).every((byte, i) => byte === history.newsletter[i])) throw new AppError('BAD_ID', 'The history is of another newsletter.')
  return history
}

/** Messages of the channel `colporteur/histories/1`. Type 0: the sender has seen another history of a drive, and wants to look at it. */
export interface HistoryWant { proof: Uint8Array, drive: Uint8Array }

/** Type 1: the history that the sender has. */
export interface HistoryTold { proof: Uint8Array, history: Uint8Array }

export function encodeHistoryWant ({ proof, drive }: HistoryWant): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.fixed(drive)
  })
}

/** @throws AppError BAD_FORMAT */
export function decodeHistoryWant (message: Uint8Array): HistoryWant {
  return read(message, 'history wanted', from => ({ proof: from.fixed(KEY_BYTES), drive: from.fixed(KEY_BYTES) }))
}

export function encodeHistoryTold ({ proof, history }: HistoryTold): Uint8Array {
  return write(to => {
    to.fixed(proof)
    to.bytes(history)
  })
}

/** @throws AppError BAD_FORMAT */
export function decodeHistoryTold (message: Uint8Array): HistoryTold {
  return read(message, 'history', from => ({ proof: from.fixed(KEY_BYTES), history: from.bytes(MESSAGE_BYTES) }))
}
