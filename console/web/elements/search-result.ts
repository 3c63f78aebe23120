import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { MarkedText, SearchResult as Result } from '../../../shared/api/search.ts'
import { ConsoleElement } from './console-element.ts'
import './search-result.css'

/** An issue that was found, and where in it. All of it leads to the issue. */
@customElement('search-result')
export class SearchResult extends ConsoleElement {
  @property({ attribute: false }) result!: Result
  /** Where the issue opens. */
  @property() href = ''

  override render (): TemplateResult {
    const { reading, formats } = this.phrases
    const { issue: { petName, newsletterTitle, publishedAt, language, read, saved }, title, snippet } = this.result
    const facts = [publishedAt && formats.date(publishedAt), saved && reading.isSaved].filter(fact => typeof fact === 'string' && fact !== '')
    return html`
      <article class="search-result ${read ? '' : 'is-unread'}">
        <p class="meta"><span dir="auto">${petName || newsletterTitle || reading.unknownTitle}</span>${facts.map(fact => html` · ${fact}`)}${read ? nothing : html`<span class="visually-hidden"> · ${reading.isUnread}</span>`}</p>
        <h2><a href=${this.href} lang=${language || nothing} dir="auto">${title.length === 0 ? reading.untitled : marked(title)}</a></h2>
        ${snippet.length === 0 ? nothing : html`<p class="snippet" lang=${language || nothing} dir="auto">${marked(snippet)}</p>`}
      </article>
    `
  }
}

function marked (pieces: MarkedText): (TemplateResult | string)[] {
  return pieces.map(({ text, isHit }) => isHit ? html`<mark>${text}</mark>` : text)
}
