import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'
import { type IssueChange, isReadable, type LibraryIssue, type LibraryPart } from '../library/library-issue.ts'
import { isSame, type Wish } from '../policy/extent.ts'
import { checkIssueBytes } from '../verification/stored-issue.ts'
import { ArrivingIssues, sumOf, type Unfinished } from './arriving-issues.ts'
import type { CompletingParts } from './completing-parts.ts'
import { Corrections } from './corrections.ts'
import type { DownloadJob } from './downloads.ts'
import { freeParts } from './free-parts.ts'
import { heldOf, isSameRevision, placeOf, writersOf } from './issue-record.ts'
import { IssueWork } from './issue-work.ts'
import { jobOf } from './job-of.ts'
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
  #work = new IssueWork(error => this.#onFailed(error))
  #turns = new LookingTurns()
  #looks = new Looks()
  /** Issues, by id and block, that are not to be completed any more. */
  #abandoned = new Set<string>()
  #corrections = new Corrections()

  constructor (parts: CompletingParts) {
    this.#parts = parts
    this.arriving = new ArrivingIssues(parts.downloads)
  }

  /**
   * Begins with a revision that has just come to count.
   *
   * @param instead of one that stays in the library until this one is complete; called when that is over
   */
  begin (issue: LibraryIssue, { instead }: { instead?: () => void } = {}): void {
    // It may count again: a dispute of the root was settled, for example.
    this.#abandoned.delete(placeOf(issue))
    if (instead) this.#corrections.add(issue, instead)
    this.complete(issue)
  }

  /** Goes on with a revision, unless it counts no longer: who says so may have read of it before it was superseded. */
  complete (issue: LibraryIssue): void {
    const place = placeOf(issue)
    if (this.#abandoned.has(place)) return
    if (!this.#corrections.at(issue)) this.#parts.onIssueChanged(issue.id)
    if (issue.state === 'notVerified' || this.#stopped) return
    this.#work.begin(issue, () => this.#looks.begin(place, isOver => this.#look(issue, isOver)))
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
    const running = this.arriving.get(placeOf(issue))
    if (live && running && isSame(running.wish, wished)) return
    this.arriving.giveUp(issue)
    const correction = this.#corrections.at(issue)
    if (correction) correction.isWanted = wished.parts.length > 0
    if (wished.parts.length === 0) {
      if (correction) return await this.#leaveOut(issue)
      await this.reduce(issue, [])
      return this.reconsider(issue.id)
    }
    const { due, isTextDue } = await dueOf(wished, reader)
    const [here, isHere] = [await PartsHere.of(reader, due), await reader.hasAll(due)]
    if (this.#stopped || isOver()) return
    const job = this.#jobOf(issue, here, due, isTextDue)
    this.arriving.set(placeOf(issue), { issue, wish: wished, here, job, isInstead: this.#corrections.at(issue) !== null })
    if (isHere) await this.#verify(issue, due, job, isTextDue)
    else if (live) downloads.add(job)
  }

  /** A correction that is not wanted waits only where an earlier one can be read. */
  async #leaveOut (correction: LibraryIssue): Promise<void> {
    if (isReadable(await this.#parts.library.issue(correction.newsletter, correction.id) ?? correction)) return
    await this.#takePlace(correction)
    await this.reduce(correction, [])
  }

  /** Fetches an issue before all others, and what is to take its place. */
  hurry ({ id, seq }: Pick<LibraryIssue, 'id' | 'seq'>): void {
    for (const revision of [{ id, seq }, this.#corrections.of(id)]) if (revision) this.arriving.hurry(revision)
  }

  /** Lets go of a revision of an issue that no longer counts. False: it was not on its way. */
  abandon (id: string, seq: number): boolean {
    this.#abandoned.add(placeOf({ id, seq }))
    return [this.#looks.end(placeOf({ id, seq })), this.#corrections.end({ id, seq }), this.arriving.giveUp({ id, seq })].includes(true)
  }

  /**
   * Takes what is not wanted of an issue off the disk, or gives up fetching it; the library goes on knowing what it was.
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

  /** Looks anew what is wanted of revisions that are to take others' places, or that of one issue. */
  reconsider (id?: string): void { for (const issue of this.#corrections.issues(id)) this.complete(issue) }

  /** A revision that is to take the place of another; null: none is on its way. */
  correctionOf (id: string): LibraryIssue | null { return this.#corrections.of(id) }

  /** Whether it is on its way, or being looked at. */
  isAt (issue: LibraryIssue): boolean { return this.arriving.has(placeOf(issue)) || this.#looks.has(placeOf(issue)) }

  /** Looks again at what is on its way: blocks may have come by another road than the network. */
  async lookAgain (): Promise<void> {
    await this.done()
    const arriving = [...this.arriving.values()]
    this.arriving.clear()
    this.#parts.downloads.removeDrive(this.#parts.reader) // all at once: else each that leaves lets the next one begin
    for (const { issue } of arriving) this.complete(issue)
    await this.done()
  }

  get unfinished (): Unfinished { return sumOf([this.arriving.unfinished, { haveBytes: 0, leftOutBytes: 0, missing: this.#corrections.missing }]) }

  /** Nothing is on its way, or being looked at. */
  get isIdle (): boolean { return this.arriving.size === 0 && this.#work.isIdle }

  /** After a start: goes on with what was not complete of a writer's issues. */
  async goOn (newsletter: string, writer: string): Promise<void> {
    for await (const issue of unfinishedIssues(newsletter, writer, this.#parts.library)) this.complete(issue)
  }

  /** Goes on with what could not be read or written, where it still counts. Returns when that has been tried. */
  async tryAgain (): Promise<void> {
    await this.done()
    for (const issue of this.#work.failed) {
      const known = this.#corrections.at(issue) ? issue : await this.#parts.library.issue(issue.newsletter, issue.id)
      this.#work.forget(issue) // not before: the library may fail once more
      if (known && isSameRevision(known, issue)) this.complete(known)
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
  async done (): Promise<void> { await this.#work.done() }

  #jobOf (issue: LibraryIssue, here: PartsHere, wanted: LibraryPart[], isTextDue: boolean): DownloadJob {
    return jobOf({ issue, reader: this.#parts.reader, wanted, isTextDue, here }, {
      onComplete: job => this.#work.begin(issue, () => this.#verify(issue, wanted, job, isTextDue)),
      onFault: error => this.#work.begin(issue, () => this.#refuse(issue, error)),
      onFailed: error => this.#work.begin(issue, () => Promise.reject(error)),
      onOver: job => this.arriving.end(issue, job),
      onBegun: () => this.#work.begin(issue, () => this.#update(issue, { state: 'downloading' })),
      onProgress: this.#parts.onProgress
    })
  }

  /**
   * Nothing comes of it when its job was given up meanwhile: another one, or nobody, has the issue then.
   *
   * @param isMoreDue only the text has come, and the rest is fetched now
   */
  async #verify (issue: LibraryIssue, wanted: LibraryPart[], job: DownloadJob, isMoreDue: boolean): Promise<void> {
    const isOver = (): boolean => !this.#stopped && !this.arriving.isOf(issue, job)
    try {
      await checkIssueBytes(this.#parts.reader, issue, wanted)
    } catch (error) {
      if (this.#stopped || isOver()) return
      this.arriving.end(issue, job)
      if (!isAppError(error)) throw error
      return await (error.code === 'NOT_COMPLETE' ? this.#comeAgain(issue, wanted, error) : this.#refuse(issue, error))
    }
    if (isOver()) return
    this.arriving.end(issue, job)
    const held = heldOf(issue, wanted)
    if (this.#corrections.at(issue)) await this.#takePlace({ ...issue, ...held })
    await this.#update(issue, held)
    if (isMoreDue && held.state === 'partial') this.complete({ ...issue, ...held })
  }

  /** A block has gone, or is damaged: that says nothing of the issue. Damage is found and dropped elsewhere, so that it is missing when this is tried again. */
  async #comeAgain (issue: LibraryIssue, wanted: LibraryPart[], error: AppError): Promise<void> {
    const isHere = await this.#parts.reader.hasAll(wanted)
    if (this.#abandoned.has(placeOf(issue))) return
    if (isHere) throw error
    this.complete(issue)
  }

  async #refuse (issue: LibraryIssue, error: AppError): Promise<void> {
    if (!this.#corrections.at(issue)) return await this.#update(issue, { state: 'notVerified', problem: { code: error.code, reason: error.message } })
    this.abandon(issue.id, issue.seq)
    this.#parts.onFault(error)
  }

  /** Unless what another writer has published since has it. What the earlier one lacks is fetched no longer: nobody may have it any more. */
  async #takePlace (issue: LibraryIssue): Promise<void> {
    const { library, root, superseded } = this.#parts
    const [taken] = await library.offerIssues([issue], writersOf(root()))
    if (!taken) return void this.abandon(issue.id, issue.seq)
    superseded(taken)
    this.#corrections.end(issue)
  }

  async #update (issue: LibraryIssue, change: IssueChange): Promise<void> {
    if (this.#abandoned.has(placeOf(issue)) || this.#corrections.at(issue)) return
    await this.#parts.library.updateIssue(issue, change)
    this.#parts.onIssueChanged(issue.id)
    this.#parts.onProgress()
  }

  /** It is tried again, unless it failed because this ends. */
  #onFailed (error: unknown): boolean {
    if (this.#stopped) return false
    this.#parts.log.error({ error: messageOf(error) }, 'completing an issue')
    this.#parts.onFailed()
    return true
  }
}
