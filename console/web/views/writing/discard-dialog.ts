import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Asks before a draft goes for good. Emits `discard`. */
@customElement('discard-dialog')
export class DiscardDialog extends ModalDialog {
  /** Of the draft. */
  @property() named = ''

  protected override heading (): string {
    const { writing } = this.phrases
    return writing.discardQuestion(this.named || writing.untitled)
  }

  protected override content (): TemplateResult {
    const { writing, shell } = this.phrases
    return html`
      <p>${writing.discardWhat}</p>
      <div class="actions">
        <button type="button" class="danger" @click=${this.#discard}>${writing.discard}</button>
        <button type="button" autofocus @click=${() => this.close()}>${shell.cancel}</button>
      </div>
    `
  }

  #discard = (): void => {
    this.close()
    this.emit('discard')
  }
}
