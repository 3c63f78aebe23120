import type { LibraryIssue } from '../library/library-issue.ts'
import type { DownloadJob } from './downloads.ts'
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
  /** Bytes that are here, and that are not wanted, beside those that the library counts already. */
  haveBytes: number
  leftOutBytes: number
  /** Of how many the text can be read already. */
  partial: number
}

export interface Arriving { issue: LibraryIssue, here: PartsHere, job: DownloadJob }

/** Issues of a drive that are on their way, by id. */
export class ArrivingIssues extends Map<string, Arriving> {
  /** Null when it is not on its way. */
  viewOf (id: string): ArrivingIssue | null {
    const arriving = this.get(id)
    if (!arriving) return null
    const { issue, here } = arriving
    return { ...issue, haveBytes: here.bytes, haveParts: here.parts, wantedBytes: here.wantedBytes, wantedParts: here.wantedParts }
  }

  get newest (): ArrivingIssue | null {
    let newest: LibraryIssue | null = null
    for (const { issue } of this.values()) if (!newest || issue.publishedAt > newest.publishedAt) newest = issue
    return newest && this.viewOf(newest.id)
  }

  get unfinished (): Unfinished {
    return sumOf([...this.values()].map(({ issue: { state, sizeBytes, haveBytes }, here }) => {
      const isCounted = state === 'partial'
      return {
        haveBytes: here.bytes - (isCounted ? haveBytes : 0),
        leftOutBytes: sizeBytes - here.wantedBytes - (isCounted ? sizeBytes - haveBytes : 0),
        partial: isCounted ? 1 : 0
      }
    }))
  }
}

/** The newest issue that is on its way on any of the drives. */
export function newestOf (drives: ArrivingIssues[]): ArrivingIssue | null {
  return drives.map(({ newest }) => newest).reduce((newest, issue) => newest && (!issue || newest.publishedAt >= issue.publishedAt) ? newest : issue, null)
}

export function sumOf (all: Unfinished[]): Unfinished {
  const sum = { haveBytes: 0, leftOutBytes: 0, partial: 0 }
  for (const { haveBytes, leftOutBytes, partial } of all) {
    sum.haveBytes += haveBytes
    sum.leftOutBytes += leftOutBytes
    sum.partial += partial
  }
  return sum
}
