import { isAppError } from '../../shared/errors.ts'
import { type BlockRanges, difference, rangesOf } from '../../shared/format/block-ranges.ts'
import { isDocumentPath, parseIssuePath } from '../../shared/format/paths.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import type { FollowedDrive } from './followed-drive.ts'

/** Blocks of the index looked at together. */
const AT_ONCE = 64

/**
 * Frees the bytes of an issue that was erased on one drive: of all revisions that lie there, also of those that never came to
 * be shown. What was signed stays, and so does what other issues have: where the folder of an issue points, its writer says.
 *
 * @param now the erasure
 * @param isItsDrive false: the erasure stands on another drive, as when a second writer made it
 */
export async function freeErased (drive: FollowedDrive, now: LibraryIssue, isItsDrive: boolean): Promise<void> {
  const kept = isItsDrive ? rangesOf(now.locations.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength])) : []
  const erased = difference(await blocksOf(drive, now.id), kept)
  if (erased.length > 0) await drive.clearBlocks(difference(erased, await drive.blocksOfOthers(new Set([now.id]))))
}

/**
 * Blocks of all that the index, as far as it is here and counts, has ever named in an issue's folder, but for signed documents.
 * What a thief put behind the seal decides nothing.
 */
async function blocksOf (drive: FollowedDrive, id: string): Promise<BlockRanges> {
  const found: [start: number, end: number][] = []
  const look = async (seq: number): Promise<void> => {
    const entry = await drive.entryAt(seq, null).catch((error: unknown) => {
      if (isAppError(error)) return null // what can't be read names nothing that was fetched
      throw error
    })
    const place = entry && parseIssuePath(entry.path)
    if (place?.id === id && entry?.blob && !isDocumentPath(place.rest)) found.push([entry.blob.blockOffset, entry.blob.blockOffset + entry.blob.blockLength])
  }
  const end = drive.indexEnd
  for (let from = 1; from < end; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, end - from) }, (_, i) => look(from + i)))
  }
  return rangesOf(found)
}
