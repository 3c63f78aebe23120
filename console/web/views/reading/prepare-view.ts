import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Preparation } from '../../../../shared/api/preparing.ts'
import { problemInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'

/** What the node tells comes in bursts; a person sees numbers move no faster. */
const LOOK_MS = 500

/** Gets everything unread before somebody leaves the network, and says honestly what is not ready. */
@customElement('prepare-view')
export class PrepareView extends ConsoleView {
  @state() private preparation: Preparation | null = null
  @state() private isAsking = false
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'issueChanged', 'issuesMarked', 'subscriptionProgressed', 'newsletterRemoved', 'statusChanged'] as const) this.follow(name, () => this.#lookSoon())
    void this.#look()
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  override render (): TemplateResult {
    const { holding } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${holding.travel}</h1></header>
        <p>${holding.travelWhy}</p>
        ${this.preparation ? this.#progress(this.preparation) : nothing}
        <div class="actions">
          <button class=${this.preparation ? '' : 'primary'} ?disabled=${this.isAsking} @click=${() => void this.#prepare(false)}>${this.preparation ? holding.travelAgain : holding.travelStart}</button>
          ${this.preparation?.missing.some(({ reason }) => reason === 'policy') ? html`<button ?disabled=${this.isAsking} @click=${() => void this.#prepare(true)}>${holding.travelWhole}</button>` : nothing}
        </div>
        ${this.preparation ? this.#missing(this.preparation) : nothing}
      </div>
    `
  }

  #progress ({ startedAt, isDone, isStuck, issues: { unread, ready }, toGoBytes }: Preparation): TemplateResult {
    const { holding } = this.phrases
    const words = this.#words({ isDone, isStuck, unread, ready, toGoBytes })
    return html`
      <p role="status"><strong class="state ${isDone && ready === unread ? 'ready' : ''}">${words}</strong></p>
      ${isDone ? nothing : html`<progress max=${Math.max(1, unread)} .value=${ready} aria-label=${words}></progress>`}
      <p class="meta">${holding.travelSince(startedAt)}</p>
      ${isStuck && !isDone ? html`<p class="warning">${holding.travelStuck}</p>` : nothing}
    `
  }

  #words ({ isDone, isStuck, unread, ready, toGoBytes }: Pick<Preparation, 'isDone' | 'isStuck' | 'toGoBytes'> & Preparation['issues']): string {
    const { holding } = this.phrases
    if (isDone) return ready === unread ? holding.travelDone(ready) : holding.travelDoneBut(ready, unread)
    if (toGoBytes === 0 && !isStuck) return holding.travelAsking
    return holding.travelRunning(ready, unread, toGoBytes)
  }

  #missing ({ missing, unheard }: Preparation): TemplateResult {
    const { holding, reading } = this.phrases
    return html`
      ${missing.length === 0 ? nothing : html`
        <h2>${holding.travelMissing}</h2>
        <ul class="list">${missing.map(({ ref, title, newsletterTitle, reason, problem, parts, haveParts, toGoBytes }) => html`
          <li><a href="#/issues/${encodeURIComponent(ref)}" dir="auto">${title || reading.untitled}</a> <span class="meta" dir="auto">${newsletterTitle}</span>
            <p class="meta">${reason === 'notVerified' ? problemInWords(problem, this.phrases) : holding.reasons[reason]}${toGoBytes > 0 ? `; ${reading.parts(haveParts, parts, toGoBytes)}` : nothing}</p></li>`)}
        </ul>`}
      ${unheard.length === 0 ? nothing : html`
        <h2>${holding.travelUnheard}</h2>
        <ul class="list">${unheard.map(({ newsletter, title, paused }) => html`
          <li><a href="#/newsletters/${newsletter}" dir="auto">${title || reading.unknownTitle}</a>${paused ? html`<p class="meta">${reading.paused}</p>` : nothing}</li>`)}
        </ul>`}
    `
  }

  async #prepare (whole: boolean): Promise<void> {
    this.isAsking = true
    await this.attempt(async () => { this.preparation = await this.parts.client.prepare({ body: { whole } }) })
    this.isAsking = false
  }

  #lookSoon (): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#look()
    }, LOOK_MS)
  }

  async #look (): Promise<void> {
    // Quietly: nobody asked for it, and the next news looks again.
    const answer = await this.parts.client.getPreparation().catch(() => null)
    if (answer) this.preparation = answer.preparation
  }
}
