import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from '../elements/console-element.ts'

/** What a person sees whom the node does not know, and how they get in. */
@customElement('signed-out')
export class SignedOut extends ConsoleElement {
  /** What the node said against the address that was opened. */
  @property() refused: string | null = null

  override render (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <main class="page">
        <header class="masthead"><h1>${shell.signedOutTitle}</h1></header>
        ${this.refused === null ? nothing : html`<p class="error" role="alert">${this.refused}</p>`}
        <p>${shell.signedOutWhy}</p>
        <p><code>colporteur start</code></p>
        <p>${shell.signedOutHow}</p>
      </main>
    `
  }
}
