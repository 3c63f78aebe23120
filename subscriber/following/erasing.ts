import { isAppError } from '../../shared/errors.ts'
import { type BlockRanges, difference, rangesOf } from '../../shared/format/block-ranges.ts'
import { isDocumentPath, parseIssuePath } from '../../shared/format/paths.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryIssue } from '../library/library-issue.ts'

/** Blocks of the index looked at together. */
const AT_ONCE = 64

/**
 * Frees the bytes of an issue that was erased on one drive: of all revisions that lie there, also of those that never came to
 * be shown. What was signed stays.
 *
 * @param now the erasure
 * @param isItsDrive false: the erasure stands on another drive, as when a second writer made it
 */
export async function freeErased (drive: DriveReader, now: LibraryIssue, isItsDrive: boolean): Promise<void> {
  const kept = isItsDrive ? rangesOf(now.locations.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength])) : []
  await drive.clearBlocks(difference(await blocksOf(drive, now.id), kept))
}

/** Blocks of all that the index, as far as it is here, has ever named in an issue's folder, but for signed documents. */
async function blocksOf (drive: DriveReader, id: string): Promise<BlockRanges> {
  const found: [start: number, end: number][] = []
  const look = async (seq: number): Promise<void> => {
    const entry = await drive.entryAt(seq, null).catch((error: unknown) => {
      if (isAppError(error)) return null // what can't be read names nothing that was fetched
      throw error
    })
    const place = entry && parseIssuePath(entry.path)
    if (place?.id === id && entry?.blob && !isDocumentPath(place.rest)) found.push([entry.blob.blockOffset, entry.blob.blockOffset + entry.blob.blockLength])
  }
  const { index } = drive.heads
  for (let from = 1; from < index; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, index - from) }, (_, i) => look(from + i)))
  }
  return rangesOf(found)
}
