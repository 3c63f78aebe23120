import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'

/** Those that many people write in; every other can be typed. */
const OFFERED = [
  'ar', 'bn', 'ca', 'cs', 'da', 'de', 'el', 'en', 'en-GB', 'en-US', 'eo', 'es', 'et', 'eu', 'fa', 'fi', 'fr', 'ga', 'gl', 'he', 'hi', 'hr', 'hu', 'id', 'is', 'it',
  'ja', 'ko', 'lt', 'lv', 'nb', 'nl', 'pl', 'pt', 'pt-BR', 'ro', 'ru', 'sk', 'sl', 'sr', 'sv', 'sw', 'ta', 'th', 'tr', 'uk', 'ur', 'vi', 'zh-Hans', 'zh-Hant'
]
const OTHER = 'other'

/** Asks for a language by its name, or by its code when it is none of those offered. */
@customElement('language-field')
export class LanguageField extends ConsoleElement {
  @property() label = ''
  @property() hint = ''
  /** BCP 47 at first, or ''; what is chosen is {@link code}. */
  @property() value = ''
  /** What choosing none means; without it, one has to be chosen. */
  @property() none = ''
  @state() private isOther = false
  @query('select') private select!: HTMLSelectElement
  @query('input') private input!: HTMLInputElement | null

  /** BCP 47; '' when none is chosen. */
  get code (): string {
    return this.select.value === OTHER ? this.input?.value.trim() ?? '' : this.select.value
  }

  override render (): TemplateResult {
    const { writing, formats } = this.phrases
    const names = new Intl.DisplayNames(formats.language, { type: 'language' })
    const codes = this.value === '' || OFFERED.includes(this.value) ? OFFERED : [this.value, ...OFFERED]
    const options = codes.map(code => ({ code, name: names.of(code) ?? code })).sort((a, b) => a.name.localeCompare(b.name, formats.language))
    return html`
      <label for="language">${this.label}</label>
      <select id="language" aria-describedby=${this.hint === '' ? nothing : 'language-hint'} @change=${this.#onChange}>
        ${this.none === '' ? nothing : html`<option value="" ?selected=${this.value === ''}>${this.none}</option>`}
        ${options.map(({ code, name }) => html`<option value=${code} ?selected=${code === this.value}>${name}</option>`)}
        <option value=${OTHER}>${writing.languageOther}</option>
      </select>
      ${this.isOther ? html`
        <label for="language-code">${writing.languageCode}</label>
        <input id="language-code" type="text" required maxlength="35" pattern="[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*" spellcheck="false" autocomplete="off" placeholder="oc">
      ` : nothing}
      ${this.hint === '' ? nothing : html`<p class="hint" id="language-hint">${this.hint}</p>`}
    `
  }

  #onChange = (): void => {
    this.isOther = this.select.value === OTHER
  }
}
