import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import '../../elements/look-alike-note.ts'
import { progressInWords } from '../../elements/progress-in-words.ts'
import '../../elements/stale-note.ts'
import { ConsoleView } from '../console-view.ts'
import './issue-desk.ts'
import type { ListFilter } from './issue-list.ts'
import './list-filter.ts'
import './newsletter-about.ts'
import './newsletters.css'
import { WidePage } from './wide-page.ts'

/** One newsletter: its issues, and what it is. */
@customElement('newsletter-view')
export class NewsletterView extends ConsoleView {
  /** Address. */
  @property() newsletter = ''
  /** Ref of the issue that is open; null: none. */
  @property() open: string | null = null
  @state() private filter: ListFilter = {}
  #page = new WidePage(this)

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'newsletterChanged', 'newsletterRemoved', 'subscriptionProgressed'] as const) this.follow(name, () => this.requestUpdate())
    this.bindKeys([
      { keys: 'A', label: this.phrases.reading.keyMarkAll, run: () => void this.#markAll() },
      { keys: 'g u', label: this.phrases.reading.keyUnread, run: () => { this.filter = { ...this.filter, unread: !this.filter.unread } } }
    ])
  }

  override willUpdate (changed: PropertyValues<this>): void {
    if (changed.has('newsletter')) this.filter = { newsletter: this.newsletter }
  }

  override render (): TemplateResult {
    const { live } = this.parts
    const newsletter = live.newsletters.get(this.newsletter)
    if (!newsletter) return this.#unknown()
    const name = live.subscriptions.get(this.newsletter)?.petName || newsletter.title
    if (name && this.open === null) this.titled(name)
    const about = html`<newsletter-about .newsletter=${newsletter}></newsletter-about>`
    return html`
      <issue-desk .filter=${this.filter} .open=${this.open} .base=${`/newsletters/${this.newsletter}/issues`} .list=${`/newsletters/${this.newsletter}`} ofOne .label=${name}
        .head=${this.#head(newsletter, about)} .aside=${about} .asideOfNone=${about} .empty=${this.#empty}></issue-desk>
    `
  }

  #unknown (): TemplateResult {
    const { shell, reading } = this.phrases
    if (!this.parts.live.connected) return html`<div class="page"><p class="meta" role="status">${shell.loading}</p></div>`
    return html`<div class="page"><p>${reading.newsletterGone}</p><a class="button" href="#/newsletters">${shell.newsletters}</a></div>`
  }

  #head (newsletter: Newsletter, about: TemplateResult): TemplateResult {
    const { reading, shell } = this.phrases
    const { title, language, role, issues, looksLike, checkWords } = newsletter
    const subscription = this.parts.live.subscriptions.get(newsletter.address)
    return html`
      <header class="desk-head">
        ${subscription?.petName
          ? html`<h1 dir="auto">${subscription.petName}</h1><p class="meta">${reading.callsItself} <bdi lang=${language || nothing}>${title || reading.unknownTitle}</bdi></p>`
          : html`<h1 lang=${language || nothing} dir="auto">${title || reading.unknownTitle}</h1>`}
        ${role === 'subscribed' ? nothing : html`<p class="meta">${reading.roles[role]}</p>`}
        <look-alike-note .looksLike=${looksLike} .checkWords=${checkWords}></look-alike-note>
        <stale-note .newsletter=${newsletter}></stale-note>
        ${subscription && (!this.#page.isWide || this.open !== null) ? html`<p class="meta">${progressInWords(subscription.progress, this.phrases)}</p>` : nothing}
        <p class="meta">${issues.unread > 0 ? shell.unread(issues.unread) : reading.allRead}
          ${issues.unread > 0 ? html`<button class="quiet" @click=${() => void this.#markAll()}>${reading.markAllRead}</button>` : nothing}</p>
        ${this.#page.isWide ? nothing : html`<details ?open=${hasOtherHistory(newsletter)}><summary>${reading.about}</summary>${about}</details>`}
        <list-filter .filter=${this.filter} withUnread @filter=${this.#onFilter}></list-filter>
      </header>
    `
  }

  #empty = ({ unread, text }: ListFilter): TemplateResult => {
    const { reading } = this.phrases
    if (text?.trim()) return html`<p>${reading.noMatch}.</p>`
    return html`<h2>${unread ? reading.allRead : reading.noIssues}</h2>`
  }

  #onFilter = ({ detail }: CustomEvent<ListFilter>): void => {
    this.filter = { ...this.filter, ...detail }
  }

  async #markAll (): Promise<void> {
    const { reading } = this.phrases
    const { client, notices } = this.parts
    await this.attempt(async () => {
      const { marked, at } = await client.markAllRead({ body: { newsletter: this.newsletter } })
      if (marked === 0) return notices.done(reading.nothingToMark)
      const undo = async (): Promise<void> => {
        await this.attempt(async () => notices.done(reading.unmarked((await client.unmarkAllRead({ params: { at } })).unmarked)))
      }
      notices.done(reading.markedAllRead(marked), { label: reading.undo, run: () => void undo() })
    })
  }
}

/** A writer has shown another history: that must not stay folded away, nor be folded while somebody decides. */
function hasOtherHistory ({ writers }: Newsletter): boolean {
  return writers.some(({ otherHistory }) => otherHistory !== null)
}
