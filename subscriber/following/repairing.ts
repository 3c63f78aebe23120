import { covers } from '../../shared/format/block-ranges.ts'
import type { Library } from '../library/library.ts'
import type { DriveFollower } from './drive-follower.ts'

/**
 * Fetches again what is missing of issues that were complete.
 *
 * @param isDeep reads every block first, and drops those that the disk has lost or changed
 * @returns how many issues have to come again
 */
export async function repairDrive (
  drive: DriveFollower, newsletter: string, writer: string, library: Library, isDeep: boolean
): Promise<number> {
  const release = await drive.reader.hold()
  try {
    return await repair(drive, newsletter, writer, library, isDeep)
  } finally {
    release()
  }
}

async function repair (drive: DriveFollower, newsletter: string, writer: string, library: Library, isDeep: boolean): Promise<number> {
  const { reader, completing } = drive
  if (isDeep) {
    await reader.dropDamaged()
    drive.scan() // which may have ended where the index could not be read
  }
  const placed = await library.placedIssues(newsletter)
  const here = await reader.blocksHere()
  let broken = 0
  for (const { id, runs, writer: by } of placed) {
    if (by !== writer || runs.every(([start, end]) => covers(here, start, end))) continue
    const issue = await library.issue(newsletter, id)
    if (issue?.state !== 'ready') continue // let go of meanwhile
    broken++
    await library.updateIssue(issue, { state: 'downloading', haveBytes: 0, haveParts: 0 })
    completing.complete({ ...issue, state: 'downloading' })
  }
  return broken
}
