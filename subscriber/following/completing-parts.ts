import type { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { Library } from '../library/library.ts'
import type { LibraryIssue, TakenIssue } from '../library/library-issue.ts'
import type { Wish } from '../policy/extent.ts'
import type { Downloads } from './downloads.ts'
import type { FollowedDrive } from './followed-drive.ts'

/** What {@link Completing} works with, and whom it tells. */
export interface CompletingParts {
  reader: FollowedDrive
  root: () => KnownRoot
  library: Library
  downloads: Downloads
  /** False: what is missing stays missing. */
  live: boolean
  /** What of an issue is to be held here. */
  wish: (issue: LibraryIssue) => Promise<Wish>
  /**
   * The library has taken, or is about to take, a revision: lets go of the one before, and of all that were to take its place and
   * count less, on whichever drives they lie. True: some of that was on its way.
   */
  superseded: (taken: TakenIssue) => boolean
  log: Log
  onIssueChanged: (id: string) => void
  onProgress: () => void
  /** A revision that was to take the place of a complete one can't be right. */
  onFault: (error: AppError) => void
  /** An issue could not be read or written here, and rests until {@link Completing.tryAgain}. */
  onFailed: () => void
}
