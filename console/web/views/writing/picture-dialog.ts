import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { fileNamed } from '../../editor/pictures/picture-text.ts'
import type { TextEditor } from '../../editor/text-editor.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'
import type { DraftDesk } from './draft-desk.ts'
import { FileIntake } from './file-intake.ts'
import { pickFiles } from '../../files/pick-files.ts'

/** Asks what a picture shows, for those who can not see it, and what stands below it. */
@customElement('picture-dialog')
export class PictureDialog extends ModalDialog {
  @property({ attribute: false }) desk!: DraftDesk
  @property({ attribute: false }) editor!: TextEditor
  /** As the text names it. */
  @property() target = ''
  @state() private failure: string | null = null
  @query('#picture-alt') private altField!: HTMLTextAreaElement
  @query('#picture-caption') private captionField!: HTMLInputElement

  protected override heading (): string {
    return this.phrases.writing.picturePick
  }

  protected override content (): TemplateResult {
    const { writing, shell } = this.phrases
    const picture = this.editor.pictures.find(({ target }) => target === this.target)
    const source = this.desk.sourceOf(this.target)
    const kept = this.desk.draft.files.find(({ name }) => name === fileNamed(this.target))?.alt
    return html`
      ${source === null ? nothing : html`<img class="picture-shown" src=${source} alt=${picture?.alt ?? ''}>`}
      ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      <form @submit=${this.#save}>
        <label for="picture-alt">${writing.alt}</label>
        <textarea id="picture-alt" rows="2" maxlength="2000" aria-describedby="picture-alt-hint" .value=${picture?.alt || kept || ''} autofocus @keydown=${this.#onKey}></textarea>
        <p class="hint" id="picture-alt-hint">${writing.altHint}</p>
        <label for="picture-caption">${writing.caption}</label>
        <input id="picture-caption" type="text" maxlength="1000" .value=${picture?.caption ?? ''}>
        <div class="actions">
          <button class="primary">${writing.done}</button>
          <button type="button" @click=${() => void this.#replace()}>${writing.replacePicture}</button>
          <button type="button" @click=${this.#takeOut}>${writing.takeOut}</button>
          <button type="button" class="quiet" @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  /** A description is one line, as the Markdown has it. */
  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    this.#save(event)
  }

  #save = (event: Event): void => {
    event.preventDefault()
    const [alt, caption] = [this.altField.value, this.captionField.value]
    this.editor.changePicture(this.target, { alt, caption })
    const name = fileNamed(this.target)
    // The file remembers it too, for where it is used without one.
    if (name !== null && this.desk.sourceOf(this.target) !== null) void this.desk.describeFile(name, alt).catch(() => {})
    this.close()
    this.editor.focus()
  }

  async #replace (): Promise<void> {
    const [file] = await pickFiles('image/*', false)
    if (!file) return
    this.failure = null
    try {
      this.target = await new FileIntake(this.desk, this.editor, this.phrases).replace(this.target, file)
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  #takeOut = (): void => {
    this.editor.changePicture(this.target, { target: '' })
    this.close()
    this.editor.focus()
  }
}
