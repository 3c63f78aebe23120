import { html, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { endOfDay, localDay } from '../../../../shared/api/local-day.ts'
import type { WriterDetails } from '../../../../shared/api/writers.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Asks for another name or expiry of a writer. Emits `rename` with the name, and with the expiry where it is another. */
@customElement('writer-dialog')
export class WriterDialog extends ModalDialog {
  @property({ attribute: false }) details!: WriterDetails
  @query('#writer-name') private name!: HTMLInputElement
  @query('#writer-expires') private expires!: HTMLInputElement

  #isDayTouched = false

  protected override heading (): string {
    const { name, id } = this.details.writer
    return this.phrases.root.expiryNamed(name || id)
  }

  protected override content (): TemplateResult {
    const { shell, root } = this.phrases
    const { name, expires } = this.details.writer
    return html`
      <form @submit=${this.#rename}>
        <label for="writer-name">${root.nameField}</label>
        <input id="writer-name" type="text" required maxlength="200" autocomplete="off" dir="auto" .value=${name} autofocus>
        <label for="writer-expires">${root.expiresField}</label>
        <input id="writer-expires" type="date" .value=${localDay(expires)} @input=${() => { this.#isDayTouched = true }}>
        <div class="actions">
          <button class="primary">${root.goOn}</button>
          <button type="button" @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #rename = (event: Event): void => {
    event.preventDefault()
    const day = this.expires.value
    const expires = day === '' ? null : endOfDay(day)
    // Who changes the name alone leaves the very moment as it is. Who chooses its day again means all of that day.
    const isOther = this.#isDayTouched && expires !== this.details.writer.expires
    const detail = { name: this.name.value.trim(), ...(isOther && { expires }) }
    this.close()
    this.emit('rename', detail)
  }
}
