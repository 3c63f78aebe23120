import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import type { ExportFormat } from '../../../shared/api/exports.ts'
import type { Issue } from '../../../shared/api/issues.ts'
import type { SettingValues } from '../app/settings.ts'
import { ConsoleElement } from './console-element.ts'
import './read-aloud.ts'
import { placeBeside } from './popover-place.ts'
import './reader-tools.css'
import { isReadable } from './state-in-words.ts'

const SIZES = [1, 2, 3, 4, 5]

/** What a reader can do with an issue and how it looks. Emits `save`, `mark`, `source`, `print`, `export` with a format, and `dress` with settings. */
@customElement('reader-tools')
export class ReaderTools extends ConsoleElement {
  @property({ attribute: false }) issue!: Issue
  @property({ attribute: false }) settings!: SettingValues
  @property({ type: Boolean }) showsSource = false
  /** Where the list is, where it is not beside. */
  @property() back: string | null = null
  /** Gives the text, to be read aloud. */
  @property({ attribute: false }) text: () => Promise<string> = async () => ''
  @query('#text-menu') private menu!: HTMLElement

  override render (): TemplateResult {
    const { reading } = this.phrases
    const { saved, read } = this.issue
    return html`
      <div class="reader-tools" role="group">
        ${this.back === null ? nothing : html`<a class="button quiet back" href="#${this.back}">${reading.back}</a>`}
        ${isReadable(this.issue)
          ? html`
            <button class="quiet" aria-pressed=${saved} @click=${() => this.emit('save')}>${saved ? reading.saved : reading.save}</button>
            <button class="quiet" @click=${() => this.emit('mark')}>${read ? reading.markUnread : reading.markRead}</button>
            <read-aloud .language=${this.issue.language} .text=${this.text}></read-aloud>
            <button class="quiet" popovertarget="text-menu">${reading.text}</button>`
          : nothing}
      </div>
      <div id="text-menu" class="menu" popover @toggle=${this.#onToggle}>${this.#menu()}</div>
    `
  }

  #menu (): TemplateResult {
    const { reading, shell, holding } = this.phrases
    return html`
      <div class="sizes" role="group" aria-label=${reading.textSize}>
        <button aria-label=${reading.smaller} ?disabled=${this.settings.textSize <= SIZES[0]!} @click=${() => this.#resize(-1)}><span class="small-a" aria-hidden="true">A</span></button>
        <span class="dots" aria-hidden="true">${SIZES.map(size => size === this.settings.textSize ? '●' : '○')}</span>
        <button aria-label=${reading.larger} ?disabled=${this.settings.textSize >= SIZES.at(-1)!} @click=${() => this.#resize(1)}><span class="large-a" aria-hidden="true">A</span></button>
      </div>
      ${this.#choice('textFace', reading.textFace, { serif: reading.faceSerif, sans: reading.faceSans })}
      ${this.#choice('textWidth', reading.textWidth, { narrow: reading.widthNarrow, normal: reading.widthNormal, wide: reading.widthWide })}
      ${this.#choice('theme', shell.theme, { system: reading.themeSystem, light: shell.themeLight, dark: shell.themeDark })}
      <div class="menu-actions">
        <button class="quiet" @click=${() => this.#act('source')}>${this.showsSource ? reading.rendered : reading.source}</button>
        <button class="quiet" @click=${() => this.#act('print')}>${reading.print}</button>
      </div>
      ${this.issue.state === 'ready' ? html`<fieldset>
        <legend>${holding.saveAs}</legend>
        <div class="choices">${(['html', 'epub', 'markdown'] as const).map(format => html`
          <button type="button" @click=${() => this.#export(format)}>${holding.formats[format]}</button>`)}</div>
      </fieldset>` : nothing}
    `
  }

  #choice<Name extends 'textFace' | 'textWidth' | 'theme'> (name: Name, legend: string, labels: Record<SettingValues[Name], string>): TemplateResult {
    const options = Object.entries(labels) as [SettingValues[Name], string][]
    return html`
      <fieldset>
        <legend>${legend}</legend>
        <div class="choices">${options.map(([value, label]) => html`
          <button type="button" aria-pressed=${this.settings[name] === value} @click=${() => this.emit('dress', { [name]: value })}>${label}</button>`)}</div>
      </fieldset>
    `
  }

  #resize (by: 1 | -1): void {
    this.emit('dress', { textSize: Math.max(SIZES[0]!, Math.min(SIZES.at(-1)!, this.settings.textSize + by)) })
  }

  #act (what: 'source' | 'print'): void {
    this.menu.hidePopover()
    this.emit(what)
  }

  #export (format: ExportFormat): void {
    this.menu.hidePopover()
    this.emit('export', format)
  }

  #onToggle = ({ newState }: ToggleEvent): void => {
    if (newState === 'open') placeBeside(this.querySelector('[popovertarget]')!, this.menu)
  }
}
