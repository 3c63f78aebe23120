import type { Policy } from '../../shared/api/policies.ts'
import { diskBytesOf } from '../library/disk-bytes.ts'
import type { IssueMoment, IssueToHold, LibraryIssue } from '../library/library-issue.ts'
import { type Extent, partsIn } from './extent.ts'

/** How much of each issue a policy holds, decided from the newest down. */
export class Extents {
  /** The last that was decided about; null: none was. */
  oldest: IssueMoment | null = null
  #policy: Policy
  #usual: Extent
  #leftBytes: number
  /** How many were decided about. */
  #rank = 0
  #decided = new Map<string, Extent>()
  /** What was taken to be wanted of each, while there is a limit. */
  #wantedBytes = new Map<string, number>()

  constructor (policy: Policy) {
    this.#policy = policy
    this.#usual = usualOf(policy)
    this.#leftBytes = policy.maxDiskBytes ?? Infinity
  }

  /** @returns undefined for an issue that was not decided about */
  of (id: string): Extent | undefined { return this.#decided.get(id) }

  /** False for a revision that takes other room than the one that was decided about. */
  isAbout (issue: LibraryIssue): boolean {
    const bytes = this.#wantedBytes.get(issue.id)
    return bytes === undefined || bytes === diskBytesOf(partsIn(issue, this.of(issue.id) === 'whole' ? 'whole' : this.#usual))
  }

  /**
   * Decides about all issues, and gives them back.
   *
   * @param pages reads them, the newest first
   */
  async * decideAll (pages: () => AsyncIterable<IssueToHold[]>): AsyncGenerator<IssueToHold[]> {
    // What stays whatever comes has its room before anything that is newer.
    if (this.#policy.maxDiskBytes !== null) for await (const issues of pages()) this.#reserve(issues)
    for await (const issues of pages()) {
      this.decide(issues)
      yield issues
    }
  }

  /** @param issues the newest first, and each older than all before */
  decide (issues: IssueToHold[]): void {
    const { last } = this.#policy
    this.#reserve(issues)
    for (const issue of issues) {
      this.oldest = { publishedAt: issue.publishedAt, id: issue.id }
      this.#rank++
      if (this.#decided.has(issue.id)) continue
      const bytes = this.#take(issue, this.#usual)
      const isHeld = (last === null || this.#rank <= last) && bytes <= this.#leftBytes
      this.#decided.set(issue.id, isHeld ? this.#usual : 'nothing')
      if (isHeld) this.#leftBytes -= bytes
    }
  }

  #reserve (issues: IssueToHold[]): void {
    for (const issue of issues) {
      if (this.#decided.has(issue.id) || !this.#stays(issue)) continue
      this.#decided.set(issue.id, 'whole')
      this.#leftBytes -= this.#take(issue, 'whole')
    }
  }

  #take (issue: IssueToHold, extent: Extent): number {
    if (this.#leftBytes === Infinity) return 0
    const bytes = diskBytesOf(partsIn(issue, extent))
    this.#wantedBytes.set(issue.id, bytes)
    return bytes
  }

  #stays ({ fetched, saved }: IssueToHold): boolean { return fetched || (this.#policy.keepSaved && saved) }
}

function usualOf ({ content, attachments }: Policy): Extent {
  if (content === 'textOnly') return 'text'
  return attachments === 'onRequest' ? 'pictures' : 'whole'
}
