import type { Draft, DraftSummary } from '../../shared/api/drafts.ts'
import { AppError } from '../../shared/errors.ts'
import type { DraftFolder } from './draft-folder.ts'
import type { DraftShelf } from './draft-shelf.ts'
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
  #turns = new Map<string, Promise<unknown>>()

  constructor (shelf: DraftShelf, news: DraftNews) {
    this.#shelf = shelf
    this.#news = news
  }

  async open (): Promise<void> {
    for (const draft of await this.#shelf.open()) this.#know(draft)
  }

  get summaries (): DraftSummary[] { return [...this.#summaries.values()] }

  /** Returns when every order is carried out. */
  async settled (): Promise<void> {
    await Promise.allSettled(this.#turns.values())
  }

  /** @throws AppError NOT_FOUND */
  folder (id: string): DraftFolder {
    if (!this.#summaries.has(id)) throw new AppError('NOT_FOUND', 'There is no such draft: it was published or discarded.')
    return this.#shelf.folder(id)
  }

  /** @throws AppError NOT_FOUND */
  async read (id: string): Promise<StoredDraft> {
    const draft = await this.folder(id).read()
    if (!draft) throw new AppError('NOT_FOUND', 'The files of this draft are gone from the home folder.')
    return draft
  }

  async add (draft: StoredDraft): Promise<void> {
    await this.#shelf.add(draft)
    this.#know(draft)
  }

  /**
   * @param work writes what it gives; the same draft: nothing was changed
   * @throws AppError NOT_FOUND
   */
  async change (id: string, work: (draft: StoredDraft, folder: DraftFolder) => Promise<StoredDraft>): Promise<Draft> {
    return await this.inTurn(id, async (draft, folder) => {
      const next = await work(draft, folder)
      if (next !== draft) this.#know(next)
      return draftView(next)
    })
  }

  async inTurn<T> (id: string, work: (draft: StoredDraft, folder: DraftFolder) => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(async () => await work(await this.read(id), this.#shelf.folder(id)))
    const ended: Promise<unknown> = turn.catch(() => {}).then(() => { // told to whom it was for
      if (this.#turns.get(id) === ended) this.#turns.delete(id)
    })
    this.#turns.set(id, ended)
    return await turn
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
