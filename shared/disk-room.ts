import { statfs } from 'node:fs/promises'
import { AppError } from './errors.ts'

/** Kept free on the disk: a store that fills it up stays failed until it is opened anew. */
const SPARE_BYTES = 64 * 1024 * 1024
/** What others send is not taken where less than this is free: a twentieth of the disk, and never more than 500 MB. */
const RESERVE_PART = 0.05
const RESERVE_MOST_BYTES = 500_000_000

/** @throws AppError DISK_FULL when the disk of a folder has no room for so many bytes more */
export async function checkRoom (folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < sizeBytes + SPARE_BYTES) throw new AppError('DISK_FULL', 'There is not enough room on the disk. Free some space; nothing of this was written.')
}

/** What is free on the disk of a folder, and below which nothing is to be fetched from others. */
export async function diskReserve (folder: string): Promise<{ freeBytes: number, reserveBytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize, reserveBytes: Math.max(SPARE_BYTES, Math.min(RESERVE_MOST_BYTES, blocks * bsize * RESERVE_PART)) }
}
