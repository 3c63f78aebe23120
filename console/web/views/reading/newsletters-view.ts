import { html, type TemplateResult } from 'lit'
import { customElement, query } from 'lit/decorators.js'
import { ConsoleView } from '../console-view.ts'
import './reading.css'

/** What is followed here, and how to follow more. */
@customElement('newsletters-view')
export class NewslettersView extends ConsoleView {
  @query('#address') private address!: HTMLInputElement

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'newsletterChanged', 'newsletterRemoved', 'subscriptionProgressed'] as const) this.follow(name, () => this.requestUpdate())
  }

  override render (): TemplateResult {
    const { shell, reading } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${shell.newsletters}</h1></header>
        <form @submit=${this.#subscribe}>
          <label for="address">${reading.addressLabel}</label>
          <div class="row">
            <input type="text" id="address" required placeholder="colporteur://…" autocomplete="off" spellcheck="false">
            <button class="primary">${reading.subscribe}</button>
          </div>
        </form>
        <ul class="list">
          ${[...this.parts.live.newsletters.values()].map(({ title, link }) => html`
            <li><h3 dir="auto">${title || link}</h3><code>${link}</code></li>
          `)}
        </ul>
      </div>
    `
  }

  #subscribe = async (event: Event): Promise<void> => {
    event.preventDefault()
    await this.attempt(async () => {
      await this.parts.client.subscribe({ body: { address: this.address.value } })
      this.address.value = ''
      this.parts.notices.done(this.phrases.reading.subscribed)
    })
  }
}
