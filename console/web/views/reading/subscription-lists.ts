import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { OpmlTaken } from '../../../../shared/api/opml.ts'
import { pickFiles } from '../../files/pick-files.ts'
import { saveFile } from '../../files/save-file.ts'
import { ConsoleView } from '../console-view.ts'

const SHOWN = 20

/** The subscriptions as a file for other programs, and the lists of others taken over. */
@customElement('subscription-lists')
export class SubscriptionLists extends ConsoleView {
  @state() private taken: OpmlTaken | null = null

  override render (): TemplateResult {
    const { holding } = this.phrases
    return html`
      <h2 class="section">${holding.lists}</h2>
      <p class="hint">${holding.listsWhy}</p>
      <div class="actions">
        <button ?disabled=${this.parts.live.subscriptions.size === 0} @click=${() => void this.#save()}>${holding.saveList}</button>
        <button @click=${() => void this.#take()}>${holding.takeList}</button>
      </div>
      <div role="status">${this.taken ? this.#result(this.taken) : nothing}</div>
    `
  }

  #result ({ subscribed, already, others }: OpmlTaken): TemplateResult {
    const { holding, formats } = this.phrases
    return html`
      <p>${holding.listTaken(subscribed.length, already)}</p>
      ${others.length === 0 ? nothing : html`<p class="hint">${holding.listOthers(others.length)} <bdi>${formats.list(others.slice(0, SHOWN).map(({ title, url }) => title || url))}</bdi>${others.length > SHOWN ? ' …' : nothing}</p>`}
    `
  }

  async #save (): Promise<void> {
    await this.attempt(async () => saveFile('newsletters.opml', 'text/x-opml', (await this.parts.client.getOpml()).opml))
  }

  async #take (): Promise<void> {
    const [file] = await pickFiles('.opml,.xml,text/xml,text/x-opml', false)
    if (file) await this.attempt(async () => { this.taken = await this.parts.client.takeOpml({ body: { opml: await file.text() } }) })
  }
}
