import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import { type IssueChange, isReadable, type LibraryIssue, type LibraryPart } from '../library/library-issue.ts'
import { isSame, isText, type Wish } from '../policy/extent.ts'
import { checkIssueBytes } from '../verification/stored-issue.ts'
import { ArrivingIssues, sumOf, type Unfinished } from './arriving-issues.ts'
import type { CompletingParts } from './completing-parts.ts'
import { Corrections } from './corrections.ts'
import { type DownloadJob, runsOf, URGENCY } from './downloads.ts'
import { freeParts } from './free-parts.ts'
import { heldOf, placeOf } from './issue-record.ts'
import { LookingTurns } from './looking-turns.ts'
import { Looks } from './looks.ts'
import { PartsHere } from './parts-here.ts'
import { dueOf, partsKept } from './parts-kept.ts'
import { unfinishedIssues } from './unfinished-issues.ts'

/** Takes issues that stand in the library to the end: downloads what is missing of them, then verifies every byte. */
export class Completing {
  readonly arriving: ArrivingIssues
  #parts: CompletingParts
  #stopped = false
  #working = new Set<Promise<void>>()
  #turns = new LookingTurns()
  #looks = new Looks()
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
    if (instead) this.#corrections.add(issue, instead)
    if (!this.#corrections.at(issue)) this.#parts.onIssueChanged(issue.id)
    if (issue.state === 'notVerified' || this.#stopped) return
    this.#inBackground(issue, () => this.#looks.begin(place, isOver => this.#look(issue, isOver)))
  }

  /** The answer may be another one when somebody was told to look at the issue once more meanwhile. */
  async #look (issue: LibraryIssue, isOver: () => boolean): Promise<void> {
    const { reader, downloads, live, wish } = this.#parts
    await this.#turns.turn(issue)
    if (this.#stopped || isOver()) return
    // Also what has come without having been asked for has to have its room.
    const wished = live ? await wish(issue) : { parts: await partsKept(issue, reader), textFirst: false }
    await this.#turns.turn(issue) // many may have waited for one answer
    if (this.#stopped || isOver()) return
    const correction = this.#corrections.at(issue)
    if (correction) correction.isWanted = wished.parts.length > 0
    if (wished.parts.length === 0) return correction ? undefined : await this.drop(issue)
    if (await reader.hasAll(wished.parts)) return await this.#verify(issue, wished.parts)
    const { due, isTextDue } = await dueOf(wished, reader)
    const here = await PartsHere.of(reader, due)
    if (this.#stopped || isOver() || this.arriving.has(placeOf(issue))) return
    const job = this.#jobOf(issue, here, due, isTextDue)
    this.arriving.set(placeOf(issue), { issue, wish: wished, here, job, isInstead: this.#corrections.at(issue) !== null })
    if (live) downloads.add(job)
  }

  /** Fetches an issue before all others, and what is to take its place. */
  hurry ({ id, seq }: Pick<LibraryIssue, 'id' | 'seq'>): void {
    for (const revision of [{ id, seq }, this.#corrections.of(id)]) if (revision) this.arriving.hurry(revision)
  }

  /** Lets go of a revision of an issue that no longer counts. */
  abandon (id: string, seq: number): void {
    this.#abandoned.add(placeOf({ id, seq }))
    this.#looks.end(placeOf({ id, seq }))
    this.#corrections.end({ id, seq })
    this.arriving.giveUp({ id, seq })
  }

  /** Takes an issue off the disk, or gives up fetching it; the library goes on knowing what it was. */
  async drop (issue: LibraryIssue, stays?: BlockRanges): Promise<void> {
    await this.reduce(issue, [], stays)
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

  /** Looks anew what is wanted of an issue, and fetches that. @param wish nothing is done when just this is on its way */
  again (issue: LibraryIssue, wish?: Wish): void {
    const running = this.arriving.get(placeOf(issue))
    if (wish && running && isSame(running.wish, wish)) return
    this.arriving.giveUp(issue)
    this.complete(issue)
  }

  /** Looks anew what is wanted of revisions that are to take others' places. */
  reconsider (): void { for (const issue of this.#corrections.issues) this.again(issue) }

  /** Looks again at what is on its way: blocks may have come by another road than the network. */
  async lookAgain (): Promise<void> {
    await this.done()
    const arriving = [...this.arriving.values()]
    this.arriving.clear()
    this.#parts.downloads.removeDrive(this.#parts.reader) // all at once: else each that leaves lets the next one begin
    for (const { issue } of arriving) this.complete(issue)
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
