import type { Policy, PolicyEffect } from '../../shared/api/policies.ts'
import { type BlockRange, type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { IssueToHold, LibraryPart } from '../library/library-issue.ts'
import { contentIn, partsIn } from './extent.ts'
import { Extents } from './extents.ts'

/** What has to happen with one issue. */
export interface Step {
  issue: IssueToHold
  wanted: LibraryPart[]
  /** Bytes that are here and not wanted, and wanted and not here. */
  surplusBytes: number
  missingBytes: number
}

export interface PlanParts {
  /** Reads the issues of the newsletter, the newest first. */
  pages: () => AsyncIterable<IssueToHold[]>
  driveOf: (writer: string) => DriveReader | null
}

/** What has to happen so that a newsletter is held as a policy says. Never has all of its issues in memory. */
export class Plan {
  #extents: Extents
  #parts: PlanParts
  #stays: Map<string, BlockRanges>

  private constructor (extents: Extents, stays: Map<string, BlockRanges>, parts: PlanParts) {
    this.#extents = extents
    this.#stays = stays
    this.#parts = parts
  }

  static async of (policy: Policy, parts: PlanParts): Promise<Plan> {
    const extents = new Extents(policy)
    const stays = new Map<string, BlockRanges>()
    for await (const issues of extents.decideAll(parts.pages)) {
      for (const writer of new Set(issues.map(issue => issue.writer))) {
        const wanted = issues.filter(issue => issue.writer === writer).flatMap(issue => wantedOf(issue, extents))
        const blocks = wanted.map(({ blockOffset, blockLength }): BlockRange => [blockOffset, blockOffset + blockLength])
        stays.set(writer, rangesOf([...stays.get(writer) ?? [], ...blocks]))
      }
    }
    return new Plan(extents, stays, parts)
  }

  /** Blocks of a writer's drive that stay, whatever issue names them. */
  stays (writer: string): BlockRanges { return this.#stays.get(writer) ?? [] }

  async * steps (): AsyncGenerator<Step> {
    for await (const issues of this.#parts.pages()) yield * await Promise.all(issues.map(issue => this.#step(issue)))
  }

  async #step (issue: IssueToHold): Promise<Step> {
    const wanted = wantedOf(issue, this.#extents)
    const drive = this.#parts.driveOf(issue.writer)
    const [all, here] = await Promise.all([bytesHere(drive, issue.locations), bytesHere(drive, wanted)])
    return { issue, wanted, surplusBytes: all - here, missingBytes: bytesOf(wanted) - here }
  }
}

export function noEffect (): PolicyEffect {
  return { freesBytes: 0, fetchesBytes: 0, holdsBytes: 0, issues: { whole: 0, partial: 0, leftOut: 0 } }
}

/** Counts what is done with one more issue. */
export function addEffect (effect: PolicyEffect, { issue, wanted, surplusBytes, missingBytes }: Step): void {
  effect.freesBytes += surplusBytes
  effect.fetchesBytes += missingBytes
  effect.holdsBytes += bytesOf(contentIn(wanted))
  effect.issues[wanted.length === 0 ? 'leftOut' : wanted.length < issue.locations.length ? 'partial' : 'whole']++
}

/** All of one that has come since the extents were decided. */
function wantedOf (issue: IssueToHold, extents: Extents): LibraryPart[] {
  return partsIn(issue, extents.of(issue.id) ?? 'whole')
}

async function bytesHere (drive: DriveReader | null, parts: LibraryPart[]): Promise<number> {
  if (!drive) return 0
  const here = await Promise.all(parts.map(part => drive.here(part)))
  return here.reduce((sum, { bytes }) => sum + bytes, 0)
}

function bytesOf (parts: LibraryPart[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
