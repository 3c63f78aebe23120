import { html, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { progressInWords } from '../../elements/progress-in-words.ts'
import { staleDays } from '../../elements/stale-days.ts'
import { ConsoleView } from '../console-view.ts'
import './newsletters.css'
import './subscription-lists.ts'

/** Of an address: what tells two apart whose titles are not known yet. */
const SHORT = 8

/** What is followed here, what is written here, what is kept for others, and what was followed. */
@customElement('newsletters-view')
export class NewslettersView extends ConsoleView {
  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'newsletterChanged', 'newsletterRemoved', 'subscriptionProgressed'] as const) this.follow(name, () => this.requestUpdate())
  }

  override render (): TemplateResult {
    const { shell, reading } = this.phrases
    const all = [...this.parts.live.newsletters.values()]
    const roles: Record<Newsletter['role'], string> = { subscribed: reading.follow, own: reading.own, keeping: reading.keeping, unsubscribed: reading.unsubscribedHeading }
    return html`
      <div class="page">
        <header class="masthead"><h1>${shell.newsletters}</h1>
          <span class="actions"><a class="button quiet" href="#/start">${shell.startNewsletter}</a> <a class="button primary" href="#/subscribe">${reading.subscribe}</a></span></header>
        ${all.length === 0 && this.parts.live.connected ? html`<div class="empty"><h2>${reading.newslettersEmpty}</h2><p class="hint">${reading.inboxEmptyHint}</p></div>` : nothing}
        ${this.#folders(all.filter(({ subscribed }) => subscribed), roles.subscribed)}
        ${Object.entries(roles).map(([role, title]) => role === 'subscribed' ? nothing : this.#section(title, all.filter(newsletter => newsletter.role === role)))}
        <subscription-lists></subscription-lists>
      </div>
    `
  }

  /** What is in no folder comes first. */
  #folders (subscribed: Newsletter[], title: string): (TemplateResult | typeof nothing)[] {
    const folderOf = ({ address }: Newsletter): string => this.parts.live.subscriptions.get(address)?.folder ?? ''
    const folders = [...new Set(subscribed.map(folderOf))].sort((a, b) => a.localeCompare(b, this.phrases.formats.language))
    return folders.map(folder => this.#section(folder || title, subscribed.filter(newsletter => folderOf(newsletter) === folder)))
  }

  #section (title: string, newsletters: Newsletter[]): TemplateResult | typeof nothing {
    if (newsletters.length === 0) return nothing
    return html`
      <section aria-label=${title}>
        <h2 class="section" dir="auto">${title}</h2>
        <ul class="list newsletters">${repeat(newsletters, ({ address }) => address, newsletter => this.#row(newsletter))}</ul>
      </section>
    `
  }

  #row (newsletter: Newsletter): TemplateResult {
    const { address, title, description, authors, issues, subscribed, language, looksLike } = newsletter
    const { reading, trust, formats } = this.phrases
    const days = staleDays(newsletter)
    const subscription = this.parts.live.subscriptions.get(address)
    const petName = subscription?.petName ?? ''
    const isAlive = subscribed && issues.unread > 0
    return html`
      <li>
        <h3><a href="#/newsletters/${address}" lang=${petName ? nothing : language || nothing} dir="auto">${petName || title || reading.unknownTitle}</a>${title ? nothing : html` <code class="meta">${address.slice(0, SHORT)}…</code>`}
          ${isAlive ? html`<span class="count">${formats.number(issues.unread)}<span class="visually-hidden"> ${reading.isUnread}</span></span>` : nothing}</h3>
        ${petName ? html`<p class="meta">${reading.callsItself} <bdi lang=${language || nothing}>${title || reading.unknownTitle}</bdi></p>` : nothing}
        ${looksLike ? html`<p class="warning"><bdi>${trust.looksLikeShort(looksLike.title)}</bdi></p>` : nothing}
        ${days === null ? nothing : html`<p class="warning">${trust.staleShort(days)}</p>`}
        ${authors.length > 0 ? html`<p class="meta">${reading.by(formats.list(authors))}</p>` : nothing}
        ${description ? html`<p class="summary" lang=${language || nothing} dir="auto">${description}</p>` : nothing}
        <p class="meta">${subscription
          ? html`<span class="state ${subscription.progress.state}">${progressInWords(subscription.progress, this.phrases)}</span>`
          : issues.total === 0 ? reading.noIssues : reading.issuesOf(issues.ready, issues.total)}</p>
      </li>
    `
  }
}
