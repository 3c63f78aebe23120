import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { OpenedPage } from '../../../../shared/api/issues.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { icon } from '../../elements/icon.ts'
import '../../elements/issue-frame.ts'
import type { DraftDesk } from './draft-desk.ts'

/** There is room for it beside the text. */
const BESIDE = '(min-width: 1180px)'
const WIDTHS = { phone: 390, desktop: 1024 } as const
const THEMES = ['light', 'dark'] as const

/**
 * The draft exactly as its readers will see it, on a phone or a desktop, light or dark: beside the text where there is
 * room, over it where there is none. Follows what is saved. Emits `closed`.
 */
@customElement('preview-pane')
export class PreviewPane extends ConsoleElement {
  @property({ attribute: false }) desk!: DraftDesk
  @state() private width: keyof typeof WIDTHS = 'phone'
  @state() private theme: typeof THEMES[number] = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  /** What is shown, and behind it what takes its place when it has come: nothing flickers while somebody writes. */
  @state() private pages: OpenedPage[] = []
  @state() private failure: string | null = null
  /** By which a desktop's page is made to fit. */
  @state() private zoom = 1
  @query('dialog') private dialog!: HTMLDialogElement
  @query('.preview-page') private box!: HTMLElement
  #version = -1
  #resize = new ResizeObserver(() => this.#fit())

  override connectedCallback (): void {
    super.connectedCallback()
    this.desk.addEventListener('change', this.#onDesk)
    void this.#look()
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.desk.removeEventListener('change', this.#onDesk)
    this.#resize.disconnect()
  }

  override firstUpdated (): void {
    if (matchMedia(BESIDE).matches) this.dialog.show()
    else this.dialog.showModal()
    this.#resize.observe(this.box)
  }

  override updated (): void {
    this.#fit()
    const sheet = this.querySelector<HTMLElement>('.preview-sheet')!
    sheet.style.width = `${WIDTHS[this.width]}px`
    sheet.style.zoom = String(this.zoom)
  }

  override render (): TemplateResult {
    const { writing, publishing, shell } = this.phrases
    return html`
      <dialog class="preview" aria-labelledby="preview-heading" @close=${() => this.dispatchEvent(new CustomEvent('closed'))}>
        <header>
          <h2 id="preview-heading">${writing.preview}</h2>
          <div class="choice">${(['phone', 'desktop'] as const).map(width => this.#choice(writing[width], this.width === width, () => { this.width = width }))}</div>
          <div class="choice">${THEMES.map(theme => this.#choice(theme === 'light' ? shell.themeLight : shell.themeDark, this.theme === theme, () => { this.theme = theme }))}</div>
          <button type="button" class="quiet tool" aria-label=${shell.close} title=${shell.close} @click=${() => this.dialog.close()}>${icon('close')}</button>
        </header>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="preview-page ${this.theme}" role="region" tabindex="0" aria-label=${publishing.asReadersSee}>
          <div class="preview-sheet">${repeat(this.pages, ({ path }) => path, (page, i) => this.#page(page, i > 0))}</div>
        </div>
      </dialog>
    `
  }

  #choice (label: string, isChosen: boolean, choose: () => void): TemplateResult {
    return html`<button type="button" class="quiet" aria-pressed=${isChosen} @click=${choose}>${label}</button>`
  }

  #page ({ path, readingPort }: OpenedPage, isComing: boolean): TemplateResult {
    const arrived = (): void => { if (isComing) this.pages = this.pages.slice(-1) }
    return html`
      <issue-frame whole class=${isComing ? 'coming' : ''} ?inert=${isComing} .path=${path} .readingPort=${readingPort} .label=${this.phrases.writing.preview}
        .appearance=${{ theme: this.theme, size: 3, face: 'serif', width: 'normal' }} @laid=${arrived} @plain=${arrived}></issue-frame>
    `
  }

  #onDesk = (): void => {
    if (this.desk.draft.version !== this.#version) void this.#look()
  }

  async #look (): Promise<void> {
    await this.desk.autosave.saveNow()
    this.#version = this.desk.draft.version
    this.failure = null
    try {
      const page = await this.desk.preview()
      this.pages = [...this.pages.slice(0, 1), page]
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  #fit (): void {
    this.zoom = Math.min(1, this.box.clientWidth / WIDTHS[this.width])
  }
}
