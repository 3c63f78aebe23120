import type { DriveCores } from './drive-cores.ts'

export interface Heads { index: number, blobs: number }

/** What is known of a drive, also while its cores are closed. */
export interface KnownDrive {
  heads: Heads
  /** Blocks of the index from its beginning of which none is missing. */
  wholeIndex: number
  indexBytes: number
  blobsKey: Buffer | null
}

export const NOTHING_KNOWN: KnownDrive = { heads: { index: 0, blobs: 0 }, wholeIndex: 0, indexBytes: 0, blobsKey: null }

export function knownOf ({ index, blobs }: DriveCores): KnownDrive {
  return {
    heads: { index: index.length, blobs: blobs?.length ?? 0 },
    wholeIndex: index.contiguousLength,
    indexBytes: index.byteLength,
    blobsKey: blobs && blobs.key
  }
}
