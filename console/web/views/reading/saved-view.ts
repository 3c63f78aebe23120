import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { ConsoleView } from '../console-view.ts'
import './issue-desk.ts'
import type { ListFilter } from './issue-list.ts'
import './list-filter.ts'
import './nothing-open.ts'

/** What was saved for later, of all newsletters. */
@customElement('saved-view')
export class SavedView extends ConsoleView {
  /** Ref of the issue that is open; null: none. */
  @property() open: string | null = null
  @state() private filter: ListFilter = { saved: true }

  override render (): TemplateResult {
    return html`
      <issue-desk .filter=${this.filter} .open=${this.open} base="/saved" list="/saved" .label=${this.phrases.shell.saved} .head=${this.#head()}
        .aside=${html`<nothing-open></nothing-open>`} .empty=${this.#empty}></issue-desk>
    `
  }

  #head (): TemplateResult {
    return html`
      <header class="desk-head">
        <h1>${this.phrases.shell.saved}</h1>
        <p class="meta"><a href="#/highlights">${this.phrases.holding.highlights}</a></p>
        <list-filter .filter=${this.filter} @filter=${this.#onFilter}></list-filter>
      </header>
    `
  }

  #empty = ({ text }: ListFilter): TemplateResult => {
    const { reading } = this.phrases
    if (text?.trim()) return html`<p>${reading.noMatch}.</p>`
    return html`<h2>${reading.savedEmpty}</h2><p class="hint">${reading.savedEmptyHint}</p>`
  }

  #onFilter = ({ detail }: CustomEvent<ListFilter>): void => {
    this.filter = { ...this.filter, ...detail }
  }
}
