import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Stays until the words of a newsletter are known to be written down. */
@customElement('words-badge')
export class WordsBadge extends ConsoleElement {
  @property({ attribute: false }) newsletter!: Newsletter

  override render (): TemplateResult {
    const { writing } = this.phrases
    const { title, address } = this.newsletter
    return html`
      <div class="trouble words-badge">
        <p><strong dir="auto">${title}</strong> ${writing.wordsUnconfirmed}</p>
        <a class="button" href="#/newsletters/${address}/words">${writing.writeWordsDown}</a>
      </div>
    `
  }
}
