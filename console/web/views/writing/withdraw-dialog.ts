import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Asks for the reason before an issue is retracted or erased, which nobody can undo. */
@customElement('withdraw-dialog')
export class WithdrawDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  @property({ attribute: false }) issue!: Issue
  /** Whether its bytes go, too. */
  @property({ type: Boolean }) erases = false
  @state() private failure: string | null = null
  @state() private isWorking = false
  @query('textarea') private field!: HTMLTextAreaElement

  protected override heading (): string {
    const { revising } = this.phrases
    return this.erases ? revising.eraseTitle(this.issue.title) : revising.retractTitle(this.issue.title)
  }

  protected override content (): TemplateResult {
    const { revising, shell } = this.phrases
    return html`
      <p>${this.erases ? revising.eraseWhat : revising.retractWhat}</p>
      <form @submit=${this.#withdraw}>
        <label for="withdraw-reason">${revising.reason}</label>
        <textarea id="withdraw-reason" rows="3" required maxlength="5000" dir="auto" autofocus></textarea>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions">
          <button class="danger" ?disabled=${this.isWorking}>${this.erases ? revising.eraseNow : revising.retractNow}</button>
          <button type="button" @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #withdraw = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { revising, formats } = this.phrases
    const { client, notices } = this.parts
    const order = { params: { issue: this.issue.ref }, body: { note: this.field.value.trim() } }
    this.isWorking = true
    this.failure = null
    try {
      if (this.erases) notices.done(revising.erased(formats.bytes((await client.eraseIssue(order)).freedBytes)))
      else {
        await client.retractIssue(order)
        notices.done(revising.retracted)
      }
      this.close()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
