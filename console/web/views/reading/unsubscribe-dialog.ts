import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Ends a subscription, after asking what shall become of what is here. For what was kept once it only deletes. */
@customElement('unsubscribe-dialog')
export class UnsubscribeDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  newsletter!: Newsletter
  @state() private keep = true
  @state() private sizeBytes: number | null = null
  @state() private isWorking = false
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    void this.#measure()
  }

  protected override heading (): string {
    const { reading } = this.phrases
    const title = this.newsletter.title || reading.unknownTitle
    return this.#isUnsubscribed ? reading.deleteKeptTitle(title) : reading.unsubscribeTitle(title)
  }

  protected override content (): TemplateResult {
    const { reading, shell } = this.phrases
    const willDelete = this.#isUnsubscribed || !this.keep
    return html`
      ${this.#isUnsubscribed ? html`<p>${reading.deleteIssuesHint(this.sizeBytes)}</p>` : this.#choice()}
      <div role="status">${this.isWorking && willDelete ? html`<p class="meta">${reading.freeing}</p>` : nothing}</div>
      ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      <div class="actions">
        <button class=${willDelete ? 'danger' : 'primary'} ?disabled=${this.isWorking} @click=${() => void this.#end(!willDelete)}>${this.#isUnsubscribed ? reading.doDelete : reading.doUnsubscribe}</button>
        <button ?disabled=${this.isWorking} @click=${() => this.close()}>${shell.cancel}</button>
      </div>
    `
  }

  #choice (): TemplateResult {
    const { reading } = this.phrases
    const { ready } = this.newsletter.issues
    const option = (keep: boolean, label: string, hint: string): TemplateResult => html`
      <label class="option">
        <input type="radio" name="keep" .checked=${this.keep === keep} @change=${() => { this.keep = keep }}>
        <strong>${label}</strong><span class="hint">${hint}</span>
      </label>
    `
    return html`
      <fieldset>
        <legend>${reading.unsubscribeWhy}</legend>
        ${option(true, reading.keepIssues, reading.keepIssuesHint(ready, this.sizeBytes))}
        ${option(false, reading.deleteIssues, reading.deleteIssuesHint(this.sizeBytes))}
      </fieldset>
    `
  }

  get #isUnsubscribed (): boolean { return this.newsletter.role === 'unsubscribed' }

  async #measure (): Promise<void> {
    try {
      const { newsletters } = await this.parts.client.getStorage()
      this.sizeBytes = newsletters.find(({ newsletter }) => newsletter === this.newsletter.address)?.haveBytes ?? 0
    } catch {
      // It can be ended without knowing how much it takes.
    }
  }

  async #end (keep: boolean): Promise<void> {
    const { reading } = this.phrases
    const { client, notices, router } = this.parts
    this.isWorking = true
    this.failure = null
    try {
      const { kept, freedBytes } = await client.unsubscribe({ params: { newsletter: this.newsletter.address }, query: { keep } })
      notices.done(kept ? reading.unsubscribedKept : reading.unsubscribedFreed(freedBytes))
      this.close()
      if (!kept) router.go('/newsletters')
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
