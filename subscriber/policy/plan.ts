import type { PolicyEffect } from '../../shared/api/policies.ts'
import { type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { IssueToHold, LibraryPart } from '../library/library-issue.ts'
import { contentIn, type Extent, partsIn } from './extent.ts'

/** What has to happen with one issue. */
export interface Step {
  issue: IssueToHold
  wanted: LibraryPart[]
  /** Bytes that are here and not wanted, and wanted and not here. */
  surplusBytes: number
  missingBytes: number
}

/** What has to happen so that issues are held to their extents. */
export async function planOf (issues: IssueToHold[], extents: Map<string, Extent>, driveOf: (writer: string) => DriveReader | null): Promise<Step[]> {
  return await Promise.all(issues.map(async issue => {
    const wanted = partsIn(issue, extents.get(issue.id) ?? 'whole')
    const drive = driveOf(issue.writer)
    const [all, here] = await Promise.all([bytesHere(drive, issue.locations), bytesHere(drive, wanted)])
    return { issue, wanted, surplusBytes: all - here, missingBytes: bytesOf(wanted) - here }
  }))
}

export function effectOf (steps: Step[]): PolicyEffect {
  const effect: PolicyEffect = { freesBytes: 0, fetchesBytes: 0, holdsBytes: 0, issues: { whole: 0, partial: 0, leftOut: 0 } }
  for (const { issue, wanted, surplusBytes, missingBytes } of steps) {
    effect.freesBytes += surplusBytes
    effect.fetchesBytes += missingBytes
    effect.holdsBytes += bytesOf(contentIn(wanted))
    effect.issues[wanted.length === 0 ? 'leftOut' : wanted.length < issue.locations.length ? 'partial' : 'whole']++
  }
  return effect
}

/** Blocks of a writer's drive that stay, whatever issue names them. */
export function wantedBlocks (steps: Step[], writer: string): BlockRanges {
  return rangesOf(steps.filter(({ issue }) => issue.writer === writer)
    .flatMap(({ wanted }) => wanted.map(({ blockOffset, blockLength }): [number, number] => [blockOffset, blockOffset + blockLength])))
}

async function bytesHere (drive: DriveReader | null, parts: LibraryPart[]): Promise<number> {
  if (!drive) return 0
  const here = await Promise.all(parts.map(part => drive.here(part)))
  return here.reduce((sum, { bytes }) => sum + bytes, 0)
}

function bytesOf (parts: LibraryPart[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
