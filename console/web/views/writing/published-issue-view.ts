import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { IssueCopiesDetails } from '../../../../shared/api/copies.ts'
import type { Issue, OpenedPage } from '../../../../shared/api/issues.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import '../../elements/issue-frame.ts'
import '../../elements/share-box.ts'
import { ConsoleView } from '../console-view.ts'
import './change-issue.ts'
import './issue-copies.ts'
import './writing.css'

/** An issue of one's own, after it has gone out: where it is now, how to share it, and what readers see. */
@customElement('published-issue-view')
export class PublishedIssueView extends ConsoleView {
  /** `<id>@<address>`. */
  @property() issue = ''
  @state() private shown: Issue | null = null
  @state() private copies: IssueCopiesDetails | null = null
  @state() private page: OpenedPage | null = null
  @state() private failure: string | null = null
  /** Of what {@link page} shows; 0: nothing yet. */
  #pageRevision = 0

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => void this.#load())
    this.follow('issueCopiesChanged', ({ ref }) => { if (ref === this.issue) void this.#countAgain().catch(() => {}) }) // a node that is gone tells it again when it is back
    this.follow('statusChanged', () => this.requestUpdate())
    this.follow('issueChanged', issue => { if (issue.ref === this.issue) this.#changed(issue) })
    this.letGoOf(this.parts.settings.onChange(() => this.requestUpdate()))
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell, publishing } = this.phrases
    return html`
      <div class="page">
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.shown ? this.#content(this.shown) : this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing}
        <p class="actions"><a class="button quiet" href="#/published">${publishing.toIssues}</a></p>
      </div>
    `
  }

  #content (issue: Issue): TemplateResult {
    const { publishing, reading, formats } = this.phrases
    const { newsletterTitle, number, title, subtitle, language, publishedAt, sizeBytes, newsletter, revision } = issue
    const appearance = { theme: this.parts.settings.values.theme, size: 3, face: 'serif', width: 'normal' }
    const known = this.parts.live.newsletters.get(newsletter)
    return html`
      <header class="published-head">
        <p class="kicker"><span dir="auto">${newsletterTitle}</span> · ${reading.issueNumber(number)}</p>
        <h1 lang=${language || nothing} dir="auto">${title}</h1>
        ${subtitle ? html`<p class="deck" lang=${language || nothing} dir="auto">${subtitle}</p>` : nothing}
      </header>
      <p class="by">${publishing.publishedOn(formats.moment(publishedAt))} · ${formats.bytes(sizeBytes)}${revision > 1 ? ` · ${publishing.revision(revision)}` : ''}</p>
      <div class="published">
        <div>
          <issue-copies .copies=${this.copies} .peers=${this.parts.live.status?.network.peers ?? 0}></issue-copies>
          <change-issue .issue=${issue}></change-issue>
          <share-box .link=${known?.link ?? `colporteur://${newsletter}`} .checkWords=${known?.checkWords ?? ''} .name=${newsletterTitle} .what=${title}></share-box>
        </div>
        <section aria-label=${publishing.asReadersSee}>
          <h2>${publishing.asReadersSee}</h2>
          ${this.page === null ? nothing : html`
            <div class="published-page" role="region" tabindex="0" aria-label=${title}>
              <issue-frame whole .path=${this.page.path} .readingPort=${this.page.readingPort} .label=${title} .appearance=${appearance}></issue-frame>
            </div>
          `}
        </section>
      </div>
    `
  }

  #changed (issue: Issue): void {
    this.shown = issue
    // What readers see is another text now.
    if (issue.state === 'ready' && issue.revision !== this.#pageRevision) void this.#load()
  }

  async #load (): Promise<void> {
    const params = { issue: this.issue }
    try {
      const { issue } = await this.parts.client.getIssue({ params })
      this.shown = issue
      this.titled(issue.title)
      if (issue.state === 'ready' && issue.revision !== this.#pageRevision) {
        this.#pageRevision = issue.revision
        this.page = await this.parts.client.openIssue({ params })
      }
      this.failure = null
      // A revision that has just gone out is checked first, as any other is: until then there is nothing to count.
      if (issue.state === 'ready') await this.#loadCopies()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  /** What is shown of the issue may be older than the count. */
  async #countAgain (): Promise<void> {
    const { issue } = await this.parts.client.getIssue({ params: { issue: this.issue } })
    if (issue.state === 'ready') await this.#loadCopies()
  }

  async #loadCopies (): Promise<void> {
    this.copies = await this.parts.client.getIssueCopies({ params: { issue: this.issue } })
  }
}
