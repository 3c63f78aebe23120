import { type BlockRanges, difference, rangesOf } from '../../shared/format/block-ranges.ts'
import type { LibraryPart } from '../library/library-issue.ts'
import type { FollowedDrive } from './followed-drive.ts'

/**
 * Takes parts of an issue off the disk, but for what other issues have: where one points, its writer says.
 *
 * @param stays blocks that other issues have; missing: all places of the newsletter are looked at for them
 */
export async function freeParts (drive: FollowedDrive, id: string, parts: LibraryPart[], stays?: BlockRanges): Promise<void> {
  const here = await Promise.all(parts.map(part => drive.here(part)))
  if (!here.some(({ blocks }) => blocks > 0)) return // as of most that a policy leaves out: nothing is looked for then
  const blocks = rangesOf(parts.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength]))
  await drive.clearBlocks(difference(blocks, stays ?? await drive.blocksOfOthers(new Set([id]))))
}
