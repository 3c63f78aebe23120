import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { DraftFile } from '../../../../shared/api/drafts.ts'
import { fileNamed } from '../../editor/pictures/picture-text.ts'
import type { TextEditor } from '../../editor/text-editor.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import '../../elements/language-field.ts'
import type { LanguageField } from '../../elements/language-field.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'
import type { DraftDesk } from './draft-desk.ts'

/** What goes along with a text: its language, its tags, its pictures and attachments. */
@customElement('details-dialog')
export class DetailsDialog extends ModalDialog {
  @property({ attribute: false }) desk!: DraftDesk
  @property({ attribute: false }) editor!: TextEditor
  @state() private failure: string | null = null
  @query('language-field') private languageField!: LanguageField
  @query('#draft-tags') private tagsField!: HTMLInputElement

  protected override heading (): string {
    return this.phrases.writing.details
  }

  protected override content (): TemplateResult {
    const { writing } = this.phrases
    const { language, tags, draft } = this.desk
    return html`
      <form @submit=${this.#save}>
        <language-field .label=${writing.language} .value=${language ?? ''} .none=${writing.languageOfNewsletter}></language-field>
        <label for="draft-tags">${writing.tags}</label>
        <input id="draft-tags" type="text" aria-describedby="draft-tags-hint" .value=${tags.join(', ')}>
        <p class="hint" id="draft-tags-hint">${writing.tagsHint}</p>
        <h3>${writing.files}</h3>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        ${draft.files.length === 0 ? html`<p class="meta">${writing.noFiles}</p>` : html`<ul class="list files">${repeat(draft.files, ({ name }) => name, file => this.#file(file))}</ul>`}
        <div class="actions"><button class="primary">${writing.done}</button></div>
      </form>
    `
  }

  #file (file: DraftFile): TemplateResult {
    const { writing, formats } = this.phrases
    const inText = this.editor.pictures.find(({ target }) => fileNamed(target) === file.name)
    const isUsed = inText !== undefined || this.editor.value.includes(file.name)
    const source = this.desk.sourceOf(`files/${file.name}`)
    return html`
      <li>
        ${source === null ? html`<span class="file-mark" aria-hidden="true">${file.name.split('.').at(-1)}</span>` : html`<img src=${source} alt="">`}
        <div>
          <p class="file-name">${file.name}</p>
          <p class="meta">${formats.bytes(file.sizeBytes)}${isUsed ? '' : ` · ${writing.fileUnused}`}</p>
          ${source === null ? nothing : html`
            <label class="file-alt">${writing.alt}
              <input type="text" maxlength="2000" .value=${inText?.alt || file.alt} @change=${(event: Event) => void this.#describe(file, (event.target as HTMLInputElement).value)}>
            </label>
          `}
        </div>
        <button type="button" class="quiet" aria-label=${writing.removeFile(file.name)} @click=${() => void this.#remove(file)}>${writing.remove}</button>
      </li>
    `
  }

  async #describe ({ name }: DraftFile, alt: string): Promise<void> {
    for (const { target } of this.editor.pictures) if (fileNamed(target) === name) this.editor.changePicture(target, { alt })
    await this.#attempt(async () => await this.desk.describeFile(name, alt))
  }

  async #remove ({ name }: DraftFile): Promise<void> {
    await this.#attempt(async () => await this.desk.removeFile(name))
    this.requestUpdate()
  }

  #save = (event: Event): void => {
    event.preventDefault()
    const tags = this.tagsField.value.split(',').map(tag => tag.trim()).filter(tag => tag !== '')
    const language = this.languageField.code || null
    if (language !== this.desk.language || tags.join('\n') !== this.desk.tags.join('\n')) this.desk.describe({ language, tags })
    this.close()
  }

  async #attempt (work: () => Promise<void>): Promise<void> {
    this.failure = null
    try {
      await work()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }
}
