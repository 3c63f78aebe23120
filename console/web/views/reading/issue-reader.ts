import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { ExportFormat } from '../../../../shared/api/exports.ts'
import type { Issue, IssueDetails, OpenedPage, Place } from '../../../../shared/api/issues.ts'
import { saveExported } from '../../api/exported-file.ts'
import type { SettingValues } from '../../app/settings.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import '../../elements/issue-foot.ts'
import '../../elements/issue-frame.ts'
import type { IssueFrame } from '../../elements/issue-frame.ts'
import '../../elements/issue-head.ts'
import '../../elements/reader-tools.ts'
import { isReadable } from '../../elements/state-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import { Highlighter } from './highlighter.ts'
import './issue-reader.css'
import './issue-rest.ts'
import './issue-source.ts'
import './issue-unready.ts'
import { PlaceKeeper } from './place-keeper.ts'

/** Who only passes by has not read it. */
const READ_MS = 1_000

/** One issue to read, with all that a reader does with it. The one before stays until the next is here, so that no key falls between them. */
@customElement('issue-reader')
export class IssueReader extends ConsoleView {
  @property() ref = ''
  /** Where issues beside it open: below this place. */
  @property() base = '/issues'
  /** Of the heading that its title is. */
  @property({ type: Number }) level: 1 | 2 = 1
  /** Where the list is that it was opened from, where that is not beside it. */
  @property() back: string | null = null
  @state() private details: IssueDetails | null = null
  @state() private opened: OpenedPage | null = null
  @state() private failure: string | null = null
  @state() private showsSource = false
  @state() private wasContinued = false
  @query('issue-frame') private frame!: IssueFrame | null
  @query('.reading-progress') private progress!: HTMLElement | null
  /** Ref of the issue that is shown; null while another one is on its way. */
  #shown: string | null = null
  #place: PlaceKeeper | null = null
  #highlighter = new Highlighter(this, { parts: () => this.parts, phrases: () => this.phrases, frame: () => this.frame, attempt: work => this.attempt(work) })
  #isMarked = false
  #readTimer: ReturnType<typeof setTimeout> | undefined
  #unlisten: (() => void) | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    const { reading, holding } = this.phrases
    this.#place = new PlaceKeeper({ tell: fraction => this.#tellProgress(fraction) })
    this.follow('issueChanged', issue => { if (issue.ref === this.ref) void this.#changed(issue) })
    this.follow('state', () => void this.#load())
    for (const name of ['newsletterChanged', 'newsletterRemoved'] as const) this.follow(name, () => this.requestUpdate())
    this.#unlisten = this.parts.settings.onChange(() => {
      this.#place?.hold()
      this.requestUpdate()
    })
    this.bindKeys([
      { keys: 'm', label: reading.keyRead, run: () => this.#mark() },
      { keys: 's', label: reading.keySave, run: () => this.#save() },
      { keys: 'h', label: holding.highlight, run: () => this.#highlighter.add() },
      { keys: 'v', label: reading.keySource, run: () => { this.showsSource = !this.showsSource } },
      { keys: 'c', label: reading.keyProof, run: () => void this.#showProof() }
    ])
    addEventListener('keydown', this.#onPrintKey)
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.#place?.end()
    this.#unlisten?.()
    clearTimeout(this.#readTimer)
    removeEventListener('keydown', this.#onPrintKey)
  }

  override willUpdate (changed: PropertyValues<this>): void {
    if (!changed.has('ref')) return
    clearTimeout(this.#readTimer)
    this.#place?.leave()
    this.#shown = this.failure = null
    this.showsSource = this.wasContinued = false
    void this.#load()
  }

  override render (): TemplateResult {
    if (this.failure !== null) return html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`
    if (!this.details) return html`<p class="meta" role="status">${this.phrases.shell.loading}</p>`
    const { issue } = this.details
    const { settings, live } = this.parts
    return html`
      <div class="reading-progress" aria-hidden="true"></div>
      <reader-tools .issue=${issue} .settings=${settings.values} .showsSource=${this.showsSource} .back=${this.back} .text=${this.#textOf}
        @mark=${() => this.#mark()} @save=${() => this.#save()} @print=${() => this.frame?.print()}
        @source=${() => { this.showsSource = !this.showsSource }} @export=${this.#onExport} @dress=${this.#onDress}></reader-tools>
      <article class="reader ${settings.values.textWidth}">
        <issue-head .details=${this.details} .level=${this.level} .looksLike=${live.newsletters.get(issue.newsletter)?.looksLike?.title ?? ''}
          @proof=${() => void this.#showProof()}></issue-head>
        ${this.wasContinued ? this.#continued() : nothing}
        ${issue.state === 'partial' ? html`<issue-rest .issue=${issue} @get=${() => void this.#get()}></issue-rest>` : nothing}
        ${isReadable(issue)
          ? this.#text(issue)
          : html`<issue-unready .issue=${issue} .newsletter=${live.newsletters.get(issue.newsletter) ?? null} @get=${() => void this.#get()}></issue-unready>`}
        ${isReadable(issue) ? this.#highlighter.render() : nothing}
        <issue-foot .details=${this.details} .base=${this.base} @mark=${() => this.#mark()} @save=${() => this.#save()}></issue-foot>
      </article>
    `
  }

  #text (issue: Issue): TemplateResult | typeof nothing {
    const { reading, shell } = this.phrases
    if (this.showsSource) return html`<issue-source .ref=${issue.ref}></issue-source>`
    if (!this.opened) return html`<p class="meta" role="status">${shell.loading}</p>`
    return html`
      <issue-frame .path=${this.opened.path} .readingPort=${this.opened.readingPort} .label=${reading.frameLabel(issue.title)}
        .appearance=${this.parts.settings.appearance} @laid=${this.#onLaid} @jump=${this.#onJump} @follow=${this.#onFollow}
        @selected=${this.#highlighter.onSelected} @unselected=${this.#highlighter.onUnselected} @marked=${this.#highlighter.onMarked} @highlight=${this.#highlighter.onHighlight}
        @failed=${() => { this.failure = reading.frameFailed }}></issue-frame>
    `
  }

  #continued (): TemplateResult {
    const { reading } = this.phrases
    const toBeginning = (): void => {
      this.wasContinued = false
      scrollTo(0, 0)
    }
    return html`<p class="continued meta"><span>${reading.continued}</span> <button class="quiet" @click=${toBeginning}>${reading.toBeginning}</button></p>`
  }

  async #load (): Promise<void> {
    const { ref } = this
    try {
      const details = await this.parts.client.getIssue({ params: { issue: ref } })
      const isOpen = this.#shown === ref && this.opened !== null
      const opened = isOpen || !isReadable(details.issue) ? null : await this.parts.client.openIssue({ params: { issue: ref } })
      if (ref !== this.ref) return
      this.titled(details.issue.title || this.phrases.reading.untitled)
      if (this.#shown !== ref) this.#begin(details.issue)
      this.details = details
      this.failure = null
      if (opened) this.opened = opened
    } catch (error) {
      // What is shown already stays: the node may only be gone for a moment.
      if (ref === this.ref && this.#shown !== ref) this.failure = failureInWords(error, this.phrases)
    }
  }

  #begin ({ ref, place }: Issue): void {
    this.#shown = ref
    this.opened = null
    this.#isMarked = false
    this.#place?.begin(place, kept => this.#keepPlace(ref, kept))
    this.#highlighter.begin(ref)
  }

  async #changed (issue: Issue): Promise<void> {
    if (!this.details || this.#shown !== issue.ref) return
    const isNewText = issue.revision !== this.details.issue.revision
    const becameReady = isReadable(issue) && issue.state !== this.details.issue.state
    this.details = { ...this.details, issue }
    if (isNewText || becameReady) this.opened = null // there may be more to show
    if (isNewText || becameReady) await this.#load()
  }

  #onLaid = ({ detail: { height, blocks } }: CustomEvent<{ height: number, blocks: number[] }>): void => {
    if (!this.frame || !this.#place || this.#shown !== this.ref) return
    if (this.#place.laid(this.frame, height, blocks)) this.wasContinued = true
    this.#highlighter.laid()
    if (this.#isMarked) return
    // Once for each opening: what the person marks afterwards is not overruled when the text is laid out anew.
    this.#isMarked = true
    const { ref } = this
    if (!this.details?.issue.read) this.#readTimer = setTimeout(() => void this.#markRead(ref), READ_MS)
  }

  #onJump = ({ detail: { top } }: CustomEvent<{ top: number }>): void => {
    if (this.frame) scrollTo(0, this.frame.getBoundingClientRect().top + scrollY + top - 24)
  }

  #onFollow = ({ detail: { link } }: CustomEvent<{ link: string }>): void => {
    this.parts.router.go(`/subscribe?address=${encodeURIComponent(link)}`)
  }

  #textOf = async (): Promise<string> => (await this.parts.client.getIssueContent({ params: { issue: this.ref }, query: { format: 'text' } })).content

  #onDress = ({ detail }: CustomEvent<Partial<SettingValues>>): void => this.parts.settings.set(detail)

  #onExport = ({ detail }: CustomEvent<ExportFormat>): void => {
    const issue = this.#shownIssue
    if (issue) void this.attempt(() => saveExported('issue', issue.ref, detail))
  }

  #onPrintKey = (event: KeyboardEvent): void => {
    // The browser would print this page, with the text cut where the paper ends.
    if (event.key !== 'p' || !(event.ctrlKey || event.metaKey) || !this.frame || this.showsSource) return
    event.preventDefault()
    this.frame.print()
  }

  async #markRead (ref: string): Promise<void> {
    // Quietly: nobody asked for it, and the next opening tries again.
    await this.parts.client.markIssue({ params: { issue: ref }, body: { read: true } }).catch(() => {})
  }

  /** What keys and buttons mean: nothing while another issue is on its way. */
  get #shownIssue (): Issue | null {
    return this.details?.issue.ref === this.#shown ? this.details!.issue : null
  }

  #mark (): void {
    clearTimeout(this.#readTimer)
    const issue = this.#shownIssue
    if (issue) void this.attempt(() => this.parts.client.markIssue({ params: { issue: issue.ref }, body: { read: !issue.read } }))
  }

  #save (): void {
    const issue = this.#shownIssue
    if (issue) void this.attempt(() => this.parts.client.saveIssue({ params: { issue: issue.ref }, body: { saved: !issue.saved } }))
  }

  async #get (): Promise<void> {
    const issue = this.#shownIssue
    if (issue) await this.attempt(() => this.parts.client.fetchIssue({ params: { issue: issue.ref }, body: { fetched: true } }))
  }

  #keepPlace (ref: string, place: Place | null): void {
    this.parts.client.keepPlace({ params: { issue: ref }, body: { place } }).catch(() => {}) // a node that is gone keeps no place
  }

  #tellProgress (fraction: number): void {
    if (this.progress) this.progress.style.scale = `${fraction} 1`
  }

  async #showProof (): Promise<void> {
    if (this.details?.proof) await this.openDialog('proof-dialog', () => import('./proof-dialog.ts'), { details: this.details })
  }
}
