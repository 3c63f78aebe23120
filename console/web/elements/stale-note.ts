import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Newsletter } from '../../../shared/api/newsletters.ts'
import { ConsoleElement } from './console-element.ts'
import { staleDays } from './stale-days.ts'

/** Says that it is long ago that everything of a newsletter was confirmed to be here, and what that may mean. */
@customElement('stale-note')
export class StaleNote extends ConsoleElement {
  @property({ attribute: false }) newsletter!: Newsletter

  override render (): TemplateResult | typeof nothing {
    const days = staleDays(this.newsletter)
    if (days === null) return nothing
    const { trust } = this.phrases
    return html`<p class="warning" role="status">${this.newsletter.confirmedAt === null ? trust.neverConfirmed(days) : trust.lastConfirmed(days)} ${this.newsletter.freshness.aheadAt === null ? trust.staleWhy : trust.clocksDiffer}</p>`
  }
}
