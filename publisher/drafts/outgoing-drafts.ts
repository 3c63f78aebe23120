import type { Draft, DraftSummary, PublishDraft } from '../../shared/api/drafts.ts'
import { AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Log } from '../../shared/log.ts'
import type { DraftFolder } from './draft-folder.ts'
import type { DraftIndex } from './draft-index.ts'
import type { DraftPublishing } from './draft-publishing.ts'
import type { DraftShelf } from './draft-shelf.ts'
import { PublicationClock } from './publication-clock.ts'
import { type StoredDraft, type StoredPublication, waits, withoutProblem } from './stored-draft.ts'

const RETRY_MS = 60_000

export interface OutgoingDraftsParts {
  index: DraftIndex
  shelf: DraftShelf
  publishing: DraftPublishing
  log: Log
}

/** Lets drafts go out when they are due, and puts away what they were. */
export class OutgoingDrafts {
  #parts: OutgoingDraftsParts
  #clock = new PublicationClock(id => this.#due(id))

  constructor (parts: OutgoingDraftsParts) {
    this.#parts = parts
  }

  start (): void { this.#clock.start() }

  stop (): void { this.#clock.stop() }

  /** A draft is there, or says something else of when it goes out. */
  changed ({ id, publication }: DraftSummary): void {
    this.#clock.set(id, waits(publication) && !publication.problem ? Date.parse(publication.goesOutAt) : null)
  }

  removed (id: string): void { this.#clock.set(id, null) }

  /** What waited for keys that were locked is tried again: of one newsletter, or of all. */
  goOn (newsletter: Address | null): void {
    const isMeant = (draft: DraftSummary): boolean => newsletter === null || draft.newsletter === newsletter
    const waiting = this.#parts.index.summaries.filter(draft => isMeant(draft) && waits(draft.publication) && draft.publication.problem)
    for (const { id, publication } of waiting) this.#clock.set(id, Date.parse(publication!.goesOutAt))
  }

  /** @throws as {@link DraftPublishing.plan}; CONFLICT when it has gone out */
  async publish (id: string, request: PublishDraft): Promise<Draft> {
    return await this.#change(id, async draft =>
      draft.publication?.state === 'held' ? draft.publication : await this.#parts.publishing.plan(draft, request))
  }

  /** @throws AppError CONFLICT when it has gone out */
  async unpublish (id: string): Promise<Draft> {
    return await this.#change(id, async () => null)
  }

  async #change (id: string, change: (draft: StoredDraft) => Promise<StoredPublication | null>): Promise<Draft> {
    const { index, shelf, publishing } = this.#parts
    try {
      return await index.change(id, async (draft, folder) => {
        const ref = await publishing.refOf(draft, folder)
        if (ref) await this.#finish(draft, folder, ref)
        if (ref) throw new AppError('NOT_FOUND', 'It has become an issue.')
        const publication = await change(draft)
        if (publication === draft.publication) return draft
        // Who publishes a text has looked at it.
        const next = { ...publication ? withoutProblem(draft) : draft, publication }
        await folder.write(next)
        return next
      })
    } catch (error) {
      if (!await shelf.wasPublished(id)) throw error
      throw new AppError('CONFLICT', 'This draft has gone out already, and what readers have can not be taken back.', { cause: error })
    }
  }

  #due (id: string): void {
    this.#goOut(id).catch((error: unknown) => {
      if (isAppError(error) && error.code === 'NOT_FOUND') return // discarded meanwhile
      // As on a disk so full that not even the failure can be noted: it is not given up.
      this.#parts.log.error({ draft: id, error: messageOf(error) }, 'a draft could not go out')
      this.#clock.set(id, Date.now() + RETRY_MS)
    })
  }

  async #goOut (id: string): Promise<void> {
    const { index, publishing } = this.#parts
    const { newsletter, publication } = await index.change(id, async (draft, folder) => {
      if (!waits(draft.publication) || Date.parse(draft.publication.goesOutAt) > Date.now()) return draft
      const done = await publishing.goOut(draft, draft.publication, folder)
      if ('ref' in done) await this.#finish(draft, folder, done.ref)
      else await folder.write({ ...draft, ...done })
      return 'ref' in done ? draft : { ...draft, ...done }
    })
    // Whoever unlocked the keys before it was noted that it waits for them has not let it go on.
    if (waits(publication) && publication.problem?.code === 'LOCKED' && !await publishing.isLocked(newsletter)) this.goOn(newsletter)
  }

  async #finish (draft: StoredDraft, folder: DraftFolder, ref: string): Promise<void> {
    // Where it goes says that it is out; what it became is good to know, but not on a full disk.
    await folder.write({ ...draft, publication: null, published: { ref, at: new Date().toISOString() } })
      .catch((error: unknown) => this.#parts.log.warn({ draft: draft.id, error: messageOf(error) }, 'not written down what a draft became'))
    await this.#parts.index.archive(draft.id, ref)
  }
}
