import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'

/** The words that stand for a newsletter's address, and what to do with them. They are English ones whatever the page speaks. */
@customElement('check-words')
export class CheckWords extends ConsoleElement {
  @property() words = ''
  /** To the one who writes it: tell them. Otherwise: compare them. */
  @property({ type: Boolean }) own = false

  override render (): TemplateResult {
    const { trust } = this.phrases
    return html`
      <p class="check-words" role="status">${trust.checkWords}: <code lang="en" dir="ltr" translate="no">${this.words}</code></p>
      <p class="hint">${this.own ? trust.tellHint : trust.compareHint}</p>
    `
  }
}
