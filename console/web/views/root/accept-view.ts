import { html, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import '../../elements/copy-button.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './root.css'

/** Accepts an invitation to write: makes keys for this device, and a text to pass back. */
@customElement('accept-view')
export class AcceptView extends ConsoleView {
  @state() private acceptance: string | null = null
  @state() private failure: string | null = null
  @query('textarea') private field!: HTMLTextAreaElement

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'statusChanged'] as const) this.follow(name, () => this.requestUpdate())
  }

  override render (): TemplateResult {
    const { root } = this.phrases
    return html`
      <div class="page narrow">
        <header class="masthead"><h1>${root.accept}</h1></header>
        <p class="deck">${root.acceptDeck}</p>
        ${this.acceptance === null ? this.canSeal ? this.#form() : html`<p class="warning" role="status">${root.acceptNotNow}</p>` : this.#passBack(this.acceptance)}
      </div>
    `
  }

  #form (): TemplateResult {
    const { root } = this.phrases
    return html`
      <form @submit=${this.#accept}>
        <label for="invitation">${root.invitationField}</label>
        <textarea id="invitation" rows="3" required autocomplete="off" spellcheck="false" dir="ltr"></textarea>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions"><button class="primary">${root.acceptNow}</button></div>
      </form>
    `
  }

  #passBack (acceptance: string): TemplateResult {
    const { root, shell } = this.phrases
    return html`
      <p role="status">${root.acceptanceReady}</p>
      <p class="passed"><code>${acceptance}</code> <copy-button .text=${acceptance} .label=${shell.copy}></copy-button></p>
    `
  }

  #accept = async (event: Event): Promise<void> => {
    event.preventDefault()
    this.failure = null
    try {
      this.acceptance = (await this.parts.client.acceptInvitation({ body: { invitation: this.field.value.trim() } })).acceptance
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }
}
