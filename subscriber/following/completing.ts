import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import type { Library } from '../library/library.ts'
import { type IssueChange, isReadable, type LibraryIssue, type LibraryPart } from '../library/library-issue.ts'
import { isText, type Wish } from '../policy/extent.ts'
import { checkIssueBytes } from '../verification/stored-issue.ts'
import { ArrivingIssues, sumOf, type Unfinished } from './arriving-issues.ts'
import { Corrections } from './corrections.ts'
import { type DownloadJob, type Downloads, runsOf, URGENCY } from './downloads.ts'
import type { FollowedDrive } from './followed-drive.ts'
import { freeParts } from './free-parts.ts'
import { heldOf, placeOf } from './issue-record.ts'
import { PartsHere } from './parts-here.ts'
import { partsKept } from './parts-kept.ts'
import { unfinishedIssues } from './unfinished-issues.ts'

export interface CompletingParts {
  reader: FollowedDrive
  library: Library
  downloads: Downloads
  /** False: what is missing stays missing. */
  live: boolean
  /** What of an issue is to be held here. */
  wish: (issue: LibraryIssue) => Promise<Wish>
  log: Log
  onIssueChanged: (id: string) => void
  onProgress: () => void
  /** A revision that was to take the place of a complete one can't be right. */
  onFault: (error: AppError) => void
  /** An issue could not be read or written here, and rests until {@link Completing.tryAgain}. */
  onFailed: () => void
}

/** Takes issues that stand in the library to the end: downloads what is missing of them, then verifies every byte. */
export class Completing {
  readonly arriving: ArrivingIssues
  #parts: CompletingParts
  #stopped = false
  #working = new Set<Promise<void>>()
  /** Issues, by id and block, that are not to be completed any more. */
  #abandoned = new Set<string>()
  #corrections = new Corrections()
  /** Those that could not be read or written here, by id and block. */
  #failed = new Map<string, LibraryIssue>()

  constructor (parts: CompletingParts) {
    this.#parts = parts
    this.arriving = new ArrivingIssues(parts.downloads)
  }

  /**
   * @param instead of a revision that stays in the library until this one is complete; called when that is over. Said once
   */
  complete (issue: LibraryIssue, { instead }: { instead?: () => void } = {}): void {
    const place = placeOf(issue)
    // It may count again: a dispute of the root was settled, for example.
    this.#abandoned.delete(place)
    const { reader, downloads, live, wish, onIssueChanged } = this.#parts
    if (instead) this.#corrections.add(issue, instead)
    const correction = this.#corrections.at(issue)
    if (!correction) onIssueChanged(issue.id)
    if (issue.state === 'notVerified' || this.#stopped) return
    this.#inBackground(issue, async () => {
      // Also what has come without having been asked for has to have its room.
      const { parts, textFirst } = live ? await wish(issue) : { parts: await partsKept(issue, reader), textFirst: false }
      if (correction) correction.isWanted = parts.length > 0
      if (parts.length === 0) return correction ? undefined : await this.drop(issue)
      if (await reader.hasAll(parts)) return await this.#verify(issue, parts)
      const text = parts.filter(({ path }) => isText(path))
      const isTextDue = textFirst && !await reader.hasAll(text)
      const wanted = isTextDue ? text : parts
      const here = await PartsHere.of(reader, wanted)
      if (this.#stopped || this.#abandoned.has(place) || this.arriving.has(place)) return
      const job = this.#jobOf(issue, here, wanted, isTextDue)
      this.arriving.set(place, { issue, here, job, isInstead: this.#corrections.at(issue) !== null })
      if (live) downloads.add(job)
    })
  }

  /** Fetches an issue before all others, and what is to take its place. */
  hurry ({ id, seq }: Pick<LibraryIssue, 'id' | 'seq'>): void {
    for (const revision of [{ id, seq }, this.#corrections.of(id)]) if (revision) this.arriving.hurry(revision)
  }

  /** Lets go of a revision of an issue that no longer counts. */
  abandon (id: string, seq: number): void {
    this.#abandoned.add(placeOf({ id, seq }))
    this.#corrections.end({ id, seq })
    this.arriving.giveUp({ id, seq })
  }

  /** Takes an issue off the disk, or gives up fetching it; the library goes on knowing what it was. */
  async drop (issue: LibraryIssue): Promise<void> {
    await this.reduce(issue, [])
    const correction = this.#corrections.of(issue.id)
    if (correction) this.again(correction)
  }

  /**
   * Takes what is not wanted of an issue off the disk, or gives up fetching it.
   *
   * @param stays see {@link freeParts}
   */
  async reduce (issue: LibraryIssue, wanted: LibraryPart[], stays?: BlockRanges): Promise<void> {
    this.arriving.giveUp(issue)
    // First, so that nothing is called ready of which blocks are missing, whenever this is interrupted.
    if (wanted.length === 0) await this.#update(issue, { state: 'removed', problem: null, haveBytes: 0, haveParts: 0 })
    else if (isReadable(issue)) await this.#update(issue, heldOf(issue, wanted))
    await freeParts(this.#parts.reader, issue.id, issue.locations.filter(part => !wanted.includes(part)), stays)
  }

  /** Looks anew what is wanted of an issue, and fetches that. */
  again (issue: LibraryIssue): void {
    this.arriving.giveUp(issue)
    this.complete(issue)
  }

  /** Looks anew what is wanted of revisions that are to take others' places. */
  reconsider (): void { for (const issue of this.#corrections.issues) this.again(issue) }

  /** Looks again at what is on its way: blocks may have come by another road than the network. */
  async lookAgain (): Promise<void> {
    await this.done()
    for (const { issue } of [...this.arriving.values()]) this.again(issue)
    await this.done()
  }

  get unfinished (): Unfinished {
    return sumOf([this.arriving.unfinished, { haveBytes: 0, leftOutBytes: 0, missing: this.#corrections.missing }])
  }

  /** Nothing is on its way, or being looked at. */
  get isIdle (): boolean { return this.arriving.size === 0 && this.#working.size === 0 }

  /** After a start: goes on with what was not complete of a writer's issues. */
  async goOn (newsletter: string, writer: string): Promise<void> {
    for await (const issue of unfinishedIssues(newsletter, writer, this.#parts.library)) this.complete(issue)
  }

  /** Goes on with what could not be read or written, where it still counts. Returns when that has been tried. */
  async tryAgain (): Promise<void> {
    await this.done()
    for (const [place, issue] of [...this.#failed]) {
      const known = this.#corrections.at(issue) ? issue : await this.#parts.library.issue(issue.newsletter, issue.id)
      this.#failed.delete(place) // not before: the library may fail once more
      const isOver = known?.writer !== issue.writer || known.seq !== issue.seq || this.#abandoned.has(place)
      if (!isOver) this.complete(known)
    }
    await this.done()
  }

  /** Ends all downloads, and returns when nothing writes to the library any more. */
  async stop (): Promise<void> {
    this.#stopped = true
    this.#parts.downloads.removeDrive(this.#parts.reader)
    this.arriving.clear()
    await this.done()
  }

  resume (): void { this.#stopped = false }

  /** Returns when what is here has been verified. */
  async done (): Promise<void> { await Promise.all(this.#working) }

  #jobOf (issue: LibraryIssue, here: PartsHere, wanted: LibraryPart[], isTextDue: boolean): DownloadJob {
    // What can be read already stays so.
    let shown = issue.state === 'downloading' || isReadable(issue)
    return {
      reader: this.#parts.reader,
      runs: runsOf(wanted),
      first: runsOf(wanted.filter(({ path }) => isText(path))),
      urgency: isTextDue ? URGENCY.textFirst : URGENCY.usual,
      publishedAt: issue.publishedAt,
      sizeBytes: here.wantedBytes,
      onComplete: () => this.#inBackground(issue, () => this.#verify(issue, wanted, isTextDue)),
      onFault: error => this.#inBackground(issue, () => this.#refuse(issue, error)),
      onFailed: error => {
        this.arriving.delete(placeOf(issue))
        this.#inBackground(issue, () => Promise.reject(error as Error))
      },
      onBlock: (index, sizeBytes) => {
        here.arrived(index, sizeBytes)
        this.#parts.onProgress()
        if (shown) return
        shown = true
        this.#inBackground(issue, () => this.#update(issue, { state: 'downloading' }))
      }
    }
  }

  /** @param isMoreDue only the text has come, and the rest is fetched now */
  async #verify (issue: LibraryIssue, wanted: LibraryPart[], isMoreDue = false): Promise<void> {
    try {
      await checkIssueBytes(this.#parts.reader, issue, wanted)
    } catch (error) {
      if (this.#stopped) return
      if (!isAppError(error)) throw error
      return await (error.code === 'NOT_COMPLETE' ? this.#comeAgain(issue, wanted, error) : this.#refuse(issue, error))
    }
    this.arriving.delete(placeOf(issue))
    const held = heldOf(issue, wanted)
    if (this.#corrections.at(issue)) await this.#takePlace({ ...issue, ...held })
    await this.#update(issue, held)
    if (isMoreDue && held.state === 'partial' && !this.#abandoned.has(placeOf(issue))) this.complete({ ...issue, ...held })
  }

  /** A block has gone, or is damaged: that says nothing of the issue. Damage is found and dropped elsewhere, so that it is missing when this is tried again. */
  async #comeAgain (issue: LibraryIssue, wanted: LibraryPart[], error: AppError): Promise<void> {
    this.arriving.delete(placeOf(issue))
    const isHere = await this.#parts.reader.hasAll(wanted)
    if (this.#abandoned.has(placeOf(issue))) return
    if (isHere) throw error
    this.complete(issue)
  }

  async #refuse (issue: LibraryIssue, error: AppError): Promise<void> {
    this.arriving.delete(placeOf(issue))
    if (this.#corrections.end(issue)) return this.#parts.onFault(error)
    await this.#update(issue, { state: 'notVerified', problem: { code: error.code, reason: error.message } })
  }

  /** What the earlier one lacks is fetched no longer: nobody may have it any more. */
  async #takePlace (issue: LibraryIssue): Promise<void> {
    const { library } = this.#parts
    const before = await library.issue(issue.newsletter, issue.id)
    if (!this.#corrections.at(issue)) return // abandoned meanwhile
    await library.putIssues([issue])
    if (before?.writer === issue.writer && before.seq !== issue.seq) this.abandon(before.id, before.seq)
    this.#corrections.end(issue)
  }

  async #update (issue: LibraryIssue, change: IssueChange): Promise<void> {
    if (this.#abandoned.has(placeOf(issue)) || this.#corrections.at(issue)) return
    await this.#parts.library.updateIssue(issue, change)
    this.#parts.onIssueChanged(issue.id)
    this.#parts.onProgress()
  }

  #inBackground (issue: LibraryIssue, work: () => Promise<void>): void {
    const failed = (error: unknown): void => {
      if (this.#stopped) return
      this.#failed.set(placeOf(issue), issue)
      this.#parts.log.error({ error: messageOf(error) }, 'completing an issue')
      this.#parts.onFailed()
    }
    const running = work().catch(failed).finally(() => this.#working.delete(running))
    this.#working.add(running)
  }
}
