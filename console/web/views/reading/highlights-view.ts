import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Highlight } from '../../../../shared/api/highlights.ts'
import { highlightsAsMarkdown } from '../../../../shared/api/highlights-text.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { saveFile } from '../../files/save-file.ts'
import { ConsoleView } from '../console-view.ts'
import './highlight-list.ts'
import './highlights.css'

/** Everything that the reader has highlighted, by issue. */
@customElement('highlights-view')
export class HighlightsView extends ConsoleView {
  @state() private highlights: Highlight[] | null = null
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    for (const name of ['state', 'highlightsChanged'] as const) this.follow(name, () => void this.#load())
    void this.#load()
  }

  override render (): TemplateResult {
    const { holding, shell } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${holding.highlights}</h1>${this.highlights?.length ? this.#actions(this.highlights) : nothing}</header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.highlights ? this.#list(this.highlights) : this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing}
      </div>
    `
  }

  #actions (highlights: Highlight[]): TemplateResult {
    const { holding } = this.phrases
    return html`<span class="actions">
      <button class="quiet" @click=${() => saveFile('highlights.md', 'text/markdown', highlightsAsMarkdown(highlights))}>${holding.saveMarkdown}</button>
      <button class="quiet" @click=${() => saveFile('highlights.json', 'application/json', JSON.stringify({ highlights }, null, 2))}>${holding.saveJson}</button>
    </span>`
  }

  #list (highlights: Highlight[]): TemplateResult {
    const { holding, reading } = this.phrases
    if (highlights.length === 0) return html`<div class="empty"><h2>${holding.noHighlights}</h2><p class="hint">${holding.highlightHint}</p></div>`
    return html`${[...new Set(highlights.map(({ ref }) => ref))].map(ref => {
      const ofIssue = highlights.filter(highlight => highlight.ref === ref)
      const { title, newsletterTitle } = ofIssue[0]!
      return html`
        <section class="highlights">
          <h2><a href="#/issues/${encodeURIComponent(ref)}" dir="auto">${title || reading.untitled}</a> <span class="meta" dir="auto">${newsletterTitle}</span></h2>
          <highlight-list .highlights=${ofIssue}></highlight-list>
        </section>
      `
    })}`
  }

  async #load (): Promise<void> {
    try {
      this.highlights = (await this.parts.client.listHighlights({})).highlights
      this.failure = null
    } catch (error) {
      if (!this.highlights) this.failure = failureInWords(error, this.phrases)
    }
  }
}
