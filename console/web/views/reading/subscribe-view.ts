import { html, nothing, type TemplateResult } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import type { Subscription } from '../../../../shared/api/subscriptions.ts'
import '../../elements/check-words.ts'
import { failureInWords, problemInWords } from '../../elements/failure-in-words.ts'
import '../../elements/look-alike-note.ts'
import { isReadable } from '../../elements/state-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './newsletters.css'

/** People paste the whole mail that had it. */
const ADDRESS = /colporteur:\/\/[a-z0-9]+(?:#[\w-]+)?/i
/** What is no whole address has no words yet. A reading key is nobody's business. */
const WHOLE = /^(?:colporteur:\/\/)?(?:[ybndrfg8ejkmcpqxot1uwisza345h769]{52}|[0-9a-f]{64})(?=\/?(?:#.*)?$)/i

/** From an address that was pasted to the newest issue, which opens as soon as it is here. */
@customElement('subscribe-view')
export class SubscribeView extends ConsoleView {
  /** Of the newsletter that comes; null before there is one. */
  @state() private newsletter: string | null = null
  /** Check words of the address in the field; '' while there is none. */
  @state() private words = ''
  @state() private failure: string | null = null
  @state() private isAsking = false
  @query('#address') private address!: HTMLInputElement | null
  @query('#announce') private announce!: HTMLInputElement | null
  /** The address whose words were asked for last. */
  #asked: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'subscriptionProgressed', 'newsletterChanged'] as const) this.follow(name, () => this.requestUpdate())
    this.follow('issueChanged', issue => { if (issue.newsletter === this.newsletter && isReadable(issue)) void this.#openNewest() })
    this.follow('state', () => void this.#openNewest())
  }

  override firstUpdated (): void {
    void this.#askWords() // of an address that came with a link
  }

  override render (): TemplateResult {
    const { shell, reading } = this.phrases
    const subscription = this.newsletter === null ? undefined : this.parts.live.subscriptions.get(this.newsletter)
    return html`
      <div class="page">
        <header class="masthead"><h1 dir="auto">${subscription?.title || reading.subscribeTitle}</h1></header>
        ${this.newsletter === null ? this.#form() : subscription ? this.#progress(subscription) : html`<p class="meta" role="status">${shell.loading}</p>`}
      </div>
    `
  }

  #form (): TemplateResult {
    const { reading } = this.phrases
    return html`
      <form @submit=${this.#onSubmit}>
        <label for="address">${reading.addressLabel}</label>
        <div class="row">
          <input type="text" id="address" required autofocus @input=${() => void this.#askWords()} placeholder="colporteur://…" autocomplete="off" autocapitalize="off" spellcheck="false"
            aria-describedby="address-hint" aria-invalid=${this.failure !== null} .value=${this.parts.router.query.get('address') ?? ''}>
          <button class="primary" ?disabled=${this.isAsking}>${reading.subscribe}</button>
        </div>
        <p class="hint" id="address-hint">${reading.addressHint}</p>
        ${this.words === '' ? nothing : html`<check-words .words=${this.words}></check-words>`}
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <label class="check"><input type="checkbox" id="announce" checked aria-describedby="announce-hint"> ${reading.announce}</label>
        <p class="hint" id="announce-hint">${reading.announceHint}</p>
      </form>
    `
  }

  #progress ({ newsletter, title, checkWords, looksLike, progress }: Subscription): TemplateResult {
    const { reading, trust } = this.phrases
    const { state, peers, issues, arriving, problem } = progress
    if (problem) return html`<div class="refused" role="alert"><h2>${reading.refusedTitle}</h2><p>${problemInWords(problem, this.phrases)}</p></div>`
    const isFound = peers > 0 || title !== ''
    const isEmpty = state === 'upToDate' && issues.known === 0
    const words = arriving ? `${reading.arriving(arriving.title)}: ${reading.parts(arriving.haveParts, arriving.parts, arriving.sizeBytes - arriving.haveBytes)}` : ''
    return html`
      ${looksLike ? html`<look-alike-note .looksLike=${looksLike} .checkWords=${checkWords}></look-alike-note>` : html`<check-words .words=${checkWords}></check-words>`}
      <div role="status"><ol class="steps">
        <li class=${isFound ? 'done' : 'now'}>${reading.stepFind}${isFound ? `: ${reading.foundPeers(peers)}` : nothing}</li>
        <li class=${title === '' ? isFound ? 'now' : '' : 'done'}>${reading.stepTitle}${title === '' ? nothing : html`: <bdi>${title}</bdi>`}</li>
        <li class=${isEmpty ? 'done' : title === '' ? '' : 'now'}>${isEmpty ? reading.noIssueYet : html`${reading.stepNewest}${words && html`: <bdi>${words}</bdi>`}`}
          ${arriving ? html`<progress max=${arriving.sizeBytes} .value=${arriving.haveBytes} aria-label=${words}></progress>` : nothing}</li>
      </ol></div>
      <p class="hint">${peers === 0 && !isEmpty ? reading.aloneHint : reading.waitHint}</p>
      <div class="actions">
        ${looksLike ? html`<a class="button" href="#/newsletters/${newsletter}">${trust.openAnyway}</a>` : nothing}
        <a class="button" href="#/inbox">${reading.toInbox}</a>
      </div>
    `
  }

  get #pasted (): string {
    const pasted = this.address?.value.trim() ?? ''
    return ADDRESS.exec(pasted)?.[0] ?? pasted
  }

  async #askWords (): Promise<void> {
    const address = WHOLE.exec(this.#pasted)?.[0] ?? null
    if (address === this.#asked) return
    this.#asked = address
    this.words = ''
    if (address === null) return
    try {
      const { checkWords } = await this.parts.client.getCheckWords({ params: { address } })
      if (this.#asked === address) this.words = checkWords
    } catch {
      // What is wrong with it is said when it is subscribed to.
    }
  }

  #onSubmit = async (event: Event): Promise<void> => {
    event.preventDefault()
    this.isAsking = true
    this.failure = null
    try {
      const body = { address: this.#pasted, ...(!this.announce!.checked && { announce: false }) }
      const subscription = await this.parts.client.subscribe({ body })
      this.parts.live.subscriptions.set(subscription.newsletter, subscription)
      this.newsletter = subscription.newsletter
      await this.#openNewest()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isAsking = false
  }

  /** The newest issue goes first, so what is first in the list and ready is what the person came for. */
  async #openNewest (): Promise<void> {
    const { newsletter } = this
    if (newsletter === null) return
    await this.attempt(async () => {
      const { issues: [newest] } = await this.parts.client.getInbox({ query: { newsletter, limit: 1 } })
      if (!newest || !isReadable(newest)) return
      const subscription = await this.parts.client.getSubscription({ params: { newsletter } })
      if (!this.isConnected) return
      // Which of two that are called alike it is, the person sees first.
      if (subscription.looksLike) {
        this.parts.live.subscriptions.set(newsletter, subscription)
        return this.requestUpdate()
      }
      this.parts.notices.done(this.phrases.reading.subscribed(newest.newsletterTitle))
      this.parts.router.replace(`/newsletters/${newsletter}/issues/${encodeURIComponent(newest.ref)}`)
    })
  }
}
