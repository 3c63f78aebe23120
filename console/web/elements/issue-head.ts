import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { html as staticHtml, literal } from 'lit/static-html.js'
import type { IssueDetails } from '../../../shared/api/issues.ts'
import { ConsoleElement } from './console-element.ts'
import './issue-head.css'
import { stateWord } from './state-in-words.ts'
import './state-word.ts'

const TAGS = { 1: literal`h1`, 2: literal`h2` }

/** What stands above the text of an issue: newsletter, title, deck, and who vouches for it. Emits `proof`. */
@customElement('issue-head')
export class IssueHead extends ConsoleElement {
  @property({ attribute: false }) details!: IssueDetails
  /** Of the heading that the title is. */
  @property({ type: Number }) level: 1 | 2 = 1
  /** Title of the newsletter for which this one can be taken by its name; '' when there is none. */
  @property() looksLike = ''

  override render (): TemplateResult {
    const { reading, trust, formats } = this.phrases
    const { issue, proof } = this.details
    const { ref, newsletter, petName, newsletterTitle, number, title, subtitle, authors, publishedAt, minutes, state, change, revision, language } = issue
    const tag = TAGS[this.level]
    const isChanged = change === 'typo' || change === 'correction' || change === 'update' || change === 'retraction' || change === 'erasure'
    return html`
      <header class="issue-head">
        <p class="kicker"><a href="#/newsletters/${newsletter}" dir="auto">${petName || newsletterTitle || reading.unknownTitle}</a>${number > 0 ? ` · ${reading.issueNumber(number)}` : nothing}</p>
        ${this.looksLike ? html`<p class="warning"><bdi>${trust.looksLikeShort(this.looksLike)}</bdi></p>` : nothing}
        ${staticHtml`<${tag} class="title" lang=${language || nothing} dir="auto">${title || reading.untitled}</${tag}>`}
        ${subtitle ? html`<p class="deck" lang=${language || nothing} dir="auto">${subtitle}</p>` : nothing}
        <div class="byline">
          ${authors.length > 0 ? html`<span dir="auto">${formats.list(authors)}</span>` : nothing}
          ${publishedAt ? html`<time datetime=${publishedAt}>${formats.day(publishedAt)}</time>` : nothing}
          ${minutes === null ? nothing : html`<span>${reading.minutes(minutes)}</span>`}
          ${isChanged ? html`<a class="changed" href="#/issues/${encodeURIComponent(ref)}/revisions">${reading.changes[change]} (${formats.number(revision)})</a>` : nothing}
          ${issue.withdrawnByWriter ? html`<span class="changed" title=${reading.withdrawnMeaning}>${reading.withdrawnByWriter}</span>` : nothing}
          <state-word .kind=${state} .word=${stateWord(issue, this.phrases)} .meaning=${reading.stateMeanings[state]}></state-word>
          ${proof ? html`<button type="button" class="provenance" aria-haspopup="dialog" @click=${() => this.emit('proof')}>${reading.signedBy(proof.writerName || proof.writer)}</button>` : nothing}
        </div>
      </header>
    `
  }
}
