import { html, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import '../../elements/share-box.ts'
import { ConsoleView } from '../console-view.ts'
import '../keys/locked-badge.ts'
import './expiry-badge.ts'
import './stopped-badge.ts'
import './words-badge.ts'
import './writing.css'

/** How people come to read what is written here. Who they are, nobody is told. */
@customElement('readers-view')
export class ReadersView extends ConsoleView {
  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'newsletterChanged', 'newsletterRemoved', 'statusChanged'] as const) this.follow(name, () => this.requestUpdate())
  }

  override render (): TemplateResult {
    const { shell, publishing } = this.phrases
    const own = [...this.parts.live.newsletters.values()].filter(({ role }) => role === 'own')
    const peers = this.parts.live.status?.network.peers ?? 0
    return html`
      <div class="page narrow">
        <header class="masthead"><h1>${shell.readers}</h1></header>
        <p class="deck">${publishing.readersDeck}</p>
        <p>${publishing.readersHow}</p>
        <p role="status">${peers === 0 ? publishing.nobodyNow : publishing.peersNow(peers)}</p>
        ${own.length === 0 && this.parts.live.connected ? html`<div class="empty"><a class="button primary" href="#/start">${shell.startNewsletter}</a></div>` : nothing}
        ${own.map(newsletter => html`
          <article class="readers-of">
            <expiry-badge .newsletter=${newsletter}></expiry-badge>
            ${newsletter.notWriting ? html`<stopped-badge .newsletter=${newsletter}></stopped-badge>` : nothing}
            ${newsletter.keys === 'locked' ? html`<locked-badge .newsletter=${newsletter}></locked-badge>` : nothing}
            ${newsletter.wordsUnconfirmed ? html`<words-badge .newsletter=${newsletter}></words-badge>` : nothing}
            ${own.length > 1 ? html`<h2 dir="auto">${newsletter.title}</h2>` : nothing}
            <share-box .link=${newsletter.link} .checkWords=${newsletter.checkWords} .name=${newsletter.title}></share-box>
          </article>
        `)}
      </div>
    `
  }
}
