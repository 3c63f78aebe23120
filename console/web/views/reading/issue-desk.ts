import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import '../../elements/error-note.ts'
import '../../elements/issue-row.ts'
import type { IssueRow } from '../../elements/issue-row.ts'
import { ConsoleView } from '../console-view.ts'
import './issue-desk.css'
import { IssueList, type ListFilter } from './issue-list.ts'
import './issue-reader.ts'
import { WidePage } from './wide-page.ts'

/** How a list says that it is empty. */
export type EmptyNote = (filter: ListFilter) => TemplateResult

/** A list of issues and the one that is open: beside each other where there is room, else one at a time. */
@customElement('issue-desk')
export class IssueDesk extends ConsoleView {
  @property({ attribute: false }) filter: ListFilter = {}
  /** Ref of the issue that is open; null: none. */
  @property() open: string | null = null
  /** Where its issues open: below this place. */
  @property() base = ''
  /** Where the list is. */
  @property() list = ''
  /** Whose list it is: leaves away what is the same in every row. */
  @property({ type: Boolean }) ofOne = false
  /** Above the list, from the heading on. */
  @property({ attribute: false }) head: TemplateResult | typeof nothing = nothing
  /** Beside the list while nothing is open. */
  @property({ attribute: false }) aside: TemplateResult | typeof nothing = nothing
  /** Beside the list when there is nothing to open either. */
  @property({ attribute: false }) asideOfNone: TemplateResult | typeof nothing = nothing
  @property({ attribute: false }) empty: EmptyNote = () => html``
  /** Says what is listed to who can't see it. */
  @property() label = ''
  #list = new IssueList(this, () => this.parts, () => this.phrases)
  #page = new WidePage(this)
  #listTop = 0
  /** Where keys have led already, though the page is not there yet: who presses twice means two. */
  #ahead: string | null = null
  #steps: (1 | -1)[] = []

  override connectedCallback (): void {
    super.connectedCallback()
    const { reading } = this.phrases
    this.bindKeys([
      ...['j', 'n'].map(keys => ({ keys, label: reading.keyNext, run: () => void this.#step(1) })),
      ...['k', 'p'].map(keys => ({ keys, label: reading.keyPrevious, run: () => void this.#step(-1) })),
      { keys: 'o', label: reading.keyOpen, run: () => void this.#openFocused() },
      { keys: 'm', label: reading.keyRead, run: () => void this.#mark(issue => this.parts.client.markIssue({ params: { issue: issue.ref }, body: { read: !issue.read } })) },
      { keys: 's', label: reading.keySave, run: () => void this.#mark(issue => this.parts.client.saveIssue({ params: { issue: issue.ref }, body: { saved: !issue.saved } })) },
      { keys: '/', label: reading.keyFilter, run: () => this.#filterOrSearch() },
      { keys: 'Escape', label: reading.keyBack, run: () => { if (this.open !== null) this.parts.router.go(this.list) } }
    ])
  }

  override willUpdate (changed: PropertyValues<this>): void {
    this.#list.show(this.filter)
    if (changed.has('open')) this.#ahead = null
    if (!changed.has('open') || this.#page.isWide) return
    // A narrow page shows the list or the text: the list is found again where it was left.
    if (this.open !== null && changed.get('open') === null) this.#listTop = scrollY
  }

  override updated (changed: PropertyValues<this>): void {
    if (changed.has('open') && this.hasUpdated) {
      scrollTo(0, !this.#page.isWide && this.open === null ? this.#listTop : 0)
      this.querySelector('.desk-list [aria-current="true"]')?.scrollIntoView({ block: 'nearest' })
      if (!this.#page.isWide && changed.get('open') !== undefined) void this.#moveFocus(changed.get('open') ?? null)
    }
    this.#watchEnd()
  }

  override render (): TemplateResult {
    const { isWide } = this.#page
    const isOpen = this.open !== null
    return html`
      <div class="desk ${isWide ? 'wide' : ''}">
        ${isWide || !isOpen ? html`<section class="desk-list" aria-label=${this.label}>${this.head}${this.#rows()}</section>` : nothing}
        ${isOpen
          ? html`<issue-reader class="desk-text" .ref=${this.open} .base=${this.base} .level=${isWide ? 2 : 1} .back=${isWide ? null : this.list}></issue-reader>`
          : isWide ? html`<div class="desk-text">${this.#list.issues?.length === 0 ? this.asideOfNone : this.aside}</div>` : nothing}
      </div>
    `
  }

  /** On a narrow page what had the focus is gone: it goes on with the text, and from there back to the row that led to it. */
  async #moveFocus (before: string | null): Promise<void> {
    await this.#list.first()
    const row = this.open === null ? [...this.querySelectorAll<IssueRow>('issue-row')].find(({ issue }) => issue.ref === before) : undefined
    await row?.updateComplete
    const target = row?.querySelector('a') ?? this.closest<HTMLElement>('main')
    if (this.open === null || before === null) target?.focus({ preventScroll: true })
  }

  #rows (): TemplateResult {
    const { issues, failure } = this.#list
    const { shell, reading } = this.phrases
    return html`
      ${failure === null ? nothing : html`<div class="desk-note"><error-note .message=${failure} @retry=${() => void this.#list.reload()}></error-note></div>`}
      ${issues === null && failure === null ? html`<p class="desk-note meta" role="status">${shell.loading}</p>` : nothing}
      ${issues?.length === 0 ? html`<div class="desk-note">${this.empty(this.filter)}</div>` : nothing}
      ${issues && issues.length > 0
        ? html`<ol class="issues">${repeat(issues, ({ ref }) => ref, issue => html`
            <li><issue-row .issue=${issue} .href=${this.#hrefOf(issue.ref)} .current=${issue.ref === this.open} .ofOne=${this.ofOne}
              .looksLike=${this.ofOne ? '' : this.parts.live.newsletters.get(issue.newsletter)?.looksLike?.title ?? ''}></issue-row></li>`)}</ol>`
        : nothing}
      ${this.#list.hasMore ? html`<div class="desk-note end"><button class="quiet" @click=${() => void this.#list.loadMore()}>${reading.older}</button></div>` : nothing}
    `
  }

  #hrefOf (ref: string): string {
    return `#${this.base}/${encodeURIComponent(ref)}`
  }

  /** Who comes near the end of the list gets more of it. */
  #watchEnd (): void {
    this.#ends.disconnect()
    const end = this.querySelector('.end')
    if (end) this.#ends.observe(end)
  }

  #ends = new IntersectionObserver(entries => { if (entries.some(({ isIntersecting }) => isIntersecting)) void this.#list.loadMore() }, { rootMargin: '800px' })

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.#ends.disconnect()
  }

  /** The issue that keys mean: the one that is open, else the one that has the focus. */
  #meant (): number {
    const issues = this.#list.issues ?? []
    const open = this.#ahead ?? this.open
    if (open !== null) return issues.findIndex(({ ref }) => ref === open)
    const row = document.activeElement?.closest<IssueRow>('issue-row')
    return row ? issues.findIndex(({ ref }) => ref === row.issue.ref) : -1
  }

  /** Steps that keys ask for while one is being made are made after it. */
  async #step (by: 1 | -1): Promise<void> {
    this.#steps.push(by)
    if (this.#steps.length > 1) return
    while (this.#steps[0]) {
      await this.#stepOnce(this.#steps[0])
      this.#steps.shift()
    }
  }

  async #stepOnce (by: 1 | -1): Promise<void> {
    // Who knows the keys presses them before the list is here.
    await this.#list.first()
    const wanted = this.#meant() + by
    if (wanted >= (this.#list.issues?.length ?? 0)) await this.#list.loadMore()
    const issue = this.#list.issues?.[Math.max(0, wanted)]
    if (!issue || (wanted < 0 && this.open !== null)) return
    if (this.open === null && !this.#page.isWide) return this.#linkOf(issue)?.focus()
    this.#ahead = issue.ref
    if (this.open !== null) this.parts.router.replace(this.#hrefOf(issue.ref).slice(1))
    else this.parts.router.go(this.#hrefOf(issue.ref).slice(1))
  }

  async #openFocused (): Promise<void> {
    await this.#list.first()
    const issue = this.#list.issues?.[Math.max(0, this.#meant())]
    if (issue && this.open === null) this.parts.router.go(this.#hrefOf(issue.ref).slice(1))
  }

  /** Where only the text is shown there is no list to filter. */
  #filterOrSearch (): void {
    const field = this.querySelector<HTMLInputElement>('input[type="search"]')
    if (field) field.focus()
    else this.parts.router.go('/search')
  }

  #linkOf ({ ref }: Issue): HTMLAnchorElement | null {
    return [...this.querySelectorAll<IssueRow>('issue-row')].find(({ issue }) => issue.ref === ref)?.querySelector('a') ?? null
  }

  /** For the issue that is open the reader has the same keys, and knows it better. */
  async #mark (mark: (issue: Issue) => Promise<Issue>): Promise<void> {
    const issue = this.#list.issues?.[this.#meant()]
    if (issue && this.open === null) await this.attempt(() => mark(issue))
  }
}
