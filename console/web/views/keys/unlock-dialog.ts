import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Nothing longer is one. */
const KEY_FILE_BYTES = 1000

/** Asks for the passphrase of locked keys, or the key file, and unlocks them until the node ends, or for good. */
@customElement('unlock-dialog')
export class UnlockDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  @property({ attribute: false }) newsletter!: Newsletter
  /** They lie on the disk in the clear then. */
  @property({ type: Boolean }) forGood = false
  /** What was waiting for the keys. */
  @property({ attribute: false }) goOn: () => void = () => {}
  @state() private isWorking = false
  @state() private failure: string | null = null
  @state() private hasFile = false
  @query('#unlock-passphrase') private field!: HTMLInputElement
  @query('#unlock-file') private fileField!: HTMLInputElement

  protected override heading (): string {
    const { locks } = this.phrases
    return (this.forGood ? locks.takeAwayTitle : locks.unlockTitle)(this.newsletter.title)
  }

  protected override content (): TemplateResult {
    const { locks, shell } = this.phrases
    return html`
      <form @submit=${this.#unlock}>
        <p id="unlock-what" class=${this.forGood ? 'warning' : nothing}>${this.forGood ? locks.takeAwayWhat : locks.unlockWhat}</p>
        <label for="unlock-passphrase">${locks.passphrase}</label>
        <input id="unlock-passphrase" type="password" autofocus ?required=${!this.hasFile} maxlength="1000" autocomplete="current-password" aria-describedby="unlock-what">
        <label for="unlock-file">${locks.keyFile}</label>
        <input id="unlock-file" type="file" @change=${() => { this.hasFile = this.fileField.files!.length > 0 }}>
        <div role="status">${this.isWorking ? html`<p class="meta">${locks.working}</p>` : nothing}</div>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions">
          <button class="primary" ?disabled=${this.isWorking}>${this.forGood ? locks.takeAwayNow : locks.unlockNow}</button>
          <button type="button" ?disabled=${this.isWorking} @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #unlock = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { locks } = this.phrases
    const { address, title } = this.newsletter
    this.isWorking = true
    this.failure = null
    try {
      const [file] = this.fileField.files!
      const passphrase = file ? (await file.slice(0, KEY_FILE_BYTES).text()).trim() : this.field.value
      await this.parts.client.unlockKeys({ body: { newsletters: [address], passphrase, forGood: this.forGood } })
      this.parts.notices.done(locks.done[this.forGood ? 'plain' : 'unlocked'](title))
      this.close()
      this.goOn()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
      this.field.select()
    }
    this.isWorking = false
  }
}
