import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'

const SHOWN_MS = 2_000

/** Puts a text on the clipboard, and says whether that worked. */
@customElement('copy-button')
export class CopyButton extends ConsoleElement {
  @property() text = ''
  @property() label = ''
  @state() private outcome: 'copied' | 'failed' | null = null

  override render (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <button type="button" @click=${() => void this.#copy()}>${this.outcome === 'copied' ? shell.copied : this.label}</button>
      <span role="status" class=${this.outcome === 'failed' ? 'error' : 'visually-hidden'}>${this.outcome === null ? '' : this.outcome === 'copied' ? shell.copied : shell.copyFailed}</span>
    `
  }

  async #copy (): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text)
      this.outcome = 'copied'
      setTimeout(() => { this.outcome = null }, SHOWN_MS)
    } catch {
      this.outcome = 'failed' // not allowed, or not on loopback: the text stands there to be selected
    }
  }
}
