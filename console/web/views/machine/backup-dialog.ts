import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** Makes a backup in the home, which no page may name files outside of: asks for a passphrase, twice. */
@customElement('backup-dialog')
export class BackupDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  @state() private isWorking = false
  @state() private failure: string | null = null
  @query('#backup-passphrase') private passphraseField!: HTMLInputElement
  @query('#backup-again') private againField!: HTMLInputElement
  @query('#backup-writer') private writerField!: HTMLInputElement

  protected override heading (): string {
    return this.phrases.restoring.backupTitle
  }

  protected override content (): TemplateResult {
    const { restoring, shell } = this.phrases
    return html`
      <form @submit=${this.#make}>
        <p>${restoring.backupWhere}</p>
        <label for="backup-passphrase">${restoring.backupPassphrase}</label>
        <input id="backup-passphrase" type="password" autofocus required minlength="10" maxlength="1000" autocomplete="new-password" aria-describedby="backup-passphrase-hint">
        <p class="hint" id="backup-passphrase-hint">${restoring.backupPassphraseHint}</p>
        <label for="backup-again">${restoring.backupAgain}</label>
        <input id="backup-again" type="password" required maxlength="1000" autocomplete="new-password">
        <label class="check"><input id="backup-writer" type="checkbox" aria-describedby="backup-writer-hint"> ${restoring.withWriter}</label>
        <p class="hint" id="backup-writer-hint">${restoring.withWriterHint}</p>
        <div role="status">${this.isWorking ? html`<p class="meta">${restoring.backingUp}</p>` : nothing}</div>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions">
          <button class="primary" ?disabled=${this.isWorking}>${restoring.doBackup}</button>
          <button type="button" ?disabled=${this.isWorking} @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #make = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { restoring, formats } = this.phrases
    const passphrase = this.passphraseField.value
    if (passphrase !== this.againField.value) {
      this.failure = restoring.backupDiffers
      this.againField.focus()
      return
    }
    this.isWorking = true
    this.failure = null
    try {
      const { path, sizeBytes, wordsLeftOut } = await this.parts.client.makeBackup({ body: { passphrase, withWriter: this.writerField.checked } })
      this.parts.notices.done(restoring.backupMade(path, formats.bytes(sizeBytes)))
      for (const title of wordsLeftOut) this.parts.notices.failed(restoring.wordsLeftOut(title))
      this.close()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
