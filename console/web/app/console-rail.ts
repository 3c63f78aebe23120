import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Status } from '../../../shared/api/node.ts'
import { ConsoleView } from '../views/console-view.ts'
import { navigationFor, type NavigationItem } from './navigation.ts'

/** Where one can go, and how the node is. A bar at the foot of narrow pages, with the rest behind a button. */
@customElement('console-rail')
export class ConsoleRail extends ConsoleView {
  /** Where the person is. */
  @property() path = ''
  /** On narrow pages: whether everything is shown, not only what fits in the bar. */
  @state() private isOpen = false

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'statusChanged', 'newsletterChanged', 'newsletterRemoved', 'subscriptionProgressed', 'connectionChanged'] as const) this.follow(name, () => this.requestUpdate())
  }

  override willUpdate (changed: Map<string, unknown>): void {
    if (changed.has('path')) this.isOpen = false
  }

  override render (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <nav class="rail ${this.isOpen ? 'open' : ''}" aria-label=${shell.console} @keydown=${this.#onKey}>
        <p class="name">Colporteur</p>
        ${navigationFor(this.parts.live).map(({ title, items }) => html`
          <h2>${title(this.phrases)}</h2>
          <ul>${items.map(item => this.#item(item))}</ul>
        `)}
        <button class="more quiet" aria-expanded=${this.isOpen} @click=${() => { this.isOpen = !this.isOpen }}>${shell.more}</button>
        <button class="palette quiet" @click=${() => this.emit('palette')}>${shell.find} <kbd>Ctrl K</kbd></button>
        <p class="status" role="status">${this.#status()}</p>
      </nav>
    `
  }

  #item ({ path, label, count, inBar }: NavigationItem): TemplateResult {
    const isHere = this.path === path || this.path.startsWith(`${path}/`) || this.path.startsWith(`${path}?`)
    const number = count?.(this.parts.live) ?? 0
    return html`
      <li class=${inBar ? 'in-bar' : ''}>
        <a href="#${path}" aria-current=${isHere ? 'page' : nothing}>
          <span>${label(this.phrases)}</span>
          ${number > 0 ? html`<span class="count">${this.phrases.formats.number(number)}</span>` : nothing}
        </a>
      </li>
    `
  }

  #status (): TemplateResult | string {
    const { shell } = this.phrases
    const { status, connected } = this.parts.live
    if (connected === false || !status) return connected === false ? '' : shell.connecting
    return html`<a href="#/peers">${this.#network(status.network)}</a>`
  }

  #network ({ state, peers }: Status['network']): string {
    const { shell, reading } = this.phrases
    if (state !== 'connected') return state === 'off' ? shell.off : shell.alone
    const states = [...this.parts.live.subscriptions.values()].map(({ progress }) => progress.state)
    const coming = states.filter(state => state === 'downloading').length
    if (coming > 0) return `${shell.connected(peers)} · ${reading.onTheirWay(coming)}`
    // Nobody knows whether there is more of one that is looked for.
    const isAllHere = states.every(state => state === 'upToDate' || state === 'paused')
    return isAllHere ? `${shell.connected(peers)} · ${reading.allUpToDate}` : shell.connected(peers)
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.isOpen = false
  }
}
