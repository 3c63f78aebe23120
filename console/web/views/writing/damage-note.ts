import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { DraftDamage } from '../../../../shared/api/drafts.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Says over a text that something else than the node has changed it. Emits `compare` and `is-right`. */
@customElement('damage-note')
export class DamageNote extends ConsoleElement {
  @property({ attribute: false }) problem!: DraftDamage

  override render (): TemplateResult {
    const { writing } = this.phrases
    return html`
      <div class="trouble" role="status">
        <p>${writing.changedElsewhere(this.problem)}</p>
        <button type="button" @click=${() => this.emit('compare')}>${writing.lookAtBoth}</button>
        <button type="button" @click=${() => this.emit('is-right')}>${writing.textIsRight}</button>
      </div>
    `
  }
}
