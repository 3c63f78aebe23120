import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { IssueDetails, IssueNeighbour } from '../../../shared/api/issues.ts'
import { ConsoleElement } from './console-element.ts'
import { isReadable } from './state-in-words.ts'

/** Below the text of an issue: what can be done with it, and the issues beside it. Emits `save` and `mark`. */
@customElement('issue-foot')
export class IssueFoot extends ConsoleElement {
  @property({ attribute: false }) details!: IssueDetails
  /** Where issues beside it open: below this place. */
  @property() base = ''

  override render (): TemplateResult {
    const { reading } = this.phrases
    const { issue, older, newer } = this.details
    return html`
      <footer class="reader-foot">
        ${isReadable(issue)
          ? html`<div class="actions">
              <button class=${issue.saved ? '' : 'primary'} @click=${() => this.emit('save')}>${issue.saved ? reading.saved : reading.save}</button>
              <button @click=${() => this.emit('mark')}>${issue.read ? reading.markUnread : reading.markRead}</button>
            </div>`
          : nothing}
        <nav class="beside" aria-label=${issue.petName || issue.newsletterTitle}>${this.#beside(newer, reading.newerIssue)}${this.#beside(older, reading.olderIssue)}</nav>
      </footer>
    `
  }

  #beside (near: IssueNeighbour, label: string): TemplateResult | typeof nothing {
    return near
      ? html`<a href="#${this.base}/${encodeURIComponent(near.ref)}"><span class="meta">${label}</span> <span class="title" dir="auto">${near.title}</span></a>`
      : nothing
  }
}
