import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Beside a list while nothing is open. */
@customElement('nothing-open')
export class NothingOpen extends ConsoleElement {
  override render (): TemplateResult {
    const { reading } = this.phrases
    return html`
      <div class="nothing-open">
        <h2>${reading.nothingOpen}</h2>
        <p class="hint"><kbd>j</kbd> ${reading.openWith} <kbd>k</kbd> ${reading.openWithPrevious}</p>
      </div>
    `
  }
}
