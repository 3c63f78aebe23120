import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { DraftFinding } from '../../../../shared/api/drafts.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

const LEVELS = ['stop', 'warn', 'note'] as const

/** What was found in a draft before it goes out, the gravest first; each leads to its line. Emits `tk-meant`. */
@customElement('draft-findings')
export class DraftFindings extends ConsoleElement {
  @property({ attribute: false }) findings: DraftFinding[] = []
  /** Its id. */
  @property() draft = ''
  @property({ type: Boolean }) isTkMeant = false

  override render (): TemplateResult {
    const { publishing } = this.phrases
    if (this.findings.length === 0) return html`<p class="done">${publishing.nothingFound}</p>`
    const onlyTk = this.findings.some(({ code }) => code === 'tk')
    return html`
      ${LEVELS.map(level => this.#level(level))}
      ${onlyTk ? html`
        <label class="check"><input type="checkbox" .checked=${this.isTkMeant} @change=${(event: Event) => this.emit('tk-meant', (event.target as HTMLInputElement).checked)}> ${publishing.tkMeant}</label>
      ` : nothing}
    `
  }

  #level (level: typeof LEVELS[number]): TemplateResult | typeof nothing {
    const found = this.findings.filter(finding => finding.level === level)
    if (found.length === 0) return nothing
    return html`
      <h3>${this.phrases.publishing.levels[level]}</h3>
      <ul class="findings ${level}">${found.map(finding => html`<li>${this.#text(finding)} ${this.#place(finding)}</li>`)}</ul>
    `
  }

  #text ({ code, about, text }: DraftFinding): string {
    return this.phrases.publishing.findings[code](about) || text
  }

  #place ({ line }: DraftFinding): TemplateResult | typeof nothing {
    if (line === null) return nothing
    const { publishing, formats } = this.phrases
    return html`<a href="#/drafts/${this.draft}/line/${line}">${publishing.toLine(formats.number(line))}</a>`
  }
}
