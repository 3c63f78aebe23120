import { html, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import type { WriterDetails } from '../../../../shared/api/writers.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Asks why a writer is retired, and what of it still counts. Emits `retire` with reason and last issue. */
@customElement('retire-dialog')
export class RetireDialog extends ModalDialog {
  @property({ attribute: false }) details!: WriterDetails
  /** Its newest issues. */
  @property({ attribute: false }) issues: Issue[] = []
  @query('textarea') private reason!: HTMLTextAreaElement
  @query('select') private last!: HTMLSelectElement

  protected override heading (): string {
    const { name, id } = this.details.writer
    return this.phrases.root.retireNamed(name || id)
  }

  protected override content (): TemplateResult {
    const { shell, root } = this.phrases
    return html`
      <p>${root.retireWhat}</p>
      <form @submit=${this.#retire}>
        <label for="retire-reason">${root.retireReason}</label>
        <textarea id="retire-reason" rows="2" required maxlength="500" dir="auto" autofocus></textarea>
        <label for="retire-last">${root.retireUpTo}</label>
        <select id="retire-last">
          <option value="">${root.retireAll}</option>
          ${this.issues.map(({ ref, title }) => html`<option value=${ref}>${root.retireAfter(title)}</option>`)}
        </select>
        <div class="actions">
          <button class="primary">${root.goOn}</button>
          <button type="button" @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #retire = (event: Event): void => {
    event.preventDefault()
    const detail = { reason: this.reason.value.trim(), ...(this.last.value && { lastIssue: this.last.value }) }
    this.close()
    this.emit('retire', detail)
  }
}
