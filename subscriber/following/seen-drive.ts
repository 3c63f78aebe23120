import { AppError } from '../../shared/errors.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import type { Follower } from './follower.ts'
import { lengthBeforeNext } from './index-scan.ts'

/** How far a writer's drive is known here, or up to where a new issue follows on one of its issues. */
export interface SeenDrive {
  /** Blocks of its index. */
  length: number
  /** Hypercore's tree hash at that length, in hex. */
  treeHash: string
  /** Connected peers that tell how long it is, by the beginning of their keys. */
  peers: string[]
  /** Verified issues below `length`, and those after it. */
  issues: number
  after: number
  /** Everything of the newsletter came to be known, in this run, that connected peers tell of. */
  settled: boolean
}

/** @throws AppError NOT_FOUND when nothing of the drive is here, ISSUE_NOT_FOUND when the issue is not this writer's */
export async function seenDrive (follower: Follower, library: Library, writer: string, lastIssue: LibraryIssue | null): Promise<SeenDrive> {
  const drive = follower.drive(writer)
  if (!drive) throw new AppError('NOT_FOUND', `There is no writer ${writer}.`)
  if (lastIssue && lastIssue.writer !== writer) throw new AppError('ISSUE_NOT_FOUND', `The writer ${writer} did not publish that issue; ${lastIssue.writer} did.`)
  // Not where its newest revision stands: a thief may have made that one, behind issues of theirs.
  const length = lastIssue ? await lengthBeforeNext(drive, lastIssue.id) : drive.heads.index
  const { before, after } = await library.writerCounts(follower.followed.address, writer, length)
  return { length, treeHash: await drive.treeHash(length), peers: drive.peers.map(key => key.slice(0, 8)), issues: before, after, settled: follower.settled }
}
