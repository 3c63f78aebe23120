import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Subscription } from '../../../../shared/api/subscriptions.ts'
import { ConsoleView } from '../console-view.ts'

/** Into which folder a subscription is put. */
@customElement('folder-field')
export class FolderField extends ConsoleView {
  @property({ attribute: false }) subscription!: Subscription

  override render (): TemplateResult {
    const { holding } = this.phrases
    const folders = [...new Set([...this.parts.live.subscriptions.values()].map(({ folder }) => folder))].filter(folder => folder !== '').sort()
    return html`
      <label for="folder">${holding.folder}</label>
      <div class="row"><input id="folder" list="folders" maxlength="200" autocomplete="off" placeholder=${holding.noFolder} .value=${this.subscription.folder} @change=${this.#onChange}></div>
      <datalist id="folders">${folders.map(folder => html`<option value=${folder}></option>`)}</datalist>
    `
  }

  #onChange = ({ target }: Event): void => {
    const folder = (target as HTMLInputElement).value.trim()
    void this.attempt(async () => {
      await this.parts.client.changeSubscription({ params: { newsletter: this.subscription.newsletter }, body: { folder } })
      this.parts.notices.done(folder === '' ? this.phrases.holding.outOfFolder : this.phrases.holding.inFolder(folder))
    })
  }
}
