import { html, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import '../../elements/error-note.ts'
import '../../elements/search-result.ts'
import { ConsoleView } from '../console-view.ts'
import { FoundIssues } from './found-issues.ts'
import './search-view.css'

const TYPING_MS = 150

/** Finds issues by their words, while they are typed. What is looked for stands in the address, so that coming back finds it. */
@customElement('search-view')
export class SearchView extends ConsoleView {
  #text = askedFor()
  #found = new FoundIssues(this, () => this.parts, () => this.phrases)
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback (): void {
    super.connectedCallback()
    const { reading, searching } = this.phrases
    this.bindKeys([
      { keys: '/', label: searching.keySearch, run: () => this.#focusField() },
      ...['j', 'n'].map(keys => ({ keys, label: reading.keyNext, run: () => this.#step(1) })),
      ...['k', 'p'].map(keys => ({ keys, label: reading.keyPrevious, run: () => this.#step(-1) })),
      { keys: 'o', label: reading.keyOpen, run: () => (this.#links()[Math.max(0, this.#at())])?.click() }
    ])
    this.letGoOf(() => clearTimeout(this.#timer))
    addEventListener('hashchange', this.#onAddress)
    this.letGoOf(() => removeEventListener('hashchange', this.#onAddress))
    void this.#found.look(this.#text)
  }

  override firstUpdated (): void {
    // After the shell has led the focus to the page. Who comes back to what was found goes on there.
    if (this.#text === '') requestAnimationFrame(() => this.#focusField())
  }

  override render (): TemplateResult {
    const { searching } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${this.phrases.shell.search}</h1></header>
        <form class="search-box" role="search" @submit=${this.#onSubmit}>
          <input type="search" aria-label=${searching.label} aria-describedby="operators" placeholder=${searching.placeholder} maxlength="500" spellcheck="false"
            .value=${this.#text} @input=${this.#onInput} @keydown=${this.#onKey}>
        </form>
        <ul class="operators" id="operators">${searching.operators.map(([example, meaning]) => html`<li><code>${example}</code> ${meaning}</li>`)}</ul>
        <p class="search-note meta" role="status">${this.#note()}</p>
        ${this.#indexNote()}
        ${this.#found.failure === null ? this.#results() : html`<error-note .message=${this.#found.failure} @retry=${() => void this.#found.again()}></error-note>`}
      </div>
    `
  }

  #note (): string {
    const { searching } = this.phrases
    const { results, page, failure } = this.#found
    if (failure !== null || results === null || page === null || results.length === 0) return ''
    return page.isMore ? searching.foundMore(page.total) : searching.found(page.total)
  }

  #indexNote (): TemplateResult | typeof nothing {
    const { searching } = this.phrases
    const { page } = this.#found
    if (page === null || page.index.isComplete) return nothing
    const { indexed, total } = page.index
    return html`<p class="hint" role="status">${indexed < total ? searching.indexing(indexed, total) : searching.updating}</p>`
  }

  #results (): TemplateResult | typeof nothing {
    const { searching } = this.phrases
    const { results, page } = this.#found
    if (results === null) return nothing
    if (results.length === 0) return html`<div class="empty"><h2>${searching.nothing}</h2><p class="hint">${searching.nothingHint}</p></div>`
    return html`
      <ol class="list">${repeat(results, ({ issue }) => issue.ref, result => html`
        <li><search-result .result=${result} .href=${`#/issues/${encodeURIComponent(result.issue.ref)}`}></search-result></li>`)}</ol>
      ${page?.next ? html`<div class="actions"><button class="quiet" @click=${() => void this.#found.more()}>${searching.more}</button></div>` : nothing}
      ${page?.isMore && !page.next ? html`<p class="hint">${searching.moreHint}</p>` : nothing}
    `
  }

  /** From one search to another, by a link or the address itself, the page stays. */
  #onAddress = (): void => {
    if (!location.hash.startsWith('#/search') || askedFor() === this.#text) return
    clearTimeout(this.#timer)
    this.#text = askedFor()
    this.requestUpdate()
    void this.#found.look(this.#text)
  }

  #onInput = (event: Event): void => {
    this.#text = (event.target as HTMLInputElement).value
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#look(), TYPING_MS)
  }

  #onSubmit = (event: Event): void => {
    event.preventDefault()
    this.#look()
  }

  /** From the field down to what was found, and out of it. */
  #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    if (event.key === 'Escape') (event.target as HTMLInputElement).blur()
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    this.#links()[0]?.focus()
  }

  #look (): void {
    clearTimeout(this.#timer)
    history.replaceState(history.state, '', `#/search${this.#text.trim() === '' ? '' : `?q=${encodeURIComponent(this.#text)}`}`)
    void this.#found.look(this.#text)
  }

  #focusField (): void {
    const field = this.querySelector<HTMLInputElement>('input[type="search"]')
    field?.focus()
    field?.select()
  }

  #links (): HTMLAnchorElement[] {
    return [...this.querySelectorAll<HTMLAnchorElement>('search-result h2 a')]
  }

  #at (): number {
    return this.#links().findIndex(link => link === document.activeElement)
  }

  #step (by: 1 | -1): void {
    const links = this.#links()
    links[Math.min(links.length - 1, Math.max(0, this.#at() + by))]?.focus()
  }
}

function askedFor (): string {
  return new URLSearchParams(location.hash.split('?')[1] ?? '').get('q') ?? ''
}
