import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { NOTE_CHARACTERS } from '../../../../shared/api/highlight-limits.ts'
import type { Highlight } from '../../../../shared/api/highlights.ts'
import { ConsoleView } from '../console-view.ts'

/** Quotes with their notes, which are kept when one leaves the field. Emits `seek` with the id of one to go to. */
@customElement('highlight-list')
export class HighlightList extends ConsoleView {
  @property({ attribute: false }) highlights: Highlight[] = []
  /** Those that are in the text; null: nobody has looked. */
  @property({ attribute: false }) shown: Set<string> | null = null

  override render (): TemplateResult {
    const { holding } = this.phrases
    return html`
      <ul class="list">${repeat(this.highlights, ({ id }) => id, ({ id, quote, note }) => html`
        <li id="highlight-${id}">
          <blockquote dir="auto">${quote}</blockquote>
          ${this.shown === null || this.shown.has(id) ? nothing : html`<p class="meta">${holding.highlightLost}</p>`}
          <textarea rows="2" maxlength=${NOTE_CHARACTERS} dir="auto" aria-label=${holding.noteOn(quote)} placeholder=${holding.note} .value=${note}
            @change=${(event: Event) => this.#note(id, (event.target as HTMLTextAreaElement).value)}></textarea>
          <div class="row">
            ${this.shown?.has(id) ? html`<button class="quiet" @click=${() => this.emit('seek', id)}>${holding.toHighlight}</button>` : nothing}
            <button class="quiet" @click=${() => this.#remove(id)}>${holding.removeHighlight}</button>
          </div>
        </li>`)}
      </ul>
    `
  }

  #note (highlight: string, note: string): void {
    void this.attempt(async () => {
      await this.parts.client.noteHighlight({ params: { highlight }, body: { note } })
      this.parts.notices.done(this.phrases.holding.noted)
    })
  }

  #remove (highlight: string): void {
    void this.attempt(() => this.parts.client.removeHighlight({ params: { highlight } }))
  }
}
