import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { daysLeft } from '../../../../shared/api/expiry.ts'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Reminds of writers whose time is nearly up: giving them more takes the words. */
@customElement('expiry-badge')
export class ExpiryBadge extends ConsoleElement {
  @property({ attribute: false }) newsletter!: Newsletter

  override render (): TemplateResult {
    const { writing } = this.phrases
    const { title, writers } = this.newsletter
    return html`${writers.map(writer => {
      const days = daysLeft(writer, Date.now())
      if (days === null) return nothing
      return html`<div class="trouble calm"><p><strong dir="auto">${title}</strong> ${writing.expiresSoon(writer.name || writer.id, days)} <code>colporteur writers change</code></p></div>`
    })}`
  }
}
