import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import '../../elements/error-note.ts'
import '../../elements/issue-row.ts'
import { ConsoleView } from '../console-view.ts'
import './reading.css'

const PAGE = 50

/** The issues of all subscriptions, newest first. */
@customElement('inbox-view')
export class InboxView extends ConsoleView {
  @state() private issues: Issue[] | null = null
  @state() private next: string | null = null
  @state() private unread = false
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('issueChanged', issue => this.#changed(issue))
    this.follow('state', () => void this.#load())
    this.follow('newsletterRemoved', () => void this.#load())
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell, reading } = this.phrases
    return html`
      <div class="page">
        <header class="masthead">
          <h1>${shell.inbox}</h1>
          <label class="check"><input type="checkbox" .checked=${this.unread} @change=${this.#onUnread}> ${reading.unreadOnly}</label>
        </header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.issues === null ? this.#waiting() : this.issues.length === 0 ? this.#empty() : this.#list(this.issues)}
      </div>
    `
  }

  #waiting (): TemplateResult {
    return html`<p class="meta" role="status">${this.failure === null ? this.phrases.shell.loading : ''}</p>`
  }

  #empty (): TemplateResult {
    const { shell, reading } = this.phrases
    if (this.unread) return html`<p class="empty">${reading.allRead}</p>`
    return html`
      <div class="empty">
        <p>${reading.inboxEmpty}</p>
        <a class="button primary" href="#/newsletters">${shell.subscribe}</a>
        <p class="hint">${reading.inboxEmptyHint}</p>
      </div>
    `
  }

  #list (issues: Issue[]): TemplateResult {
    return html`
      <ol class="list issues">${repeat(issues, ({ ref }) => ref, issue => html`<li><issue-row .issue=${issue}></issue-row></li>`)}</ol>
      ${this.next === null ? nothing : html`<div class="actions"><button @click=${() => void this.#load(this.next)}>${this.phrases.reading.older}</button></div>`}
    `
  }

  #onUnread = (event: Event): void => {
    this.unread = (event.target as HTMLInputElement).checked
    void this.#load()
  }

  async #load (cursor: string | null = null): Promise<void> {
    try {
      const query = { limit: PAGE, ...(this.unread && { unread: true }), ...(cursor !== null && { cursor }) }
      const { issues, next } = await this.parts.client.getInbox({ query })
      this.issues = cursor === null ? issues : [...this.issues ?? [], ...issues]
      this.next = next
      this.failure = null
    } catch (error) {
      this.failure = (error as Error).message
    }
  }

  #changed (issue: Issue): void {
    const shown = this.issues?.some(({ ref }) => ref === issue.ref)
    if (shown) this.issues = this.issues!.map(known => known.ref === issue.ref ? issue : known)
    else if (this.issues && this.issues.length < PAGE) void this.#load()
  }
}
