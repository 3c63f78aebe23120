import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { ExportFormat } from '../../../../shared/api/exports.ts'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { saveExported } from '../../api/exported-file.ts'
import '../../elements/check-words.ts'
import '../../elements/copy-button.ts'
import { problemInWords } from '../../elements/failure-in-words.ts'
import { policyInWords } from '../../elements/policy-in-words.ts'
import { progressInWords } from '../../elements/progress-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import '../keys/lock-state.ts'
import '../writing/stopped-badge.ts'
import './folder-field.ts'
import './other-history.ts'
import './pet-name-field.ts'

/** What a newsletter is, how far its copies are here, and what can be done with the subscription. */
@customElement('newsletter-about')
export class NewsletterAbout extends ConsoleView {
  @property({ attribute: false }) newsletter!: Newsletter

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('subscriptionProgressed', () => this.requestUpdate())
  }

  override render (): TemplateResult {
    const { reading, shell, trust, formats } = this.phrases
    const { description, authors, website, rhythm, licence, link, checkWords, role, since, writers, state, problem, notWriting, language } = this.newsletter
    return html`
      <section class="about" aria-label=${reading.about}>
        ${description ? html`<p class="deck" lang=${language || nothing} dir="auto">${description}</p>` : nothing}
        ${problem ? html`<div class="refused" role="alert"><h3>${reading.refusedTitle}</h3><p>${problemInWords(problem, this.phrases)}</p></div>` : nothing}
        ${notWriting ? html`<stopped-badge .newsletter=${this.newsletter}></stopped-badge>` : nothing}
        ${writers.map(writer => html`<other-history .newsletter=${this.newsletter.address} .writer=${writer}></other-history>`)}
        ${this.#succession()}
        ${state === 'active' ? nothing : html`<p class="warning">${state === 'ended' ? reading.stateEnded : reading.stateResting}</p>`}
        ${role === 'unsubscribed' ? html`<p class="warning">${reading.unsubscribedNote}</p>` : nothing}
        ${role === 'keeping' ? html`<p class="hint">${reading.keepingNote}</p>` : nothing}
        ${this.#copies()}
        <div class="actions">${this.#actions()}</div>
        ${role === 'own' ? html`<lock-state .newsletter=${this.newsletter}></lock-state>` : nothing}
        ${role === 'own' ? this.#alsoRead() : nothing}
        ${role === 'subscribed' ? this.#choices() : nothing}
        ${role === 'unsubscribed' ? nothing : this.#announcing()}
        ${this.newsletter.issues.ready > 0 ? this.#exports() : nothing}
        <dl>
          ${authors.length > 0 ? html`<dt>${reading.authors}</dt><dd dir="auto">${formats.list(authors)}</dd>` : nothing}
          ${rhythm ? html`<dt>${reading.rhythm}</dt><dd lang=${language || nothing} dir="auto">${rhythm}</dd>` : nothing}
          ${website ? html`<dt>${reading.website}</dt><dd dir="ltr">${website} <copy-button .text=${website} .label=${shell.copy}></copy-button></dd>` : nothing}
          ${licence ? html`<dt>${reading.licence}</dt><dd dir="auto">${licence}</dd>` : nothing}
          <dt>${reading.address}</dt><dd><code>${link}</code> <copy-button .text=${link} .label=${shell.copy}></copy-button>
            <check-words .words=${checkWords} ?own=${role === 'own'}></check-words></dd>
          ${role === 'own' ? nothing : html`<dt>${trust.confirmed}</dt><dd>${this.#confirmed()}</dd>`}
          ${role === 'own' ? nothing : html`<dt>${{ subscribed: reading.followedSince, unsubscribed: reading.unsubscribedSince, keeping: reading.keepingSince }[role]}</dt><dd>${formats.day(since)}</dd>`}
          ${writers.length > 0 ? html`<dt>${reading.writers}</dt>${writers.map(({ name, id, signingKey, sealed }) => html`
            <dd><span dir="auto">${name || id}</span>${sealed ? ` (${reading.writerSealed})` : nothing}<br><code>${signingKey}</code></dd>`)}` : nothing}
          <dt>${reading.limits}</dt><dd><small>${reading.limitsInWords(this.newsletter.limits)}</small></dd>
        </dl>
      </section>
    `
  }

  #confirmed (): string {
    const { trust, formats } = this.phrases
    const { confirmedAt, freshness: { aheadAt } } = this.newsletter
    if (aheadAt !== null) return trust.clocksDiffer
    // By a clock that is a little ahead it would be in the future.
    return confirmedAt === null ? trust.notConfirmed : formats.ago(new Date(Math.min(Date.parse(confirmedAt), Date.now())).toISOString())
  }

  #succession (): TemplateResult | typeof nothing {
    const { reading } = this.phrases
    const { successor, continues, successionProblem } = this.newsletter
    const linkTo = (address: string): TemplateResult => html`<a href="#/newsletters/${address}" dir="auto">${this.parts.live.newsletters.get(address)?.title || `colporteur://${address}`}</a>`
    return html`
      ${successor ? html`<p class="warning">${reading.continuedBy} ${linkTo(successor)}</p>` : nothing}
      ${continues ? html`<p class="warning">${reading.continuesOther} ${linkTo(continues)}</p>` : nothing}
      ${successionProblem ? html`<p class="warning">${reading.successionProblem}</p>` : nothing}
    `
  }

  #copies (): TemplateResult | typeof nothing {
    const subscription = this.parts.live.subscriptions.get(this.newsletter.address)
    if (!subscription) return nothing
    const { progress } = subscription
    const words = progressInWords(progress, this.phrases)
    return html`
      <p role="status"><span class="state ${progress.state}">${words}</span></p>
      ${progress.state === 'downloading' && progress.bytes.known > 0 ? html`<progress max=${progress.bytes.known} .value=${progress.bytes.have} aria-label=${words}></progress>` : nothing}
      ${progress.state === 'paused' ? html`<p class="hint">${this.phrases.reading.pauseHint}</p>` : nothing}
    `
  }

  #actions (): TemplateResult | typeof nothing {
    const { reading } = this.phrases
    const { role, paused } = this.newsletter
    if (role === 'own') return this.#ownActions()
    if (role === 'keeping') return html`<button @click=${() => void this.#follow()}>${reading.subscribe}</button>`
    if (role === 'unsubscribed') {
      return html`
        <button class="primary" @click=${() => void this.#follow()}>${reading.followAgain}</button>
        <button @click=${() => void this.#end()}>${reading.deleteKept}</button>
      `
    }
    return html`
      <button @click=${() => void this.#pause(!paused)}>${paused ? reading.resume : reading.pause}</button>
      <button @click=${() => void this.#end()}>${reading.unsubscribe}</button>
    `
  }

  /** Whoever writes with others may read them in the inbox, too. */
  #alsoRead (): TemplateResult | typeof nothing {
    const { address, subscribed, writers } = this.newsletter
    if (!subscribed && writers.length < 2) return nothing
    const { reading } = this.phrases
    const subscription = this.parts.live.subscriptions.get(address)
    return html`
      <label class="check"><input type="checkbox" .checked=${subscribed}
        @change=${(event: Event) => void this.#read((event.target as HTMLInputElement).checked)}> ${reading.alsoRead}</label>
      <p class="hint">${reading.alsoReadHint}</p>
      ${subscribed && subscription ? html`<folder-field .subscription=${subscription}></folder-field>` : nothing}
    `
  }

  /** What is held of it, where it is put, and who is told. */
  #choices (): TemplateResult | typeof nothing {
    const subscription = this.parts.live.subscriptions.get(this.newsletter.address)
    if (!subscription) return nothing
    const { reading, holding } = this.phrases
    return html`
      <div class="actions"><button @click=${() => void this.openDialog('policy-dialog', () => import('./policy-dialog.ts'), { subscription })}>${holding.change}</button></div>
      <p class="hint">${policyInWords(subscription.policy, this.phrases)}</p>
      <folder-field .subscription=${subscription}></folder-field>
      <pet-name-field .subscription=${subscription}></pet-name-field>
      <label class="check"><input type="checkbox" .checked=${subscription.receipts}
        @change=${(event: Event) => void this.#tellReceipts((event.target as HTMLInputElement).checked)}> ${reading.receipts}</label>
      <p class="hint">${reading.receiptsHint}</p>
    `
  }

  /** Whether others find this machine by it. */
  #announcing (): TemplateResult {
    const { reading } = this.phrases
    const { announce, role } = this.newsletter
    return html`
      <label class="check"><input type="checkbox" .checked=${announce}
        @change=${(event: Event) => void this.#announce((event.target as HTMLInputElement).checked)}> ${reading.announce}</label>
      <p class="hint">${role === 'own' ? reading.announceOwnHint : reading.announceHint}</p>
    `
  }

  async #announce (announce: boolean): Promise<void> {
    const { reading } = this.phrases
    await this.attempt(async () => {
      await this.parts.client.announceNewsletter({ params: { newsletter: this.newsletter.address }, body: { announce } })
      this.parts.notices.done(announce ? reading.announceOn : reading.announceOff)
    })
  }

  async #tellReceipts (receipts: boolean): Promise<void> {
    const { reading } = this.phrases
    await this.attempt(async () => {
      await this.parts.client.changeSubscription({ params: { newsletter: this.newsletter.address }, body: { receipts } })
      this.parts.notices.done(receipts ? reading.receiptsOn : reading.receiptsOff)
    })
  }

  #exports (): TemplateResult {
    const { holding } = this.phrases
    const save = (format: ExportFormat): void => { void this.attempt(() => saveExported('newsletter', this.newsletter.address, format)) }
    return html`
      <fieldset>
        <legend>${holding.saveAllAs(this.newsletter.issues.ready)}</legend>
        <div class="choices">${(['html', 'epub', 'markdown'] as const).map(format => html`<button type="button" @click=${() => save(format)}>${holding.formats[format]}</button>`)}</div>
      </fieldset>
    `
  }

  #ownActions (): TemplateResult {
    const { revising, root } = this.phrases
    const place = `#/newsletters/${this.newsletter.address}`
    return html`<a class="button" href="${place}/describe">${revising.describe}</a><a class="button" href="${place}/writers">${root.writers}</a>`
  }

  async #read (subscribed: boolean): Promise<void> {
    const { reading } = this.phrases
    const { client, notices } = this.parts
    const { address, link } = this.newsletter
    await this.attempt(async () => {
      if (subscribed) await client.subscribe({ body: { address: link } })
      else await client.unsubscribe({ params: { newsletter: address }, query: { keep: true } })
      notices.done(subscribed ? reading.alsoReadOn : reading.alsoReadOff)
    })
  }

  async #follow (): Promise<void> {
    await this.attempt(() => this.parts.client.subscribe({ body: { address: this.newsletter.link } }))
  }

  async #pause (paused: boolean): Promise<void> {
    const { reading } = this.phrases
    await this.attempt(async () => {
      await this.parts.client.changeSubscription({ params: { newsletter: this.newsletter.address }, body: { paused } })
      this.parts.notices.done(paused ? reading.isPaused : reading.isResumed)
    })
  }

  async #end (): Promise<void> {
    await this.openDialog('unsubscribe-dialog', () => import('./unsubscribe-dialog.ts'), { newsletter: this.newsletter })
  }
}
