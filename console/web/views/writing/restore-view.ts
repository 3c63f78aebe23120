import { html, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Restoration } from '../../../../shared/api/restoring.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './restored-newsletter.ts'
import './writing.css'

/** What is found changes while others come and answer. */
const LOOK_MS = 1_000

/** From the words of a lost machine to newsletters that this one writes. The words stay in this page alone. */
@customElement('restore-view')
export class RestoreView extends ConsoleView {
  @state() private restoration: Restoration | null = null
  @state() private words = ''
  @state() private failure: string | null = null
  @state() private isAsking = false
  @query('#restore-words') private wordsField!: HTMLTextAreaElement
  @query('#restore-address') private addressField!: HTMLInputElement
  #timer: ReturnType<typeof setInterval> | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'statusChanged'] as const) this.follow(name, () => this.requestUpdate())
    this.#timer = setInterval(() => { if (this.words !== '') void this.#look() }, LOOK_MS)
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    if (this.#timer) clearInterval(this.#timer)
    if (this.words !== '') void this.#stop()
  }

  override render (): TemplateResult {
    const { restoring } = this.phrases
    return html`
      <div class="page narrow">
        <header class="masthead"><h1>${restoring.title}</h1></header>
        ${this.canSeal ? this.words === '' ? this.#form() : this.#found() : html`<p class="warning" role="status">${restoring.notNow}</p>`}
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      </div>
    `
  }

  #form (): TemplateResult {
    const { restoring } = this.phrases
    return html`
      <p class="deck">${restoring.deck}</p>
      <form @submit=${this.#start} autocomplete="off">
        <label for="restore-words">${restoring.words}</label>
        <textarea id="restore-words" rows="4" required maxlength="2000" spellcheck="false" autocapitalize="none" autocomplete="off" autocorrect="off"
          aria-describedby="restore-words-hint" aria-invalid=${this.failure !== null}></textarea>
        <p class="hint" id="restore-words-hint">${restoring.wordsHint}</p>
        <label for="restore-address">${restoring.address} <span class="optional">${restoring.optional}</span></label>
        <input id="restore-address" type="text" maxlength="300" placeholder="colporteur://…" autocapitalize="none" spellcheck="false" aria-describedby="restore-address-hint">
        <p class="hint" id="restore-address-hint">${restoring.addressHint}</p>
        <div class="actions"><button class="primary" ?disabled=${this.isAsking}>${restoring.look}</button></div>
      </form>
    `
  }

  #found (): TemplateResult {
    const { restoring } = this.phrases
    const newsletters = this.restoration?.newsletters ?? []
    const isOver = newsletters.length > 0 && newsletters.every(({ state }) => state === 'restored' || state === 'refused')
    return html`
      ${newsletters.length > 0 ? nothing : html`<p class="deck" role="status">${restoring.looking} …</p><p>${restoring.lookingHint}</p>`}
      ${repeat(newsletters, ({ newsletter }) => newsletter, found => html`<restored-newsletter .found=${found} .words=${this.words}></restored-newsletter>`)}
      <div class="actions"><button class="quiet" @click=${() => void this.#stop()}>${isOver ? restoring.otherWords : restoring.stop}</button></div>
    `
  }

  #start = async (event: Event): Promise<void> => {
    event.preventDefault()
    this.isAsking = true
    this.failure = null
    const [words, address] = [this.wordsField.value.trim(), this.addressField.value.trim()]
    try {
      this.restoration = await this.parts.client.startRestoration({ body: { words, ...(address && { address }) } })
      this.words = words
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
      this.wordsField.focus()
    }
    this.isAsking = false
  }

  async #look (): Promise<void> {
    try {
      const { restoration } = await this.parts.client.getRestoration()
      if (this.words !== '') this.restoration = restoration
      this.failure = null
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  async #stop (): Promise<void> {
    this.words = ''
    this.restoration = null
    await this.attempt(() => this.parts.client.stopRestoration())
  }
}
