import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Above the text of an issue of which not all is here. Emits `get`. */
@customElement('issue-rest')
export class IssueRest extends ConsoleElement {
  @property({ attribute: false }) issue!: Issue

  override render (): TemplateResult {
    const { reading, holding } = this.phrases
    const { haveParts, haveBytes, wantedParts, wantedBytes, sizeBytes } = this.issue
    const isComing = wantedBytes > haveBytes
    const words = reading.parts(haveParts, wantedParts, wantedBytes - haveBytes)
    return html`
      <div class="unready">
        <p role="status">${haveParts > 1 ? holding.picturesNote : holding.partialNote} ${isComing ? `${holding.restComing} ${words}` : holding.getSize(sizeBytes - haveBytes)}</p>
        ${isComing
          ? html`<progress max=${wantedBytes} .value=${haveBytes} aria-label=${words}></progress>`
          : html`<div class="actions"><button @click=${() => this.emit('get')}>${holding.getRest}</button></div>`}
      </div>
    `
  }
}
