import { statfs } from 'node:fs/promises'
import { AppError } from './errors.ts'

/** Kept free on the disk: a store that fills it up stays failed until it is opened anew. */
const SPARE_BYTES = 64 * 1024 * 1024

/** @throws AppError DISK_FULL when the disk of a folder has no room for so many bytes more */
export async function checkRoom (folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < sizeBytes + SPARE_BYTES) throw new AppError('DISK_FULL', 'There is not enough room on the disk. Free some space; nothing was written.')
}
