import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Saving } from '../../editor/saving/autosave.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import { problemInWords } from '../../elements/failure-in-words.ts'

export type TroubleChoice = 'retry' | 'compare' | 'mine' | 'theirs' | 'anew'

/** What keeps a text from being saved, and what the author can do about it. Emits `choice`. */
@customElement('saving-trouble')
export class SavingTrouble extends ConsoleElement {
  @property({ attribute: false }) saving!: Saving

  override render (): TemplateResult {
    return html`<div role="alert">${this.#trouble()}</div>`
  }

  #trouble (): TemplateResult | typeof nothing {
    const { writing } = this.phrases
    switch (this.saving.state) {
      case 'failed': return this.#box(writing.savingFailed(problemInWords(this.saving, this.phrases)), ['retry'])
      case 'refused': return this.#box(writing.savingRefused(problemInWords(this.saving, this.phrases)), [])
      case 'conflict': return this.#box(writing.savingConflict, ['compare', 'mine', 'theirs'])
      case 'gone': return this.#box(writing.savingGone, ['anew'])
      default: return nothing
    }
  }

  #box (text: string, choices: TroubleChoice[]): TemplateResult {
    const { writing, shell } = this.phrases
    const labels: Record<TroubleChoice, string> = {
      retry: shell.tryAgain, compare: writing.lookAtBoth, mine: writing.goOnWithMine, theirs: writing.takeTheirs, anew: writing.saveAsNew
    }
    return html`
      <div class="trouble">
        <p>${text}</p>
        ${choices.map(choice => html`<button type="button" @click=${() => this.emit('choice', choice)}>${labels[choice]}</button>`)}
      </div>
    `
  }
}
