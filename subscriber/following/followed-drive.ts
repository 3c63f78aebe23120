import { type BlockRange, type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import type { DriveParts } from '../../shared/network/resting-drive.ts'
import { allPlaces } from '../library/all-places.ts'
import type { Library } from '../library/library.ts'
import type { LibraryPart } from '../library/library-issue.ts'
import type { ArrivingIssues } from './arriving-issues.ts'

export interface FollowedDriveOptions {
  /** False: nothing is asked of peers. */
  live: boolean
  /** What its index may take; asked each time. */
  mostIndexBytes?: () => number
  /** Where the root ended it. */
  end?: number | null
  newsletter: string
  writer: string
  library: Library
  /** What is on its way, which the library may not know yet. */
  arriving: () => ArrivingIssues
}

/** A writer's drive, and which of its blocks belong to which issue, by what is believed and not by what its index says. */
export class FollowedDrive extends DriveReader {
  #options: FollowedDriveOptions

  constructor (parts: DriveParts, key: string, options: FollowedDriveOptions) {
    super(parts, key, options)
    this.#options = options
  }

  /** Blocks of all issues but some that are here or are to come here. Reads where every issue of the newsletter lies. */
  async blocksOfOthers (ids: Set<string>): Promise<BlockRanges> {
    const { newsletter, writer, library, arriving } = this.#options
    const found: BlockRange[] = []
    const add = (id: string, parts: LibraryPart[]): void => {
      if (!ids.has(id)) for (const range of rangesOf(parts.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength]))) found.push(range)
    }
    for (const { issue } of arriving().values()) add(issue.id, issue.locations)
    for await (const { id, writer: by, state, locations } of allPlaces(newsletter, library)) {
      if (by === writer && state !== 'notVerified' && state !== 'removed') add(id, locations)
    }
    return rangesOf(found)
  }
}
