import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { markInWords } from '../../elements/mark-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './writing.css'

const PAGE = 100

/** What one has published, newest first. */
@customElement('issues-view')
export class IssuesView extends ConsoleView {
  @state() private newsletter: string | null = null
  @state() private issues: Issue[] | null = null
  @state() private total = 0
  @state() private next: string | null = null
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => void this.#load())
    this.follow('newsletterChanged', ({ address }) => { if (address === this.#shown()?.address) void this.#load() })
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell, publishing } = this.phrases
    const own = this.#own()
    return html`
      <div class="page">
        <header class="masthead">
          <h1>${shell.issues}</h1>
          ${own.length > 1 ? this.#choice(own) : nothing}
        </header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.issues === null
          ? html`<p class="meta" role="status">${this.failure === null ? shell.loading : ''}</p>`
          : this.issues.length === 0 ? html`<div class="empty"><p>${publishing.noIssues}</p><a class="button primary" href="#/drafts">${shell.drafts}</a></div>` : this.#list(this.issues)}
      </div>
    `
  }

  #choice (own: Newsletter[]): TemplateResult {
    const onChange = (event: Event): void => {
      this.newsletter = (event.target as HTMLSelectElement).value
      this.issues = null
      void this.#load()
    }
    return html`
      <select aria-label=${this.phrases.shell.newsletters} class="narrow-select" @change=${onChange}>
        ${own.map(({ address, title }) => html`<option value=${address} ?selected=${address === this.#shown()?.address}>${title}</option>`)}
      </select>
    `
  }

  #list (issues: Issue[]): TemplateResult {
    const { publishing, reading } = this.phrases
    return html`
      <p class="meta">${publishing.issuesOf(this.total)}</p>
      <ol class="list own-issues">${issues.map(issue => html`<li>${this.#row(issue)}</li>`)}</ol>
      ${this.next === null ? nothing : html`<div class="actions"><button @click=${() => void this.#load(this.next)}>${reading.older}</button></div>`}
    `
  }

  #row (issue: Issue): TemplateResult {
    const { reading, formats } = this.phrases
    const { ref, number, title, subtitle, language, publishedAt, sizeBytes } = issue
    const facts = [reading.issueNumber(number), formats.day(publishedAt), formats.bytes(sizeBytes), markInWords(issue, this.phrases)]
    return html`
      <h2><a href="#/published/${encodeURIComponent(ref)}" lang=${language || nothing} dir="auto">${title}</a></h2>
      ${subtitle ? html`<p class="summary" lang=${language || nothing} dir="auto">${subtitle}</p>` : nothing}
      <p class="meta">${facts.filter(fact => fact !== '').join(' · ')}</p>
    `
  }

  #own (): Newsletter[] {
    return [...this.parts.live.newsletters.values()].filter(({ role }) => role === 'own')
  }

  #shown (): Newsletter | undefined {
    const own = this.#own()
    return own.find(({ address }) => address === this.newsletter) ?? own[0]
  }

  async #load (cursor: string | null = null): Promise<void> {
    const newsletter = this.#shown()?.address
    if (newsletter === undefined) {
      if (this.parts.live.connected) this.issues = []
      return
    }
    try {
      const { issues, total, next } = await this.parts.client.listIssues({ params: { newsletter }, query: { limit: PAGE, ...(cursor !== null && { cursor }) } })
      this.issues = cursor === null ? issues : [...this.issues ?? [], ...issues]
      this.total = total
      this.next = next
      this.failure = null
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }
}
