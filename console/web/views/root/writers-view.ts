import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { RootChange } from '../../../../shared/api/root.ts'
import type { WriterDetails } from '../../../../shared/api/writers.ts'
import { isAppError } from '../../../../shared/errors.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './invite-writer.ts'
import './newsletter-state.ts'
import './root.css'

/** So many of a writer's issues can be named as its last one. */
const LAST_ISSUES = 50

/** Who may publish in a newsletter that is written here, and what needs its recovery words. */
@customElement('writers-view')
export class WritersView extends ConsoleView {
  /** Address. */
  @property() newsletter = ''
  @state() private writers: WriterDetails[] | null = null
  @state() private failure: string | null = null
  /** Its keys are sealed with a machine key that is not here. */
  @state() private isSealed = false

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => void this.#load())
    this.follow('newsletterChanged', ({ address }) => { if (address === this.newsletter) void this.#load() })
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell, root } = this.phrases
    const newsletter = this.parts.live.newsletters.get(this.newsletter)
    return html`
      <div class="page narrow" @admit=${({ detail }: CustomEvent<string>) => void this.#change({ kind: 'admit', acceptance: detail })}
        @root-change=${({ detail }: CustomEvent<RootChange>) => void this.#change(detail)}>
        <header class="masthead">
          <h1>${root.writersOf(newsletter?.title ?? '')}</h1>
          <a class="button quiet" href="#/newsletters/${this.newsletter}">${shell.newsletters}</a>
        </header>
        <p class="deck">${root.writersDeck}</p>
        ${this.#trouble()}
        ${this.writers === null
          ? this.failure === null && !this.isSealed ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing
          : html`<ul class="list writers">${this.writers.map(writer => this.#row(writer))}</ul>`}
        ${newsletter && !this.isSealed ? html`<invite-writer .newsletter=${this.newsletter}></invite-writer><newsletter-state .newsletter=${newsletter}></newsletter-state>` : nothing}
        ${this.isSealed ? nothing : this.#signing()}
      </div>
    `
  }

  #signing (): TemplateResult {
    const { root } = this.phrases
    return html`
      <section aria-labelledby="sign-other">
        <h2 id="sign-other">${root.signOther}</h2>
        <label for="proposal-file">${root.proposalFile}</label>
        <input id="proposal-file" type="file" accept=".json,application/json" @change=${this.#onProposal}>
      </section>
    `
  }

  #trouble (): TemplateResult | typeof nothing {
    if (this.isSealed) return html`<p class="warning" role="status">${this.phrases.locks.sealedAway}</p>`
    return this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`
  }

  #row (details: WriterDetails): TemplateResult {
    const { root, formats } = this.phrases
    const { writer: { id, name, signingKey, expires }, isHere, seal, issues, newestAt } = details
    const isLimited = expires && !seal
    const facts = [
      isHere && root.thisDevice, root.issues(issues), newestAt && root.newest(formats.day(newestAt)), isLimited && root.mayUntil(formats.day(expires))
    ]
    return html`
      <li>
        <h2 dir="auto">${name || id}</h2>
        <p class="meta">${facts.filter(Boolean).join(' · ')}</p>
        ${seal ? html`<p class="warning" dir="auto">${root.retiredOn(formats.day(seal.at), seal.reason)}</p>` : nothing}
        <p class="meta"><code>${signingKey}</code></p>
        ${seal ? nothing : html`<div class="actions">
          <button aria-label=${root.retireNamed(name || id)} @click=${() => void this.#retire(details)}>${root.retire}</button>
          <button class="quiet" aria-label=${root.expiryNamed(name || id)} @click=${() => void this.#rename(details)}>${root.expiry}</button>
          ${isHere ? html`<button class="quiet" @click=${() => void this.#leave()}>${root.leave}</button>` : nothing}
        </div>`}
      </li>
    `
  }

  async #retire (details: WriterDetails): Promise<void> {
    const { id: writer } = details.writer
    const page = await this.attempt(() => this.parts.client.listIssues({ params: { newsletter: this.newsletter }, query: { limit: LAST_ISSUES } }))
    await import('./retire-dialog.ts')
    this.#open('retire-dialog', { details, issues: page?.issues.filter(({ state }) => state !== 'notVerified') ?? [] }, {
      retire: (detail: { reason: string, lastIssue?: string }) => void this.#change({ kind: 'retire', writer, ...detail })
    })
  }

  async #rename (details: WriterDetails): Promise<void> {
    await import('./writer-dialog.ts')
    this.#open('writer-dialog', { details }, {
      rename: (detail: { name: string, expires?: string | null }) => void this.#change({ kind: 'writer', writer: details.writer.id, ...detail })
    })
  }

  async #leave (): Promise<void> {
    await import('./leave-dialog.ts')
    this.#open('leave-dialog', {}, { leave: () => void this.#left() })
  }

  async #left (): Promise<void> {
    const left = await this.attempt(() => this.parts.client.leaveNewsletter({ params: { newsletter: this.newsletter }, body: {} }))
    if (left) this.parts.notices.done(this.phrases.root.left)
    await this.#load()
  }

  async #change (change: RootChange): Promise<void> {
    await import('./root-change-dialog.ts')
    this.#open('root-change-dialog', { newsletter: this.newsletter, change }, { changed: () => void this.#load() })
  }

  #onProposal = async (event: Event): Promise<void> => {
    const input = event.target as HTMLInputElement
    const passed = await input.files?.[0]?.text()
    input.value = ''
    if (!passed) return
    await import('./root-change-dialog.ts')
    this.#open('root-change-dialog', { newsletter: this.newsletter, passed }, { changed: () => void this.#load() })
  }

  #open (name: string, properties: object, listeners: Record<string, (detail: never) => void>): void {
    const dialog = Object.assign(document.createElement(name), properties)
    dialog.addEventListener('closed', () => dialog.remove())
    for (const [event, listener] of Object.entries(listeners)) dialog.addEventListener(event, event => listener((event as CustomEvent<never>).detail))
    this.append(dialog)
  }

  async #load (): Promise<void> {
    try {
      this.writers = (await this.parts.client.listWriters({ params: { newsletter: this.newsletter } })).writers
      this.failure = null
      this.isSealed = false
    } catch (error) {
      this.isSealed = isAppError(error) && error.code === 'NO_MACHINE_KEY'
      this.failure = this.isSealed ? null : failureInWords(error, this.phrases)
    }
  }
}
