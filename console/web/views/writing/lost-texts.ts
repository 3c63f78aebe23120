import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from '../../elements/console-element.ts'
import type { HandedOver } from './hand-over.ts'

/** Texts that were typed in this browser, and whose drafts were published or discarded before they could be saved. Emits `keep-text` and `drop-text`. */
@customElement('lost-texts')
export class LostTexts extends ConsoleElement {
  @property({ attribute: false }) texts: HandedOver[] = []

  override render (): TemplateResult {
    const { writing, formats } = this.phrases
    return html`${this.texts.map(lost => {
      const { text: { title, markdown }, at } = lost.kept
      return html`
        <div class="trouble">
          <p>${writing.lostText(formats.moment(new Date(at).toISOString()))} <q dir="auto">${(title || markdown).slice(0, 120)}</q></p>
          <button type="button" @click=${() => this.emit('keep-text', lost)}>${writing.saveAsNew}</button>
          <button type="button" class="quiet" @click=${() => this.emit('drop-text', lost)}>${writing.discard}</button>
        </div>
      `
    })}`
  }
}
