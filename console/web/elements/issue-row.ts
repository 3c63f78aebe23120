import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Issue } from '../../../shared/api/issues.ts'
import { ConsoleElement } from './console-element.ts'
import './issue-row.css'
import { markInWords } from './mark-in-words.ts'
import { isReadable, stateInWords } from './state-in-words.ts'

/** One issue in a list. All of it leads to the issue. */
@customElement('issue-row')
export class IssueRow extends ConsoleElement {
  @property({ attribute: false }) issue!: Issue
  /** Where the issue opens. */
  @property() href = ''
  /** It is the one that is open. */
  @property({ type: Boolean }) current = false
  /** In the list of one newsletter its title says nothing. */
  @property({ type: Boolean }) ofOne = false
  /** Title of the newsletter for which that of the issue can be taken by its name; '' when there is none. */
  @property() looksLike = ''

  override render (): TemplateResult {
    const { reading, trust } = this.phrases
    const { state, read, title, subtitle, summary, language } = this.issue
    const isUnread = isReadable(this.issue) && !read
    return html`
      <article class="issue-row ${isUnread ? 'unread' : ''}">
        <p class="meta">${this.#source()}${isUnread ? html`<span class="visually-hidden"> · ${reading.isUnread}</span>` : nothing}</p>
        ${this.looksLike ? html`<p class="warning"><bdi>${trust.looksLikeShort(this.looksLike)}</bdi></p>` : nothing}
        <h2><a href=${this.href} aria-current=${this.current ? 'true' : nothing} lang=${language || nothing} dir="auto">${title || reading.untitled}</a></h2>
        ${subtitle || summary ? html`<p class="summary" lang=${language || nothing} dir="auto">${subtitle || summary}</p>` : nothing}
        ${state === 'ready' ? nothing : html`<p class="meta"><span class="state ${state}" title=${reading.stateMeanings[state]}>${stateInWords(this.issue, this.phrases)}</span></p>`}
      </article>
    `
  }

  #source (): TemplateResult {
    const { reading, formats } = this.phrases
    const { petName, newsletterTitle, number, publishedAt, minutes, read, saved, place } = this.issue
    const facts = [
      this.ofOne && number > 0 && reading.issueNumber(number),
      publishedAt && formats.date(publishedAt),
      minutes !== null && reading.minutes(minutes),
      place && place.fraction < 1 ? reading.readSoFar(place.fraction) : isReadable(this.issue) && read && reading.isRead,
      saved && reading.isSaved,
      markInWords(this.issue, this.phrases)
    ].filter(fact => typeof fact === 'string' && fact !== '')
    if (this.ofOne) return html`${facts.join(' · ')}`
    return html`<span dir="auto">${petName || newsletterTitle || reading.unknownTitle}</span>${facts.map(fact => html` · ${fact}`)}`
  }
}
