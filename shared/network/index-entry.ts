import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import messages from 'hyperbee/lib/messages.js'
import { AppError } from '../errors.ts'
import { BLOCK_BYTES, DRIVE_BLOCKS, FILE_BYTES, INDEX_BLOCK_BYTES } from '../format/limits.ts'
import { checkDrivePath } from '../format/paths.ts'

const length = Type.Integer({ minimum: 0, maximum: DRIVE_BLOCKS })
const bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Where a file's bytes lie in the blobs core. */
export type BlobPointer = Static<typeof BlobPointer>
const BlobPointer = Type.Object({ blockOffset: length, blockLength: length, byteOffset: bytes, byteLength: bytes })

const EntryValue = Type.Object({
  blob: Type.Union([Type.Null(), BlobPointer]),
  metadata: Type.Optional(Type.Unknown())
})

const Signed = Type.Object({ manifest: Type.String(), signature: Type.String() })
/** More than an issue of any size has. */
const MOST_ENTRIES = 4_096
const Together = Type.Object({ entries: Type.Integer({ minimum: 1, maximum: MOST_ENTRIES }) })

/** A block of a drive's index, checked: which path it sets, and to what. */
export interface IndexEntry {
  seq: number
  path: string
  blob: BlobPointer | null
  /** A small signed document that travels in the index itself, with its signature. */
  signed: { manifest: string, signature: string } | null
  /** How many blocks, this one and those below it, were set together; null where it does not say. */
  entries: number | null
}

const FILES = Buffer.from('files\0')

/**
 * Reads a block of the index without walking the tree in it, so that a hostile tree can't lead anywhere. Null for
 * blocks that set no path: the header, deletions, and keys outside Hyperdrive's name space.
 *
 * @throws AppError BAD_FORMAT for garbage, TOO_LARGE, BAD_NAME for a path that could mean something else, BAD_POINTER for a
 * pointer that can't be right
 */
export function readIndexEntry (seq: number, block: Uint8Array): IndexEntry | null {
  if (block.length > INDEX_BLOCK_BYTES) throw new AppError('TOO_LARGE', `Index block ${seq} has ${block.length} bytes; ${INDEX_BLOCK_BYTES} are allowed.`)
  const { key, value } = decodeNode(seq, block)
  if (value === null || !key.subarray(0, FILES.length).equals(FILES)) return null

  const path = checkDrivePath(key.subarray(FILES.length))
  const entry = parseJson(seq, value)
  if (!Value.Check(EntryValue, entry)) throw new AppError('BAD_POINTER', `Index block ${seq} (${printable(path)}) does not describe a file.`)
  if (entry.blob) checkPointer(seq, entry.blob)
  const { metadata } = entry
  return {
    seq,
    path,
    blob: entry.blob && { ...entry.blob },
    signed: Value.Check(Signed, metadata) ? metadata : null,
    entries: Value.Check(Together, metadata) ? metadata.entries : null
  }
}

function checkPointer (seq: number, { blockOffset, blockLength, byteLength }: BlobPointer): void {
  const fits = byteLength <= FILE_BYTES && blockLength === Math.ceil(byteLength / BLOCK_BYTES) && blockOffset + blockLength <= DRIVE_BLOCKS
  if (!fits) throw new AppError('BAD_POINTER', `Index block ${seq} points at bytes that can not be there (${blockLength} blocks for ${byteLength} bytes).`)
}

function decodeNode (seq: number, block: Uint8Array): { key: Buffer, value: Buffer | null } {
  try {
    return messages.Node.decode(block)
  } catch (cause) {
    throw new AppError('BAD_FORMAT', `Index block ${seq} can not be decoded.`, { cause })
  }
}

function parseJson (seq: number, value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'))
  } catch (cause) {
    throw new AppError('BAD_FORMAT', `Index block ${seq} does not hold JSON.`, { cause })
  }
}

/** A hostile path for a message: what would steer a terminal is shown escaped. */
function printable (path: string): string {
  return JSON.stringify(path.slice(0, 200))
}
