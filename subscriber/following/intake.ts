import { type AppError, isAppError } from '../../shared/errors.ts'
import type { RootWriter } from '../../shared/format/root-chain.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { Library } from '../library/library.ts'
import { isReadable, type LibraryIssue, type TakenIssue } from '../library/library-issue.ts'
import type { Wish } from '../policy/extent.ts'
import type { Completing } from './completing.ts'
import { readFoundIssue } from './found-issue.ts'
import type { FoundDocument } from './index-scan.ts'
import { isSameRevision, refusedRecordOf, writersOf } from './issue-record.ts'

/** Issues written to the library at once, after the first, which is shown as soon as it is known. */
const BATCH = 100

export interface IntakeParts {
  newsletter: string
  writer: RootWriter
  root: () => KnownRoot
  reader: DriveReader
  library: Library
  completing: Completing
  /** What of an issue is to be held here. */
  wish: (issue: LibraryIssue) => Promise<Wish>
  /** See {@link CompletingParts.superseded}. */
  superseded: (taken: TakenIssue) => boolean
  /** A revision that was to take another's place has done so, or will not. */
  onCorrectionOver: (revision: LibraryIssue) => void
  /** Frees what an erasure leaves nothing of. */
  erase: (erasure: LibraryIssue) => Promise<void>
  /** An issue is shown with another number, because one before it came. */
  onMoved: (id: string) => void
  /** Something can't be right that takes nothing from what is here. */
  onFault: (error: AppError) => void
}

/** Takes the issues that an index names into the library, and hands them on to be completed. */
export class Intake {
  #parts: IntakeParts
  /** With what the library knew when they were found. */
  #batch: { issue: LibraryIssue, known: LibraryIssue | null }[] = []
  #isFirst = true
  /** Revisions on their way; what is complete stays in its place until they are. */
  #arriving = new Map<string, LibraryIssue>()

  constructor (parts: IntakeParts) {
    this.#parts = parts
  }

  /** Lowest index block that has to be looked at again after a restart. */
  get lowest (): number {
    return Math.min(...[...this.#arriving.values()].map(({ seq }) => seq))
  }

  /** @throws AppError TIMED_OUT when no peer delivers what is asked for */
  async take (found: FoundDocument): Promise<void> {
    const { newsletter, library, completing } = this.#parts
    const known = await library.issue(newsletter, found.id)
    const issue = await this.#judge(found, known)
    if (!issue) return
    const before = this.#arriving.get(issue.id)
    if (before) completing.abandon(before.id, before.seq)
    if (known && isReadable(known) && issue.state !== 'notVerified' && !await this.#isHere(issue) && await this.#isWanted(issue)) {
      const now = await library.listing(newsletter, issue.id)
      if (!now || !isSameRevision(now, known)) return await this.take(found) // another writer's has come meanwhile
      this.#arriving.set(issue.id, issue)
      return completing.begin(issue, { instead: () => this.#over(issue) })
    }
    this.#batch.push({ issue, known })
    const isErased = known !== null && issue.change === 'erasure'
    if (isErased) {
      this.#parts.superseded({ issue, before: known })
      await this.#parts.erase(issue) // before the library forgets what there was to erase
    }
    if (isErased || this.#isFirst || this.#batch.length >= BATCH) await this.flush()
  }

  async flush (): Promise<void> {
    const { library, completing } = this.#parts
    const batch = this.#batch
    this.#batch = []
    this.#isFirst = false
    const taken = await library.offerIssues(batch.map(({ issue }) => issue), writersOf(this.#parts.root()))
    const cameSince = taken.filter(one => this.#supersedes(one, batch.find(({ issue: { id } }) => id === one.issue.id)?.known ?? null))
    for (const { issue } of taken) completing.begin(issue)
    for (const { issue } of cameSince) if (issue.change === 'erasure') await this.#parts.erase(issue)
    for (const id of await library.takeMoved(this.#parts.newsletter)) this.#parts.onMoved(id)
  }

  /** True when more of the issue may be here than at the time at which it was found. */
  #supersedes (taken: TakenIssue, known: LibraryIssue | null): boolean {
    const { before } = taken
    return this.#parts.superseded(taken) || (before !== null && (known === null || !isSameRevision(before, known)))
  }

  /** Lets go of revisions on their way that stand at or after a seal. */
  giveUp (seal: number): void {
    for (const { id, seq } of this.#arriving.values()) {
      if (seq < seal) continue
      this.#parts.completing.abandon(id, seq)
      this.#arriving.delete(id)
    }
  }

  /** Forgets what was taken and not flushed: it is to be read again. */
  drop (): void {
    this.#batch = []
    this.#isFirst = true
  }

  #over (revision: LibraryIssue): void {
    this.#arriving.delete(revision.id)
    this.#parts.onCorrectionOver(revision)
  }

  async #isHere (issue: LibraryIssue): Promise<boolean> {
    // What was withdrawn is withdrawn at once, also while its reason is on the way.
    if (issue.change === 'erasure' || issue.change === 'retraction') return true
    return await this.#parts.reader.hasAll(issue.locations)
  }

  /** False for one that is left out: nothing of it is on its way for which an earlier one would stay. */
  async #isWanted (issue: LibraryIssue): Promise<boolean> {
    return (await this.#parts.wish(issue)).parts.length > 0
  }

  /** The record of an issue, refused or not; null when there is nothing new about it. */
  async #judge (found: FoundDocument, known: LibraryIssue | null): Promise<LibraryIssue | null> {
    const { newsletter, writer, reader, root, onFault } = this.#parts
    const place = { newsletter, writer: writer.id, id: found.id, seq: found.entry.seq }
    try {
      return await readFoundIssue(reader, found, place, known, root())
    } catch (error) {
      if (!isAppError(error) || error.code === 'TIMED_OUT') throw error
      if (!known || known.state === 'notVerified') return refusedRecordOf(place, error)
      // A bad revision does not take away a good one that is here.
      onFault(error)
      return null
    }
  }
}
