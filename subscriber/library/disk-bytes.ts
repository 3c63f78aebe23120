import type { LibraryPart } from './library-issue.ts'

/** What the store needs for a block beside its bytes: its place in the tree, and its share of the index. */
const BLOCK_OVERHEAD_BYTES = 400

/** What parts of an issue take on the disk, about. */
export function diskBytesOf (parts: LibraryPart[]): number {
  return parts.reduce((sum, { byteLength, blockLength }) => sum + byteLength + blockLength * BLOCK_OVERHEAD_BYTES, 0)
}
