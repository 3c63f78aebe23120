import type { Draft, DraftSummary } from '../../shared/api/drafts.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { Turns } from '../../shared/turns.ts'
import type { DraftFolder } from './draft-folder.ts'
import type { DraftShelf } from './draft-shelf.ts'
import { ifUnreadable, type MendedDraft } from './mended-draft.ts'
import { draftSummary, draftView, type StoredDraft } from './stored-draft.ts'

interface DraftNews {
  changed: (draft: DraftSummary) => void
  removed: (id: string, published: string | null) => void
}

/** Which drafts there are, and one order at a time for each of them. */
export class DraftIndex {
  #shelf: DraftShelf
  #news: DraftNews
  #summaries = new Map<string, DraftSummary>()
  #turns = new Turns()

  constructor (shelf: DraftShelf, news: DraftNews) {
    this.#shelf = shelf
    this.#news = news
  }

  async open (): Promise<void> {
    for await (const draft of this.#shelf.open()) this.#know(draft)
  }

  get summaries (): DraftSummary[] { return [...this.#summaries.values()] }

  /** Returns when every order is carried out. */
  async settled (): Promise<void> {
    await this.#turns.settled()
  }

  /** @throws AppError NOT_FOUND */
  folder (id: string): DraftFolder {
    if (!this.#summaries.has(id)) throw new AppError('NOT_FOUND', 'There is no such draft: it was published or discarded.')
    return this.#shelf.folder(id)
  }

  /** @throws AppError NOT_FOUND */
  async read (id: string): Promise<StoredDraft> {
    const found = await this.folder(id).find().catch(ifUnreadable)
    return found && !isAppError(found) && found.check !== 'wrong' ? found.draft : await this.inTurn(id, async draft => draft)
  }

  /** Whoever calls it has its turn. */
  async #read (id: string): Promise<MendedDraft> {
    this.folder(id)
    const found = await this.#shelf.read(id)
    if (!found) throw new AppError('NOT_FOUND', 'The files of this draft are gone from the home folder.')
    // It was damaged while the node was on.
    if (found.draft.problem && found.draft.problem.reason !== this.#summaries.get(id)?.problem?.reason) this.#know(found.draft)
    return found
  }

  async add (draft: StoredDraft): Promise<void> {
    await this.#shelf.add(draft)
    this.#know(draft)
  }

  /** Moves the folder of a draft here; false: there is one with its id. */
  async adopt (from: string, draft: StoredDraft): Promise<boolean> {
    if (this.#summaries.has(draft.id) || await this.#shelf.wasPublished(draft.id)) return false
    await this.#shelf.adopt(from, draft)
    this.#know(draft)
    return true
  }

  /**
   * @param work writes what it gives; the same draft: nothing was changed
   * @throws AppError NOT_FOUND, DISK_FULL
   */
  async change (id: string, work: (draft: StoredDraft, folder: DraftFolder) => Promise<StoredDraft>): Promise<Draft> {
    return await this.inTurn(id, async (draft, folder, failure) => {
      // What was found is not put aside, and what is written would take its place.
      if (failure) throw failure
      const next = await work(draft, folder)
      if (next !== draft) this.#know(next)
      return draftView(next)
    })
  }

  /** @param work `failure`: see {@link MendedDraft} */
  async inTurn<T> (id: string, work: (draft: StoredDraft, folder: DraftFolder, failure: Error | null) => Promise<T>): Promise<T> {
    return await this.#turns.inTurn(id, async () => {
      const { draft, failure } = await this.#read(id)
      return await work(draft, this.#shelf.folder(id), failure)
    })
  }

  async discard (id: string): Promise<void> {
    await this.#shelf.discard(id)
    this.#forget(id, null)
  }

  /** Puts a draft away that became an issue. */
  async archive (id: string, ref: string): Promise<void> {
    await this.#shelf.archive(id)
    this.#forget(id, ref)
  }

  #know (draft: StoredDraft): void {
    const summary = draftSummary(draft)
    this.#summaries.set(draft.id, summary)
    this.#news.changed(summary)
  }

  #forget (id: string, published: string | null): void {
    this.#summaries.delete(id)
    this.#news.removed(id, published)
  }
}
