import type { AppError } from '../../shared/errors.ts'
import { isReadable, type LibraryIssue, type LibraryPart } from '../library/library-issue.ts'
import { isText } from '../policy/extent.ts'
import { type DownloadJob, runsOf, URGENCY } from './downloads.ts'
import type { FollowedDrive } from './followed-drive.ts'
import type { PartsHere } from './parts-here.ts'

export interface JobParts {
  issue: LibraryIssue
  reader: FollowedDrive
  wanted: LibraryPart[]
  /** It is the text alone, which is wanted before anything else of any issue. */
  isTextDue: boolean
  here: PartsHere
}

/** Who is told of a job how it goes. */
export interface JobTold {
  onComplete: (job: DownloadJob) => void
  /** It will not come by this job, for one of the two reasons that are told then. */
  onOver: (job: DownloadJob) => void
  onFault: (error: AppError) => void
  onFailed: (error: Error) => void
  /** The first block has come of an issue of which nothing can be read. */
  onBegun: () => void
  onProgress: () => void
}

/** The job that brings what is wanted of an issue, and counts what has come. */
export function jobOf ({ issue, reader, wanted, isTextDue, here }: JobParts, told: JobTold): DownloadJob {
  // What can be read already stays so.
  let shown = issue.state === 'downloading' || isReadable(issue)
  const job: DownloadJob = {
    reader,
    runs: runsOf(wanted),
    first: runsOf(wanted.filter(({ path }) => isText(path))),
    urgency: isTextDue ? URGENCY.textFirst : URGENCY.usual,
    publishedAt: issue.publishedAt,
    sizeBytes: here.wantedBytes,
    onComplete: () => told.onComplete(job),
    onFault: error => {
      told.onOver(job)
      told.onFault(error)
    },
    onFailed: error => {
      told.onOver(job)
      told.onFailed(error as Error)
    },
    onBlock: (index, sizeBytes) => {
      here.arrived(index, sizeBytes)
      told.onProgress()
      if (shown) return
      shown = true
      told.onBegun()
    }
  }
  return job
}
