import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { isAppError } from '../../../../shared/errors.ts'
import type { DraftSheet, SheetText } from '../../editor/draft-sheet.ts'
import '../../editor/draft-sheet.ts'
import type { EditorRequest } from '../../editor/commands/keys.ts'
import type { TextEditorEvents } from '../../editor/text-editor.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './damage-note.ts'
import './desk-bar.ts'
import { DraftDesk } from './draft-desk.ts'
import { editorKeys } from './editor-keys.ts'
import type { Panel } from './draft-panels.ts'
import './draft-panels.ts'
import { FileIntake } from './file-intake.ts'
import { pickFiles } from '../../files/pick-files.ts'
import './publication-note.ts'
import type { TroubleChoice } from './saving-trouble.ts'
import './saving-trouble.ts'
import './writing.css'

/** The page on which an issue is written. What is typed is saved while it is typed. */
@customElement('draft-view')
export class DraftView extends ConsoleView {
  /** Id of the draft. */
  @property() draft = ''
  /** Line of the text to begin at, as the check before publishing names it; 0: none. */
  @property({ type: Number }) line = 0
  @state() private desk: DraftDesk | null = null
  @state() private failure: string | null = null
  @state() private panel: Panel | null = null
  @query('draft-sheet') private sheet!: DraftSheet
  #isLeft = false

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('draftChanged', summary => { if (summary.id === this.draft) void this.#heard(() => this.desk?.heard(summary)) })
    // What was saved in another window while the node could not tell.
    this.follow('state', () => { if (this.desk) void this.#heard(() => this.desk?.lookAgain()) })
    this.follow('draftRemoved', ({ draft, published }) => { if (draft === this.draft && published) this.parts.router.replace(`/published/${encodeURIComponent(published)}`) })
    this.follow('connectionChanged', ({ connected }) => { if (connected) void (this.desk ? this.desk.autosave.saveNow() : this.#open()) })
    this.bindKeys(editorKeys(this.phrases.writing, command => this.sheet?.editor.run(command), request => this.#ask(request)))
    document.addEventListener('visibilitychange', this.#onHide)
    addEventListener('pagehide', this.#onHide)
    void this.#open()
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.#isLeft = true
    document.removeEventListener('visibilitychange', this.#onHide)
    removeEventListener('pagehide', this.#onHide)
    void this.desk?.close()
  }

  override render (): TemplateResult {
    const { shell, writing } = this.phrases
    if (this.desk) return this.#room(this.desk)
    if (this.failure === null) return html`<div class="page"><p class="meta" role="status">${shell.loading}</p></div>`
    return html`
      <div class="page">
        <error-note .message=${this.failure} @retry=${() => void this.#open()}></error-note>
        <p><a href="#/drafts">${writing.toDrafts}</a></p>
      </div>
    `
  }

  #room (desk: DraftDesk): TemplateResult {
    const { draft, autosave } = desk
    const newsletter = this.parts.live.newsletters.get(draft.newsletter)
    return html`
      <div class="writing-desk" @panel=${({ detail }: CustomEvent<Panel>) => { this.panel = detail }} @publish=${() => void this.#publish()}
        @editor-request=${({ detail }: CustomEvent<EditorRequest>) => this.#ask(detail)} @text-changed=${() => autosave.changed()} @picture-opened=${this.#onPicture}
        @files-given=${({ detail: { files, at } }: CustomEvent<TextEditorEvents['files-given']>) => void this.#take(files, at)}
        @pictures-pasted=${this.#onPasted}>
        <h1 class="visually-hidden">${draft.title || this.phrases.writing.untitled}</h1>
        <desk-bar .newsletter=${draft.corrects ? this.phrases.revising.correcting(draft.title) : newsletter?.title ?? ''} .saving=${autosave.saving}></desk-bar>
        <saving-trouble .saving=${autosave.saving} @choice=${({ detail }: CustomEvent<TroubleChoice>) => void this.#onTrouble(detail)}></saving-trouble>
        ${draft.problem ? html`<damage-note .problem=${draft.problem} @compare=${() => { this.panel = 'versions' }} @is-right=${() => void desk.callRight()}></damage-note>` : nothing}
        ${draft.publication ? html`<publication-note .draft=${draft.id} .publication=${draft.publication} @take-back=${() => void this.#takeBack()}></publication-note>` : nothing}
        <draft-sheet .start=${desk.start} .language=${desk.language ?? newsletter?.language ?? ''} .sourceOf=${desk.sourceOf}></draft-sheet>
        ${this.panel === null ? nothing : html`<draft-panels .panel=${this.panel} .desk=${desk} .sheet=${this.sheet}
          @closed=${this.#onPanelClosed} @version-taken=${({ detail }: CustomEvent<SheetText>) => this.#onVersion(detail)}></draft-panels>`}
      </div>
    `
  }

  async #open (): Promise<void> {
    if (this.desk) return
    this.failure = null
    const { writing } = this.phrases
    try {
      const desk = await DraftDesk.open(this.parts.client, this.draft, () => this.sheet.value)
      if (this.#isLeft) return await desk.close()
      desk.addEventListener('change', () => {
        this.requestUpdate()
        this.sheet?.editor.tellPictures()
      })
      desk.autosave.addEventListener('change', () => this.requestUpdate())
      const outcomes = new Set(desk.handedOver.map(({ outcome }) => outcome))
      if (outcomes.has('saved')) this.parts.notices.done(writing.restored)
      if (outcomes.has('conflict')) this.parts.notices.done(writing.restoredBeside)
      this.desk = desk
      await this.updateComplete
      await this.sheet.updateComplete
      if (outcomes.has('waiting')) {
        desk.autosave.changed()
        void desk.autosave.saveNow()
      }
      if (this.line > 0) this.sheet.editor.goToLine(this.line)
    } catch (error) {
      this.failure = isAppError(error) && error.code === 'NOT_FOUND' ? writing.draftGone : failureInWords(error, this.phrases)
    }
  }

  /** The text of another window, or another version, comes in the place of this one. */
  async #heard (look: () => Promise<SheetText | null> | undefined): Promise<void> {
    const text = await this.attempt(async () => await look())
    if (!text) return
    this.sheet.show(text)
    this.parts.notices.done(this.phrases.writing.newerText)
  }

  #onHide = (): void => {
    if (document.visibilityState === 'visible') return
    void this.desk?.autosave.keepNow()
    void this.desk?.autosave.saveNow()
  }

  #ask (detail: EditorRequest): void {
    if (detail === 'save') void this.desk?.autosave.saveNow()
    else if (detail === 'leave') this.querySelector<HTMLElement>('desk-bar button.primary')?.focus()
    else if (detail === 'link' || detail === 'preview') this.panel = detail
    else if (detail !== 'attachment' && this.sheet.editor.pictureAtCursor) this.panel = { picture: this.sheet.editor.pictureAtCursor.target }
    else if (detail !== 'describe') void this.#pick(detail === 'picture' ? 'image/*' : '')
  }

  #onPicture = ({ detail: { target } }: CustomEvent<TextEditorEvents['picture-opened']>): void => {
    this.panel = { picture: target }
  }

  #onPanelClosed = (): void => {
    this.panel = null
  }

  /** An old text comes back as the newest: the one that stood here stays among the versions. */
  #onVersion (text: SheetText): void {
    this.sheet.show(text)
    this.desk?.autosave.changed()
    void this.desk?.autosave.saveNow()
  }

  #onPasted = ({ detail: { pictures, lost } }: CustomEvent<TextEditorEvents['pictures-pasted']>): void => {
    const { writing } = this.phrases
    if (lost > 0) this.parts.notices.done(writing.picturesLost(lost))
    void this.attempt(async () => await new FileIntake(this.desk!, this.sheet.editor, this.phrases).takePasted(pictures))
  }

  async #pick (accept: string): Promise<void> {
    await this.#take(await pickFiles(accept), null)
  }

  /** @param at null: where the cursor is */
  async #take (files: File[], at: number | null): Promise<void> {
    const { editor } = this.sheet
    const intake = new FileIntake(this.desk!, editor, this.phrases)
    const picture = await this.attempt(async () => await intake.take(files, at ?? editor.view.state.selection.main.head))
    if (picture) this.panel = { picture }
  }

  async #onTrouble (choice: TroubleChoice): Promise<void> {
    const { client, router } = this.parts
    const { autosave, draft } = this.desk!
    await this.attempt(async () => {
      if (choice === 'retry') await autosave.saveNow()
      else if (choice === 'compare') this.panel = 'versions'
      else if (choice === 'mine') await autosave.goOnFrom((await client.getDraft({ params: { draft: draft.id } })).version)
      else if (choice === 'theirs') this.sheet.show(await this.desk!.reload())
      else router.go(`/drafts/${await this.desk!.saveAsNew()}`)
    })
  }

  async #takeBack (): Promise<void> {
    await this.attempt(async () => await this.parts.client.unpublishDraft({ params: { draft: this.draft } }))
  }

  async #publish (): Promise<void> {
    await this.desk?.autosave.saveNow()
    if (this.desk?.autosave.isSaved) this.parts.router.go(`/drafts/${this.draft}/publish`)
  }
}
