import type { LibraryIssue } from '../library/library-issue.ts'
import type { Wish } from '../policy/extent.ts'
import { type DownloadJob, type Downloads, URGENCY } from './downloads.ts'
import { placeOf } from './issue-record.ts'
import type { PartsHere } from './parts-here.ts'

/** An issue that is on its way, and how much of it is here. */
export interface ArrivingIssue extends Pick<LibraryIssue, 'id' | 'title' | 'publishedAt' | 'sizeBytes'> {
  haveBytes: number
  haveParts: number
  /** How much of it is to be here. */
  wantedBytes: number
  wantedParts: number
}

/** Of issues that are on their way. */
export interface Unfinished {
  /** Bytes that are here, and that are not wanted, beside those that the library counts already; less than none where it does not count what is wanted. */
  haveBytes: number
  leftOutBytes: number
  /** How many are on their way of those that the library counts as here: their text is, or an earlier revision. */
  missing: number
}

export interface Arriving {
  issue: LibraryIssue
  wish: Wish
  here: PartsHere
  job: DownloadJob
  /** Another revision stands in the library as yet. */
  isInstead: boolean
}

/** Issues of a drive that are on their way, by id and block: of one issue two revisions may be. */
export class ArrivingIssues extends Map<string, Arriving> {
  #downloads: Downloads

  constructor (downloads: Downloads) {
    super()
    this.#downloads = downloads
  }

  /** Fetches one before all others. */
  hurry (place: Pick<LibraryIssue, 'id' | 'seq'>): void {
    const job = this.get(placeOf(place))?.job
    if (!job || job.urgency === URGENCY.now) return
    this.#downloads.remove(job)
    job.urgency = URGENCY.now
    this.#downloads.add(job)
  }

  /** False: it was not on its way. */
  giveUp (place: Pick<LibraryIssue, 'id' | 'seq'>): boolean {
    const job = this.get(placeOf(place))?.job
    if (job) this.#downloads.remove(job)
    return this.delete(placeOf(place))
  }

  /** What a job was to bring is here, or will not come by it. Another that began meanwhile goes on. */
  end (place: Pick<LibraryIssue, 'id' | 'seq'>, job: DownloadJob): void {
    if (this.isOf(place, job)) this.delete(placeOf(place))
  }

  /** False: it was given up, and maybe begun again by another job. */
  isOf (place: Pick<LibraryIssue, 'id' | 'seq'>, job: DownloadJob): boolean { return this.get(placeOf(place))?.job === job }

  /** Null when it is not on its way. */
  viewOf (place: Pick<LibraryIssue, 'id' | 'seq'>): ArrivingIssue | null {
    const arriving = this.get(placeOf(place))
    if (!arriving) return null
    const { issue, here } = arriving
    return { ...issue, haveBytes: here.bytes, haveParts: here.parts, wantedBytes: here.wantedBytes, wantedParts: here.wantedParts }
  }

  get newest (): ArrivingIssue | null {
    let newest: LibraryIssue | null = null
    for (const { issue } of this.values()) if (!newest || issue.publishedAt > newest.publishedAt) newest = issue
    return newest && this.viewOf(newest)
  }

  get unfinished (): Unfinished {
    return sumOf([...this.values()].map(({ issue: { state, sizeBytes, haveBytes }, here, isInstead }) => {
      const isCounted = state === 'partial'
      const uncountedBytes = isInstead ? sizeBytes : isCounted ? sizeBytes - haveBytes : 0
      return {
        haveBytes: here.bytes - (isCounted ? haveBytes : 0),
        leftOutBytes: sizeBytes - here.wantedBytes - uncountedBytes,
        missing: isCounted && !isInstead ? 1 : 0
      }
    }))
  }
}

/** The newest issue that is on its way on any of the drives. */
export function newestOf (drives: ArrivingIssues[]): ArrivingIssue | null {
  return drives.map(({ newest }) => newest).reduce((newest, issue) => newest && (!issue || newest.publishedAt >= issue.publishedAt) ? newest : issue, null)
}

export function sumOf (all: Unfinished[]): Unfinished {
  const sum = { haveBytes: 0, leftOutBytes: 0, missing: 0 }
  for (const { haveBytes, leftOutBytes, missing } of all) {
    sum.haveBytes += haveBytes
    sum.leftOutBytes += leftOutBytes
    sum.missing += missing
  }
  return sum
}
