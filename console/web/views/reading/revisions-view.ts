import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Difference, Revision } from '../../../../shared/api/revisions.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { isReadable, stateInWords } from '../../elements/state-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './revision-difference.ts'
import './revisions.css'

/** Everything that an issue has said, and the difference of any two of its revisions. */
@customElement('revisions-view')
export class RevisionsView extends ConsoleView {
  /** `<id>@<address>`. */
  @property() issue = ''
  @state() private issueTitle = ''
  @state() private revisions: Revision[] | null = null
  @state() private difference: Difference | null = null
  @state() private failure: string | null = null
  /** What the issue waits for; null when its revisions can be listed. */
  @state() private unready: string | null = null
  @state() private from = 0
  @state() private to = 0
  /** Of the newest comparison: an older one may be answered later. */
  #asked = 0

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('issueChanged', issue => { if (issue.ref === this.issue && isReadable(issue)) void this.#load() })
    this.follow('state', () => void this.#load())
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell, revising } = this.phrases
    return html`
      <div class="page">
        <header class="masthead">
          <h1>${revising.revisionsOf(this.issueTitle)}</h1>
          <a class="button quiet" href="#/issues/${encodeURIComponent(this.issue)}">${revising.backToIssue}</a>
        </header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.revisions === null
          ? this.failure === null ? html`<p class="meta" role="status">${this.unready ?? shell.loading}</p>` : nothing
          : html`<ol class="list revisions" reversed>${this.revisions.map(revision => this.#row(revision))}</ol>${this.#comparison(this.revisions)}`}
      </div>
    `
  }

  #row ({ revision, change, note, at, writer, writerName, verified, problem, readable }: Revision): TemplateResult {
    const { revising, formats } = this.phrases
    const kinds: Record<string, string> = revising.kindsOfRevision
    return html`
      <li>
        <h2>${revising.revisionNumber(revision)}: ${kinds[change] ?? change}</h2>
        ${note ? html`<p dir="auto">${note}</p>` : change === 'original' ? nothing : html`<p class="hint">${revising.noNote}</p>`}
        <p class="meta">${revising.signedOn(formats.moment(at), writerName || writer)}</p>
        ${verified ? nothing : html`<p class="error">${revising.notVerifiedRevision(problem ?? '')}</p>`}
        ${readable ? nothing : html`<p class="hint">${revising.notHere}</p>`}
      </li>
    `
  }

  #comparison (revisions: Revision[]): TemplateResult | typeof nothing {
    const { revising } = this.phrases
    const readable = revisions.filter(({ readable }) => readable)
    if (readable.length < 2) return nothing
    const choice = (label: string, id: string, chosen: number, choose: (revision: number) => void): TemplateResult => html`
      <label for=${id}>${label}</label>
      <select id=${id} @change=${(event: Event) => choose(Number((event.target as HTMLSelectElement).value))}>
        ${readable.map(({ revision }) => html`<option value=${revision} ?selected=${revision === chosen}>${revising.revisionNumber(revision)}</option>`)}
      </select>
    `
    return html`
      <section aria-labelledby="compare">
        <h2 id="compare">${revising.compare}</h2>
        <div class="compare-choice">
          ${choice(revising.from, 'compare-from', this.from, revision => { this.from = revision; void this.#compare() })}
          ${choice(revising.to, 'compare-to', this.to, revision => { this.to = revision; void this.#compare() })}
        </div>
        ${this.difference ? html`<revision-difference .difference=${this.difference}></revision-difference>` : nothing}
      </section>
    `
  }

  async #load (): Promise<void> {
    const params = { issue: this.issue }
    try {
      const { issue } = await this.parts.client.getIssue({ params })
      this.issueTitle = issue.title
      this.titled(issue.title)
      // A revision is on its way, or its reason: they are listed when it is here.
      this.unready = isReadable(issue) ? null : stateInWords(issue, this.phrases)
      this.failure = null
      if (this.unready !== null) return
      const { revisions } = await this.parts.client.listRevisions({ params })
      if (revisions.length === 0) return // it was withdrawn just now
      const isNew = this.revisions?.length !== revisions.length
      this.revisions = revisions
      if (!isNew) return
      const [to, from] = revisions.filter(({ readable }) => readable).map(({ revision }) => revision)
      this.from = from ?? 0
      this.to = to ?? 0
      await this.#compare()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  async #compare (): Promise<void> {
    const asked = ++this.#asked
    this.difference = null
    if (this.from === 0 || this.from === this.to) return
    const [from, to] = [this.from, this.to].sort((a, b) => a - b) as [number, number]
    const difference = await this.attempt(() => this.parts.client.compareRevisions({ params: { issue: this.issue }, query: { from, to } }))
    if (difference && asked === this.#asked) this.difference = difference
  }
}
