import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Issue } from '../../../shared/api/issues.ts'
import { ConsoleElement } from './console-element.ts'
import { stateInWords } from './state-in-words.ts'

/** One issue in a list. */
@customElement('issue-row')
export class IssueRow extends ConsoleElement {
  @property({ attribute: false }) issue!: Issue

  override render (): TemplateResult {
    const { reading, formats } = this.phrases
    const { ref, state, read, title, subtitle, summary, newsletterTitle, publishedAt, number, language } = this.issue
    const name = html`<span lang=${language} dir="auto">${title || reading.untitled}</span>`
    return html`
      <article class="issue-row ${state === 'ready' && !read ? 'unread' : ''}">
        <p class="meta"><span dir="auto">${newsletterTitle}</span>${number > 0 ? ` · ${reading.issueNumber(number)}` : ''}${publishedAt && ` · ${formats.day(publishedAt)}`}</p>
        <h3>${state === 'ready' ? html`<a href="#/issues/${encodeURIComponent(ref)}">${name}</a>` : name}</h3>
        <p class="summary" lang=${language} dir="auto">${subtitle || summary}</p>
        <p class="meta"><span class="state ${state}">${stateInWords(this.issue, this.phrases)}</span></p>
      </article>
    `
  }
}
