import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Publication } from '../../../../shared/api/drafts.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import { problemInWords } from '../../elements/failure-in-words.ts'

/** Says over a text that it waits to go out, or why it did not. Emits `take-back`. */
@customElement('publication-note')
export class PublicationNote extends ConsoleElement {
  /** Its id. */
  @property() draft = ''
  @property({ attribute: false }) publication!: Publication

  override render (): TemplateResult {
    const { writing, locks, formats } = this.phrases
    const { state, goesOutAt, problem } = this.publication
    const text = {
      held: problem ? locks.waits : writing.heldNote,
      scheduled: problem ? locks.waits : writing.scheduledNote(formats.moment(goesOutAt)),
      missed: (problem ? locks.missed : writing.missedNote)(formats.moment(goesOutAt)),
      failed: writing.failedNote(problemInWords(problem, this.phrases))
    }[state]
    const waits = state === 'held' || state === 'scheduled'
    return html`
      <div class="trouble ${waits ? 'calm' : ''}" role="status">
        <p>${text}</p>
        <a class="button" href="#/drafts/${this.draft}/publish">${waits ? writing.seePublication : writing.decide}</a>
        ${waits ? html`<button type="button" @click=${() => this.emit('take-back')}>${writing.takeBack}</button>` : nothing}
      </div>
    `
  }
}
