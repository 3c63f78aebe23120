import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Issue } from '../../../../shared/api/issues.ts'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import { problemInWords } from '../../elements/failure-in-words.ts'
import { stateInWords } from '../../elements/state-in-words.ts'

/** In place of the text of an issue that is not here, or that is not to be believed. Emits `get`. */
@customElement('issue-unready')
export class IssueUnready extends ConsoleElement {
  @property({ attribute: false }) issue!: Issue
  /** Null: it is not known. */
  @property({ attribute: false }) newsletter: Newsletter | null = null

  override render (): TemplateResult {
    const { reading } = this.phrases
    const { state, problem, haveBytes, wantedBytes } = this.issue
    if (state === 'notVerified') {
      return html`
        <div class="refused" role="alert">
          <h3>${reading.refusedTitle}</h3>
          <p>${reading.refusedWhy}</p>
          <p><strong>${problemInWords(problem, this.phrases)}</strong></p>
          <p class="hint">${reading.refusedHint}</p>
        </div>
      `
    }
    const words = stateInWords(this.issue, this.phrases)
    if (state === 'removed') return this.#removed(words)
    return html`
      <div class="unready">
        <p role="status"><span class="state ${state}">${words}</span></p>
        <progress max=${wantedBytes} .value=${haveBytes} aria-label=${words}></progress>
        <p class="hint">${this.#hint()}</p>
      </div>
    `
  }

  #removed (words: string): TemplateResult {
    const { reading, holding } = this.phrases
    return html`
      <div class="unready">
        <p><span class="state">${words}</span></p>
        <p class="hint">${reading.stateMeanings.removed}</p>
        ${this.newsletter?.role === 'subscribed' ? html`<div class="actions"><button class="primary" @click=${() => this.emit('get')}>${holding.getIt}</button></div>` : nothing}
      </div>
    `
  }

  #hint (): string {
    const { reading } = this.phrases
    if (this.newsletter?.role === 'unsubscribed') return reading.unsubscribedIssue
    if (this.newsletter?.paused) return reading.pausedIssue
    return reading.opensWhenHere
  }
}
