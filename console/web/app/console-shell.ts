import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { ConsoleView } from '../views/console-view.ts'
import './console-rail.ts'
import type { KeyBinding } from './keys.ts'
import { navigationFor } from './navigation.ts'
import './notice-list.ts'
import type { Route } from './router.ts'

/** The frame around every page: rail, the page itself, and what is told in passing. */
@customElement('console-shell')
export class ConsoleShell extends ConsoleView {
  /** Whose code is here; null while it is being fetched or when there is no such page. */
  @state() private loaded: Route | null = null
  /** The code of the page did not come: the node is away, or was updated and has another page now. */
  @state() private isLost = false
  @state() private connected: boolean | null = null
  #isFirst = true
  #shownKey = ''
  #onPlace = (): void => { void this.#show() }

  override connectedCallback (): void {
    super.connectedCallback()
    this.parts.router.addEventListener('change', this.#onPlace)
    addEventListener('keydown', this.#onCommandKey)
    for (const name of ['state', 'statusChanged', 'newsletterChanged', 'newsletterRemoved'] as const) this.follow(name, () => this.requestUpdate())
    this.follow('connectionChanged', ({ connected }) => {
      if (connected && this.connected === false) this.parts.notices.done(this.phrases.shell.nodeBack)
      this.connected = connected
      if (connected && this.isLost) void this.#show()
    })
    // Where there is to go is known when the node has told it, and called what the language calls it.
    this.bindKeys(() => this.#keys())
    void this.#show()
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.parts.router.removeEventListener('change', this.#onPlace)
    removeEventListener('keydown', this.#onCommandKey)
  }

  override render (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <a class="skip" href="#content" @click=${this.#skip}>${shell.skip}</a>
      <console-rail .path=${this.parts.router.path} @palette=${() => void this.#openPalette()}></console-rail>
      <main id="content" tabindex="-1">
        ${this.connected === false ? html`<p class="node-down" role="alert">${shell.nodeDown}</p>` : nothing}
        ${this.connected !== false && this.#isShortOfRoom() ? html`<p class="node-short" role="alert">${shell.diskFull}</p>` : nothing}
        ${this.connected !== false && this.#isCareful() ? html`<p class="node-short" role="alert">${shell.careful}</p>` : nothing}
        ${this.#machineKeyNote()}
        ${this.#page()}
      </main>
      <notice-list></notice-list>
    `
  }

  #isShortOfRoom (): boolean {
    return this.parts.live.status?.problems.some(({ code }) => code === 'DISK_FULL') ?? false
  }

  /** The console of a node is else never off the network. */
  #isCareful (): boolean {
    const { status } = this.parts.live
    return status?.network.state === 'off' && status.restarts > 0
  }

  /** Until the file is back, whatever needs the keys of this machine is refused, on every page. */
  #machineKeyNote (): TemplateResult | typeof nothing {
    const file = this.parts.live.status?.missingMachineKey ?? null
    if (this.connected === false || file === null) return nothing
    const { machineKeyMissing, machineKeyBack } = this.phrases.shell
    return html`<p class="node-short" role="alert">${machineKeyMissing} <code dir="ltr">${file}</code> ${machineKeyBack}</p>`
  }

  #page (): TemplateResult {
    const { shell } = this.phrases
    const { route, params } = this.parts.router.place
    if (!route) return html`<div class="page"><header class="masthead"><h1>${shell.notFound}</h1></header><a class="button" href="#/inbox">${shell.toInbox}</a></div>`
    if (this.isLost) {
      return html`<div class="page"><p class="error" role="alert">${shell.pageLost}</p><button @click=${this.#loadAnew}>${shell.loadAnew}</button></div>`
    }
    if (this.loaded !== route) return html`<div class="page"><p class="meta" role="status">${shell.loading}</p></div>`
    return html`${keyed(this.#pageKey(), route.show(params))}`
  }

  /** The same while the person stays on one page. */
  #pageKey (): string {
    const { router } = this.parts
    const { route, params } = router.place
    return route?.page?.(params) ?? router.path
  }

  async #show (): Promise<void> {
    const { route } = this.parts.router.place
    const key = this.#pageKey()
    const isSame = key === this.#shownKey
    this.#shownKey = key
    this.isLost = false
    try {
      await route?.load()
    } catch {
      this.isLost = true
    }
    if (route !== this.parts.router.place.route) return
    this.loaded = route
    document.title = `${route?.title(this.phrases) ?? this.phrases.shell.notFound} · Colporteur`
    this.requestUpdate()
    await this.updateComplete
    if (isSame) return
    // Who can't see hears the new page; where the page was opened just now, the browser reads it by itself.
    if (!this.#isFirst) this.querySelector<HTMLElement>('#content')?.focus({ preventScroll: true })
    if (!this.#isFirst) scrollTo(0, 0)
    this.#isFirst = false
  }

  /** While nobody would answer, the page that is here stays. */
  #loadAnew = (): void => {
    if (this.connected === false) void this.#show()
    else location.reload()
  }

  #skip = (event: Event): void => {
    event.preventDefault() // the part after # says which page is shown
    this.querySelector<HTMLElement>('#content')?.focus()
  }

  #keys (): KeyBinding[] {
    const { shell } = this.phrases
    const places = navigationFor(this.parts.live).flatMap(({ items }) => items)
    return [
      { keys: '?', label: shell.keyShortcuts, run: () => void this.openDialog('key-sheet', () => import('./key-sheet.ts')) },
      { keys: '/', label: this.phrases.searching.keySearch, run: () => this.parts.router.go('/search') },
      ...places.map(({ path, key, label }) => ({ keys: `g ${key}`, label: `${shell.goTo}: ${label(this.phrases)}`, run: () => this.parts.router.go(path) }))
    ]
  }

  #onCommandKey = (event: KeyboardEvent): void => {
    if (event.key !== 'k' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
    event.preventDefault()
    void this.#openPalette()
  }

  async #openPalette (): Promise<void> {
    await this.openDialog('command-palette', () => import('./command-palette.ts'))
  }
}
