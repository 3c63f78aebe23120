import { consume } from '@lit/context'
import { LitElement } from 'lit'
import { state } from 'lit/decorators.js'
import { phrasesContext } from '../app/console-parts.ts'
import type { Phrases } from '../messages/catalogue.ts'

/** An element of the console: shows what it is given and emits what a person wants. In light DOM, under the styles of the page. */
export class ConsoleElement extends LitElement {
  /** All text, in the person's language. */
  @consume({ context: phrasesContext, subscribe: true }) @state() protected phrases!: Phrases

  protected override createRenderRoot (): HTMLElement {
    return this
  }

  /** Tells those above. */
  protected emit (name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}
