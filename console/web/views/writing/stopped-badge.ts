import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Stays while this device publishes nothing, so that nobody sees two histories of a newsletter. */
@customElement('stopped-badge')
export class StoppedBadge extends ConsoleElement {
  @property({ attribute: false }) newsletter!: Newsletter

  override render (): TemplateResult {
    const { writing } = this.phrases
    return html`
      <div class="trouble" role="alert">
        <p><strong dir="auto">${this.newsletter.title}</strong> ${writing.notWriting} <code>colporteur writers renew</code></p>
      </div>
    `
  }
}
