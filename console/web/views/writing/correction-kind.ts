import { html, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Correction } from '../../../../shared/api/revisions.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

const KINDS = ['typo', 'correction', 'update'] as const

/** Asks what a correction changes. Emits `kind` with {@link Correction} whenever it is another. */
@customElement('correction-kind')
export class CorrectionKind extends ConsoleElement {
  @state() private change: Correction['change'] = 'correction'
  @state() private note = ''

  override render (): TemplateResult {
    const { revising } = this.phrases
    return html`
      <fieldset>
        <legend>${revising.kind}</legend>
        ${KINDS.map(kind => html`<label class="check"><input type="radio" name="kind" .checked=${this.change === kind} @change=${() => this.#tell(kind, this.note)}> ${revising.kinds[kind]}</label>`)}
      </fieldset>
      <label for="correction-note">${revising.noteFor} <span class="optional">${this.phrases.writing.optional}</span></label>
      <textarea id="correction-note" rows="2" maxlength="5000" dir="auto" .value=${this.note}
        @input=${(event: Event) => this.#tell(this.change, (event.target as HTMLTextAreaElement).value)}></textarea>
    `
  }

  #tell (change: Correction['change'], note: string): void {
    this.change = change
    this.note = note
    this.emit('kind', { change, ...(note.trim() && { note: note.trim() }) })
  }
}
