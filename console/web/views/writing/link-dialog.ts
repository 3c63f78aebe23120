import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import type { LinkInText } from '../../editor/commands/links.ts'
import type { TextEditor } from '../../editor/text-editor.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Asks where a link leads, and for its words. */
@customElement('link-dialog')
export class LinkDialog extends ModalDialog {
  @property({ attribute: false }) editor!: TextEditor
  @query('#link-target') private targetField!: HTMLInputElement
  @query('#link-words') private wordsField!: HTMLInputElement
  #link: LinkInText | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    this.#link = this.editor.link
  }

  protected override heading (): string {
    return this.phrases.writing.link
  }

  protected override content (): TemplateResult {
    const { writing, shell } = this.phrases
    const { words, target } = this.#link!
    return html`
      <form @submit=${this.#save}>
        <label for="link-target">${writing.linkTarget}</label>
        <input id="link-target" type="text" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://…" .value=${target} autofocus>
        <label for="link-words">${writing.linkWords}</label>
        <input id="link-words" type="text" .value=${words}>
        <div class="actions">
          <button class="primary">${writing.done}</button>
          ${target === '' ? nothing : html`<button type="button" @click=${() => this.#set('')}>${writing.unlink}</button>`}
          <button type="button" class="quiet" @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #save = (event: Event): void => {
    event.preventDefault()
    this.#set(this.targetField.value)
  }

  #set (target: string): void {
    const words = this.wordsField.value
    this.close()
    if (target.trim() !== '' || this.#link!.target !== '') this.editor.setLink(this.#link!, words, target)
    else this.editor.focus()
  }
}
