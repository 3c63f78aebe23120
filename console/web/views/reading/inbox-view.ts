import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { ConsoleView } from '../console-view.ts'
import './issue-desk.ts'
import type { ListFilter } from './issue-list.ts'
import './list-filter.ts'
import './nothing-open.ts'

/** The issues of all subscriptions, newest first. */
@customElement('inbox-view')
export class InboxView extends ConsoleView {
  /** Ref of the issue that is open; null: none. */
  @property() open: string | null = null
  @state() private filter: ListFilter = { unread: this.#fromAddress() }

  override connectedCallback (): void {
    super.connectedCallback()
    const { reading } = this.phrases
    for (const name of ['state', 'statusChanged', 'newsletterChanged', 'newsletterRemoved'] as const) this.follow(name, () => this.requestUpdate())
    this.bindKeys([
      { keys: 'g u', label: reading.keyUnread, run: () => this.#show({ unread: !this.filter.unread }) },
      { keys: 'A', label: reading.keyMarkAll, run: () => void this.#markAll() }
    ])
  }

  override render (): TemplateResult {
    return html`
      <issue-desk .filter=${this.filter} .open=${this.open} base="/inbox" .list=${this.filter.unread ? '/inbox?unread' : '/inbox'} .label=${this.phrases.shell.inbox} .head=${this.#head()}
        .aside=${html`<nothing-open></nothing-open>`} .empty=${this.#empty}></issue-desk>
    `
  }

  #head (): TemplateResult {
    const { shell, reading, holding, formats } = this.phrases
    const withUnread = [...this.parts.live.newsletters.values()].filter(({ subscribed, issues }) => subscribed && issues.unread > 0)
    const unread = withUnread.reduce((sum, { issues }) => sum + issues.unread, 0)
    return html`
      <header class="desk-head">
        <h1><span class="visually-hidden">${shell.inbox}, </span>${formats.weekday()}</h1>
        <p class="meta">${this.parts.live.newsletters.size === 0 ? nothing : reading.unreadFrom(unread, withUnread.length)}
          ${unread > 0 ? html`<button class="quiet" @click=${() => void this.#markAll()}>${reading.markAllRead}</button>` : nothing}</p>
        ${this.parts.live.subscriptions.size === 0 ? nothing : html`<p class="meta"><a href="#/prepare">${holding.travel}</a></p>`}
        <list-filter .filter=${this.filter} withUnread @filter=${this.#onFilter}></list-filter>
      </header>
    `
  }

  #empty = ({ unread, text }: ListFilter): TemplateResult => {
    const { shell, reading, searching } = this.phrases
    if (text?.trim()) return html`<p>${reading.noMatch}.</p><p><a href="#/search?q=${encodeURIComponent(text.trim())}">${searching.inTexts(text.trim())}</a></p>`
    if (unread) return html`<h2>${reading.allRead}</h2><p class="hint">${reading.allReadHint}</p><div class="actions"><button @click=${() => this.#show({ unread: false })}>${reading.showAll}</button></div>`
    const isWaiting = this.parts.live.subscriptions.size > 0
    return html`
      <h2>${isWaiting ? reading.waitingForFirst : reading.inboxEmpty}</h2>
      <p class="hint">${isWaiting ? reading.waitHint : reading.inboxEmptyHint}</p>
      <div class="actions"><a class="button ${isWaiting ? '' : 'primary'}" href=${isWaiting ? '#/newsletters' : '#/subscribe'}>${isWaiting ? shell.newsletters : shell.subscribe}</a></div>
    `
  }

  #onFilter = ({ detail }: CustomEvent<ListFilter>): void => this.#show(detail)

  /** Whether it shows only what is unread stands in the address, so that coming back finds it. */
  #show (change: ListFilter): void {
    this.filter = { ...this.filter, ...change }
    history.replaceState(history.state, '', `#/inbox${this.open === null ? '' : `/${encodeURIComponent(this.open)}`}${this.filter.unread ? '?unread' : ''}`)
  }

  #fromAddress (): boolean {
    return new URLSearchParams(location.hash.split('?')[1] ?? '').has('unread')
  }

  async #markAll (): Promise<void> {
    const { reading } = this.phrases
    await this.attempt(async () => {
      const { marked, at } = await this.parts.client.markAllRead({ body: {} })
      if (marked === 0) return this.parts.notices.done(reading.nothingToMark)
      this.parts.notices.done(reading.markedAllRead(marked), { label: reading.undo, run: () => void this.#undo(at) })
    })
  }

  async #undo (at: string): Promise<void> {
    await this.attempt(async () => {
      const { unmarked } = await this.parts.client.unmarkAllRead({ params: { at } })
      this.parts.notices.done(this.phrases.reading.unmarked(unmarked))
    })
  }
}
