import { covers } from '../../shared/format/block-ranges.ts'
import { isStoreDamage } from '../../shared/network/damage.ts'
import { readyPlaces } from '../library/all-places.ts'
import type { LibraryPart } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import type { DriveFollower } from './drive-follower.ts'

export interface RepairParts {
  newsletter: string
  writer: string
  library: Library
  /** Reads every block first, and drops those that the disk has lost or changed. */
  isDeep: boolean
  /** Returns when the library knows what the drives of all writers say. */
  caughtUp: () => Promise<void>
}

/**
 * Fetches again what is missing of issues that were complete.
 *
 * @returns how many issues have to come again
 * @throws why some blocks could not be read, after everything else was done
 */
export async function repairDrive (drive: DriveFollower, parts: RepairParts): Promise<number> {
  const release = await drive.reader.hold()
  try {
    return await repair(drive, parts)
  } finally {
    release()
  }
}

async function repair (drive: DriveFollower, { newsletter, writer, library, isDeep, caughtUp }: RepairParts): Promise<number> {
  const { reader, completing } = drive
  const unread = isDeep ? await dropDamaged(drive) : null
  const before = await reader.blocksHere()
  // What is missing because it was just erased is not lost: the library knows that when what is being read now was taken in.
  await caughtUp()
  const here = await reader.blocksHere()
  const isThere = ({ blockOffset, blockLength }: LibraryPart): boolean => [before, here].some(blocks => covers(blocks, blockOffset, blockOffset + blockLength))
  let broken = 0
  for await (const { id, locations, writer: by } of readyPlaces(newsletter, library)) {
    if (by !== writer || locations.every(isThere)) continue
    const issue = await library.issue(newsletter, id)
    if (issue?.state !== 'ready') continue // let go of meanwhile
    broken++
    await library.updateIssue(issue, { state: 'downloading', haveBytes: 0, haveParts: 0 })
    completing.complete({ ...issue, state: 'downloading' })
  }
  if (unread) throw unread
  return broken
}

/** @returns why some blocks could not be read, and stay; null: all were */
async function dropDamaged (drive: DriveFollower): Promise<Error | null> {
  const unread = await drive.reader.dropDamaged().then(() => null, (error: Error) => {
    if (isStoreDamage(error)) throw error
    return error
  })
  drive.scan() // which may have ended where the index could not be read
  return unread
}
