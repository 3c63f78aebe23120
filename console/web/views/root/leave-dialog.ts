import { html, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Asks before the keys of this device are erased. Emits `leave`. */
@customElement('leave-dialog')
export class LeaveDialog extends ModalDialog {
  protected override heading (): string {
    return this.phrases.root.leaveTitle
  }

  protected override content (): TemplateResult {
    const { shell, root } = this.phrases
    return html`
      <p>${root.leaveWhat}</p>
      <div class="actions">
        <button type="button" class="danger" @click=${this.#leave}>${root.leaveNow}</button>
        <button type="button" autofocus @click=${() => this.close()}>${shell.cancel}</button>
      </div>
    `
  }

  #leave = (): void => {
    this.close()
    this.emit('leave')
  }
}
