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
  /** Returns when everything that was written is on the disk. */
  makeSafe (address: Address): Promise<void>
  publishPrepared (address: Address, prepared: PreparedIssue, options: { id: string, dryRun: boolean }): Promise<Published>
}

/** What a draft that corrects an issue needs of it besides. */
export interface DraftReviser {
  text (address: Address, id: string): Promise<IssueText>
  /** True when this text was written here as the revision after `from`; only where there is one, the text is asked for. Null: no issue can have it. */
  hasCorrection (address: Address, id: string, text: () => Promise<PreparedIssue | null>, from: number): Promise<boolean>
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

  /**
   * The ref of the issue that a draft has become or corrected, although nobody wrote that down: it is safe on the disk then.
   * Null when it can still be taken back.
   *
   * @throws AppError also where that can't be told
   */
  async refOf (draft: StoredDraft, folder: DraftFolder): Promise<string | null> {
    const { newsletter, publication } = draft
    if (!publication || !await this.#isOut(draft, publication, folder)) return null
    await this.#publisher.makeSafe(newsletter)
    return refOf(newsletter, publication)
  }

  async #isOut (draft: StoredDraft, publication: StoredPublication, folder: DraftFolder): Promise<boolean> {
    try {
      return draft.corrects
        ? await this.#hasCorrected(draft, publication, draft.corrects.revision, folder)
        : await this.#publisher.hasIssue(draft.newsletter, publication.issue)
    } catch (error) {
      // Before its time it is out only where the clock was set back: no reason to hold what can't be told.
      if (Date.parse(publication.goesOutAt) > Date.now()) return false
      throw error
    }
  }

  async #hasCorrected (draft: StoredDraft, { issue }: StoredPublication, from: number, folder: DraftFolder): Promise<boolean> {
    return await this.#reviser.hasCorrection(draft.newsletter, issue, async () => await textOrNull(draft, folder), from)
  }

  /** Publishes a draft that is due: gives its issue's ref, or why nothing went out. While the keys are locked, it waits, and says so. */
  async goOut (draft: StoredDraft, publication: StoredPublication, folder: DraftFolder): Promise<{ ref: string } | { publication: StoredPublication }> {
    const { newsletter } = draft
    try {
      const known = await this.refOf(draft, folder)
      if (known) return { ref: known }
      if (Date.now() - Date.parse(publication.goesOutAt) > this.#lateMs) return { publication: { ...publication, state: 'missed' } }
      // It may have been written on since it was checked.
      await checkStops(draft, publication.ignore)
      const { prepared } = await prepareDraft(draft, folder)
      const { corrects } = draft
      const { ref } = corrects && publication.correction
        ? await this.#reviser.correctPrepared(newsletter, publication.issue, prepared, { ...publication.correction, from: corrects.revision })
        : await this.#publisher.publishPrepared(newsletter, prepared, { id: publication.issue, dryRun: false })
      return { ref }
    } catch (error) {
      const isOut = await this.#isOut(draft, publication, folder).catch(() => false) // what is wrong is told already
      // What failed after it was written has gone out nevertheless; where the disk failed it is not safe yet.
      if (isOut && (!isAppError(error) || error.code === 'DISK_FULL')) throw error
      if (isOut) await this.#publisher.makeSafe(newsletter)
      if (isOut) return { ref: refOf(newsletter, publication) }
      const problem = { code: isAppError(error) ? error.code : 'INTERNAL', reason: messageOf(error) }
      return { publication: { ...publication, ...(problem.code !== 'LOCKED' && { state: 'failed' as const }), problem } }
    }
  }
}

/** Null: no issue can have this text. One that could not be read in time may be out all the same. */
async function textOrNull (draft: StoredDraft, folder: DraftFolder): Promise<PreparedIssue | null> {
  try {
    return (await prepareDraft(draft, folder)).prepared
  } catch (error) {
    if (isAppError(error) && ['BAD_SOURCE', 'BAD_NAME'].includes(error.code)) return null
    throw error
  }
}

function refOf (newsletter: Address, { issue }: StoredPublication): string {
  return `${issue}@${newsletter}`
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
