import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ModalDialog } from '../elements/modal-dialog.ts'
import { type ConsoleParts, partsContext } from './console-parts.ts'

/** The keys that work on the page where it was asked for. */
@customElement('key-sheet')
export class KeySheet extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts

  protected override heading (): string {
    return this.phrases.shell.shortcuts
  }

  protected override content (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <table class="keys">
        <tbody>
          <tr><th scope="row"><kbd>Ctrl</kbd> <kbd>K</kbd></th><td>${shell.keyPalette}</td></tr>
          ${this.parts.keys.bindings.map(({ keys, label }) => html`
            <tr><th scope="row">${keys.split(' ').map((key, i) => html`${i > 0 ? ` ${shell.then} ` : ''}<kbd>${key}</kbd>`)}</th><td>${label}</td></tr>
          `)}
        </tbody>
      </table>
      ${this.parts.settings.values.letterKeys ? nothing : html`<p class="hint">${shell.letterKeysOff}</p>`}
      <div class="actions"><button @click=${() => this.close()}>${shell.close}</button></div>
    `
  }
}
