import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Locks the keys of a newsletter: asks for a new passphrase, twice. */
@customElement('lock-dialog')
export class LockDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  @property({ attribute: false }) newsletter!: Newsletter
  @state() private isWorking = false
  @state() private failure: string | null = null
  @query('#lock-passphrase') private passphraseField!: HTMLInputElement
  @query('#lock-again') private againField!: HTMLInputElement

  protected override heading (): string {
    return this.phrases.locks.lockTitle(this.newsletter.title)
  }

  protected override content (): TemplateResult {
    const { locks, shell } = this.phrases
    return html`
      <form @submit=${this.#lock}>
        <p>${locks.lockWhat}</p>
        <label for="lock-passphrase">${locks.passphrase}</label>
        <input id="lock-passphrase" type="password" autofocus required minlength="10" maxlength="1000" autocomplete="new-password" aria-describedby="lock-passphrase-hint">
        <p class="hint" id="lock-passphrase-hint">${locks.passphraseHint}</p>
        <label for="lock-again">${locks.again}</label>
        <input id="lock-again" type="password" required maxlength="1000" autocomplete="new-password">
        <div role="status">${this.isWorking ? html`<p class="meta">${locks.working}</p>` : nothing}</div>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions">
          <button class="primary" ?disabled=${this.isWorking}>${locks.lockNow}</button>
          <button type="button" ?disabled=${this.isWorking} @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #lock = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { locks } = this.phrases
    const { address, title } = this.newsletter
    const passphrase = this.passphraseField.value
    if (passphrase !== this.againField.value) {
      this.failure = locks.differs
      this.againField.focus()
      return
    }
    this.isWorking = true
    this.failure = null
    try {
      await this.parts.client.lockKeys({ body: { newsletters: [address], passphrase } })
      this.parts.notices.done(locks.done.locked(title))
      this.close()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
