import type { Published } from '../../shared/api/issues.ts'
import type { Revised } from '../../shared/api/revisions.ts'
import type { DraftFinding, PublishDraft } from '../../shared/api/drafts.ts'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { createIssueId } from '../../shared/format/id.ts'
import type { PreparedIssue } from '../importing/prepared-issue.ts'
import type { IssueText, PreparedCorrection } from '../revising/revising.ts'
import { textThread } from '../texts/text-thread.ts'
import type { DraftFolder } from './draft-folder.ts'
import { prepareDraft } from './prepare-draft.ts'
import type { StoredDraft, StoredPublication } from './stored-draft.ts'

/** The time in which a publication can be taken back: long enough to see what one has overlooked. */
const HOLD_MS = 60_000
/** Later than this, the moment may have passed for which it was meant, so the author is asked. */
const LATE_MS = 10 * 60_000

export interface DraftTiming {
  /** How long a publication can be taken back. */
  holdMs?: number
  /** How much too late it still goes out without a question. */
  lateMs?: number
}

/** What publishing a draft needs of the writing side. */
export interface DraftPublisher {
  checkWriter (address: Address, options?: { mayBeLocked?: boolean }): Promise<void>
  hasIssue (address: Address, id: string): Promise<boolean>
  publishPrepared (address: Address, prepared: PreparedIssue, options: { id: string, dryRun: boolean }): Promise<Published>
}

/** What a draft that corrects an issue needs of it besides. */
export interface DraftReviser {
  text (address: Address, id: string): Promise<IssueText>
  /** True when a newer revision than `from` says what this text says. */
  hasCorrection (address: Address, id: string, prepared: PreparedIssue, from: number): Promise<boolean>
  correctPrepared (address: Address, id: string, prepared: PreparedIssue, correction: PreparedCorrection): Promise<Revised>
}

/** Decides when a draft goes out, and sends it out: one issue, however often it is tried. */
export class DraftPublishing {
  #publisher: DraftPublisher
  #reviser: DraftReviser
  #holdMs: number
  #lateMs: number

  constructor (publisher: DraftPublisher, reviser: DraftReviser, { holdMs = HOLD_MS, lateMs = LATE_MS }: DraftTiming) {
    this.#publisher = publisher
    this.#reviser = reviser
    this.#holdMs = holdMs
    this.#lateMs = lateMs
  }

  /** @throws AppError BAD_SOURCE with what stands against it, BAD_REQUEST for a time that has passed, NOT_WRITER, LOCKED */
  async plan (draft: StoredDraft, { at, ignore = [], change, note }: PublishDraft): Promise<StoredPublication> {
    if (draft.corrects && !change) throw new AppError('BAD_REQUEST', 'This draft corrects an issue. Say what kind of change it is: typo, correction or update.')
    if (!draft.corrects && (change || note)) throw new AppError('BAD_REQUEST', 'This draft becomes an issue of its own, so there is no change to tell of.')
    await this.#publisher.checkWriter(draft.newsletter)
    await checkStops(draft, ignore)
    const goesOutAt = at === undefined ? new Date(Date.now() + this.#holdMs) : new Date(at)
    if (Number.isNaN(goesOutAt.getTime())) throw new AppError('BAD_REQUEST', `${at} is not a time.`)
    if (at !== undefined && goesOutAt.getTime() <= Date.now()) throw new AppError('BAD_REQUEST', 'This time has passed. Choose a later one, or publish now.')
    return {
      state: at === undefined ? 'held' : 'scheduled',
      goesOutAt: goesOutAt.toISOString(),
      problem: null,
      issue: draft.corrects ? idOf(draft.corrects.issue) : createIssueId(goesOutAt),
      ignore,
      ...(change && { correction: { change, ...(note && { note }) } })
    }
  }

  /** Whether the keys by which this newsletter is written are locked now. */
  async isLocked (newsletter: Address): Promise<boolean> {
    return await this.#publisher.checkWriter(newsletter).then(() => false, (error: unknown) => isAppError(error) && error.code === 'LOCKED')
  }

  /** The ref of the issue that a draft has become or corrected, although nobody wrote that down; null when it can still be taken back. */
  async refOf (draft: StoredDraft, folder: DraftFolder): Promise<string | null> {
    const { newsletter, corrects, publication } = draft
    if (!publication) return null
    const isOut = corrects ? await this.#hasCorrected(draft, publication, corrects.revision, folder) : await this.#isIssue(newsletter, publication)
    return isOut ? `${publication.issue}@${newsletter}` : null
  }

  async #isIssue (newsletter: Address, { issue, goesOutAt }: StoredPublication): Promise<boolean> {
    try {
      return await this.#publisher.hasIssue(newsletter, issue)
    } catch (error) {
      // Before its time it is out only where the clock was set back: no reason to hold what can't be told.
      if (Date.parse(goesOutAt) > Date.now()) return false
      throw error
    }
  }

  /** False also where it can't be told: publishing it again finds out. */
  async #hasCorrected (draft: StoredDraft, { issue }: StoredPublication, from: number, folder: DraftFolder): Promise<boolean> {
    try {
      const { prepared } = await prepareDraft(draft, folder)
      return await this.#reviser.hasCorrection(draft.newsletter, issue, prepared, from)
    } catch {
      return false
    }
  }

  /** Publishes a draft that is due: gives its issue's ref, or why nothing went out. While the keys are locked, it waits, and says so. */
  async goOut (draft: StoredDraft, publication: StoredPublication, folder: DraftFolder): Promise<{ ref: string } | { publication: StoredPublication }> {
    const { newsletter } = draft
    try {
      const isOut = await this.refOf(draft, folder) !== null
      if (!isOut && Date.now() - Date.parse(publication.goesOutAt) > this.#lateMs) return { publication: { ...publication, state: 'missed' } }
      // It may have been written on since it was checked.
      if (!isOut) await checkStops(draft, publication.ignore)
      const { prepared } = await prepareDraft(draft, folder)
      const { corrects } = draft
      const { ref } = corrects && publication.correction
        ? await this.#reviser.correctPrepared(newsletter, publication.issue, prepared, { ...publication.correction, from: corrects.revision })
        : await this.#publisher.publishPrepared(newsletter, prepared, { id: publication.issue, dryRun: false })
      return { ref }
    } catch (error) {
      const ref = await this.refOf(draft, folder).catch(() => null) // what is wrong is told already
      // What failed after it was written has gone out nevertheless; only where the disk failed is it not safe yet.
      if (ref && (!isAppError(error) || error.code === 'DISK_FULL')) throw error
      if (ref) return { ref }
      const problem = { code: isAppError(error) ? error.code : 'INTERNAL', reason: messageOf(error) }
      return { publication: { ...publication, ...(problem.code !== 'LOCKED' && { state: 'failed' as const }), problem } }
    }
  }
}

function idOf (ref: string): string {
  return ref.slice(0, ref.indexOf('@'))
}

async function checkStops (draft: StoredDraft, ignore: DraftFinding['code'][]): Promise<void> {
  const { findings } = await textThread.run('checkDraft', draft)
  const stops = findings.filter(({ level, code }) => level === 'stop' && !ignore.includes(code))
  if (stops.length === 0) return
  const texts = [...new Set(stops.map(({ text }) => text))].slice(0, 5)
  throw new AppError('BAD_SOURCE', texts.join(' '))
}
