import type { Client } from '../../../../shared/api/client.ts'
import type { Draft, DraftSummary, DraftVersion, DraftVersionText } from '../../../../shared/api/drafts.ts'
import type { OpenedPage } from '../../../../shared/api/issues.ts'
import { isAppError } from '../../../../shared/errors.ts'
import type { SheetText } from '../../editor/draft-sheet.ts'
import { Autosave } from '../../editor/saving/autosave.ts'
import { KeptTexts } from '../../editor/saving/kept-texts.ts'
import { fileNamed } from '../../editor/pictures/picture-text.ts'
import { type HandedOver, handOver } from './hand-over.ts'

/** Passes are good for twelve hours. */
const PASS_MS = 6 * 60 * 60_000

/** A draft on which somebody writes: its text as it is saved, and its files. `change` when anything of it is another. */
export class DraftDesk extends EventTarget {
  readonly autosave: Autosave
  /** What was found in this browser when it was opened. */
  readonly handedOver: HandedOver[]
  /** What stands there when it is opened. */
  readonly start: SheetText
  /** Of the text, as the author has chosen it; null: the newsletter's. */
  language: string | null
  tags: string[]
  #client: Client
  #kept: KeptTexts
  #draft: Draft
  #pass: string
  #coming = new Set<string>()
  #isCalledRight = false
  #passTimer: ReturnType<typeof setInterval>

  private constructor (client: Client, kept: KeptTexts, draft: Draft, path: string, handedOver: HandedOver[], read: () => SheetText) {
    super()
    this.#client = client
    this.#kept = kept
    this.#draft = draft
    this.handedOver = handedOver.filter(({ kept }) => kept.draft === draft.id)
    // What the node could not take stays in the author's hands: it is written on, and saved as soon as that works.
    const waiting = this.handedOver.findLast(({ outcome }) => outcome === 'waiting')
    const start = waiting?.kept.text ?? draft
    this.start = start
    this.language = start.language
    this.tags = start.tags
    this.#pass = passOf(path)
    const params = { draft: draft.id }
    this.autosave = new Autosave({
      read: () => ({ ...read(), language: this.language, tags: this.tags }),
      save: async (text, baseVersion) => {
        const body = { baseVersion, ...text, ...(this.#isCalledRight && { isRight: true }) }
        return this.#take(await client.saveDraft({ params, body }))
      },
      keep: async (text, baseVersion) => {
        await kept.keep({ draft: draft.id, newsletter: draft.newsletter, baseVersion, text, at: Date.now() })
        // This window has it now.
        await waiting?.forget()
      },
      forget: async () => await kept.forget(draft.id),
      version: waiting?.kept.baseVersion ?? draft.version,
      savedAt: draft.savedAt
    })
    this.#passTimer = setInterval(() => void this.#renewPass(), PASS_MS)
  }

  /**
   * @param read gives the text as it is written now
   * @throws AppError NOT_FOUND
   */
  static async open (client: Client, id: string, read: () => SheetText): Promise<DraftDesk> {
    const kept = new KeptTexts()
    const handedOver = await handOver(client, kept, id)
    const draft = await client.getDraft({ params: { draft: id } })
    const { path } = await client.openDraft({ params: { draft: id } })
    kept.open()
    return new DraftDesk(client, kept, draft, path, handedOver, read)
  }

  /** As the node has it. */
  get draft (): Draft { return this.#draft }

  /** Saves what is left to save. */
  async close (): Promise<void> {
    clearInterval(this.#passTimer)
    await this.autosave.close()
    this.#kept.close()
  }

  /** Where a browser gets a picture that the text names; null when it is none of the draft's files. */
  sourceOf = (target: string): string | null => {
    const name = fileNamed(target)
    const file = this.#draft.files.find(candidate => candidate.name === name)
    if (!file?.type.startsWith('image/')) return null
    return `/preview/${this.#draft.id}/files/${encodeURIComponent(file.name)}?pass=${this.#pass}`
  }

  /** Of the text: they are saved with it. */
  describe ({ language, tags }: { language: string | null, tags: string[] }): void {
    this.language = language
    this.tags = tags
    this.autosave.changed()
    this.dispatchEvent(new Event('change'))
  }

  /** Of its files, also of those that are on their way: who takes none of them overwrites nothing. */
  get fileNames (): string[] {
    return [...this.#draft.files.map(({ name }) => name), ...this.#coming]
  }

  /** @throws AppError */
  async putFile (name: string, body: Blob): Promise<void> {
    this.#coming.add(name)
    try {
      this.#take(await this.#client.putDraftFile({ params: { draft: this.#draft.id, name }, body }))
    } finally {
      this.#coming.delete(name)
    }
  }

  async describeFile (name: string, alt: string): Promise<void> {
    this.#take(await this.#client.describeDraftFile({ params: { draft: this.#draft.id, name }, body: { alt } }))
  }

  async removeFile (name: string): Promise<void> {
    this.#take(await this.#client.removeDraftFile({ params: { draft: this.#draft.id, name } }))
  }

  /**
   * What the node tells of this draft. Gives the new text when another window has saved one, and nothing of this window
   * stands against it.
   */
  async heard (summary: DraftSummary): Promise<Draft | null> {
    const { saving, isSaved, version } = this.autosave
    const { problem } = summary
    const isDamaged = problem !== null && problem.reason !== this.#draft.problem?.reason
    // Told before what was saved meanwhile; or an older text has taken the place of one that can not be read any more.
    if (summary.version < this.#draft.version && !isDamaged) return null
    const isNewText = summary.version > version && isSaved && saving.state === 'saved'
    if (!isNewText) {
      this.#take({ ...this.#draft, ...summary })
      return null
    }
    return await this.reload()
  }

  /** The same as the node has it now; null also when it has the draft no more, which saving finds out. */
  async lookAgain (): Promise<Draft | null> {
    try {
      return await this.heard(await this.#client.getDraft({ params: { draft: this.#draft.id } }))
    } catch (error) {
      if (isAppError(error)) return null
      throw error
    }
  }

  /** The author calls the text right as it stands, whatever has changed the draft's file: that is said by saving it. */
  async callRight (): Promise<void> {
    this.#isCalledRight = true
    this.autosave.changed()
    await this.autosave.saveNow()
    this.#isCalledRight = false
  }

  /** The text that the node has takes the place of this one. */
  async reload (): Promise<Draft> {
    const draft = await this.#client.getDraft({ params: { draft: this.#draft.id } })
    this.language = draft.language
    this.tags = draft.tags
    this.autosave.replacedBy(draft.version, draft.savedAt)
    return this.#take(draft)
  }

  /** Newest first. */
  async versions (): Promise<DraftVersion[]> {
    return (await this.#client.listDraftVersions({ params: { draft: this.#draft.id } })).versions
  }

  async version (version: number): Promise<DraftVersionText> {
    return await this.#client.getDraftVersion({ params: { draft: this.#draft.id, version } })
  }

  /** Where a browser sees the draft as its readers will, as it is saved. */
  async preview (): Promise<OpenedPage> {
    return await this.#client.openDraft({ params: { draft: this.#draft.id } })
  }

  /** The text of a draft that is no more becomes another one. Gives its id. */
  async saveAsNew (): Promise<string> {
    const { id } = await this.#client.createDraft({ body: { newsletter: this.#draft.newsletter } })
    await this.#client.saveDraft({ params: { draft: id }, body: { baseVersion: 0, ...this.autosave.text } })
    await this.#kept.forget(this.#draft.id)
    return id
  }

  #take (draft: Draft): Draft {
    this.#draft = draft
    this.dispatchEvent(new Event('change'))
    return draft
  }

  async #renewPass (): Promise<void> {
    const { path } = await this.#client.openDraft({ params: { draft: this.#draft.id } }).catch(() => ({ path: '' }))
    if (path === '') return // tried again when it is due again; until then the pictures that are shown stay
    this.#pass = passOf(path)
    this.dispatchEvent(new Event('change'))
  }
}

function passOf (path: string): string {
  return new URL(path, location.origin).searchParams.get('pass') ?? ''
}
