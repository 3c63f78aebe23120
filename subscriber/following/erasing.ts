import { difference, rangesOf } from '../../shared/format/block-ranges.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryIssue } from '../library/library-issue.ts'

/**
 * Frees the bytes of an issue that was erased, but for what its last revision still names.
 *
 * @param drive on which they lie
 */
export async function freeErased (drive: DriveReader, before: LibraryIssue, now: LibraryIssue): Promise<void> {
  const kept = before.writer === now.writer ? blocksOf(now) : []
  await drive.clearBlocks(difference(blocksOf(before), kept))
}

function blocksOf ({ locations }: LibraryIssue): [start: number, end: number][] {
  return rangesOf(locations.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength]))
}
