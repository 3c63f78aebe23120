import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'

/** What could not be fetched, and a way to try again: emits `retry`. */
@customElement('error-note')
export class ErrorNote extends ConsoleElement {
  @property() message = ''

  override render (): TemplateResult {
    return html`<p class="error" role="alert">${this.message}</p><button @click=${() => this.emit('retry')}>${this.phrases.shell.tryAgain}</button>`
  }
}
