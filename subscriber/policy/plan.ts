import type { Policy, PolicyEffect } from '../../shared/api/policies.ts'
import { type BlockRange, type BlockRanges, rangesOf } from '../../shared/format/block-ranges.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import { LookingTurns } from '../following/looking-turns.ts'
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
  readonly extents: Extents
  #parts: PlanParts
  #stays: Map<string, BlockRanges>

  private constructor (extents: Extents, stays: Map<string, BlockRanges>, parts: PlanParts) {
    this.extents = extents
    this.#stays = stays
    this.#parts = parts
  }

  static async of (policy: Policy, parts: PlanParts): Promise<Plan> {
    const extents = new Extents(policy)
    const found = new Map<string, BlockRange[]>()
    for await (const issues of extents.decideAll(parts.pages)) {
      for (const issue of issues) {
        const blocks = rangesOf(wantedOf(issue, extents).map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength]))
        const all = found.get(issue.writer) ?? []
        found.set(issue.writer, all)
        for (const range of blocks) all.push(range)
      }
    }
    return new Plan(extents, new Map([...found].map(([writer, blocks]) => [writer, rangesOf(blocks)])), parts)
  }

  /** Blocks of a writer's drive that stay, whatever issue names them. */
  stays (writer: string): BlockRanges { return this.#stays.get(writer) ?? [] }

  async * steps (): AsyncGenerator<Step> {
    const turns = new LookingTurns()
    for await (const issues of this.#parts.pages()) {
      for (const issue of issues) {
        await turns.turn(issue)
        yield await this.#step(issue)
      }
    }
  }

  async #step (issue: IssueToHold): Promise<Step> {
    const wanted = wantedOf(issue, this.extents)
    const drive = this.#parts.driveOf(issue.writer)
    const [all, here] = await bytesHere(drive, issue.locations, new Set(wanted))
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

/** Of all parts, and of those of them that are wanted. */
async function bytesHere (drive: DriveReader | null, parts: LibraryPart[], wanted: Set<LibraryPart>): Promise<[all: number, wanted: number]> {
  const sums: [number, number] = [0, 0]
  if (!drive) return sums
  const here = await Promise.all(parts.map(part => drive.here(part)))
  for (const [i, { bytes }] of here.entries()) {
    sums[0] += bytes
    if (wanted.has(parts[i]!)) sums[1] += bytes
  }
  return sums
}

function bytesOf (parts: LibraryPart[]): number {
  return parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
}
