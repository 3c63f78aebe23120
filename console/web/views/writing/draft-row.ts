import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { DraftSummary, Publication } from '../../../../shared/api/drafts.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** One draft in a list. Emits `discard`. */
@customElement('draft-row')
export class DraftRow extends ConsoleElement {
  @property({ attribute: false }) draft!: DraftSummary
  /** Its title, where there are several. */
  @property() newsletter = ''

  override render (): TemplateResult {
    const { writing, revising, formats } = this.phrases
    const { id, corrects, title, subtitle, words, savedAt, language, publication, problem } = this.draft
    return html`
      <article class="draft-row">
        <div>
          <h2><a href="#/drafts/${id}" lang=${language ?? nothing} dir="auto">${title || writing.untitled}</a></h2>
          ${subtitle ? html`<p class="summary" lang=${language ?? nothing} dir="auto">${subtitle}</p>` : nothing}
          <p class="meta">
            ${problem ? html`<span class="state failed">${writing.lookAtIt}</span> · ` : nothing}
            ${publication ? html`<span class="state ${publication.state}" title=${writing.stateHints[publication.state]}>${this.#state(publication)}</span> · ` : nothing}
            ${corrects ? html`<a href="#/published/${encodeURIComponent(corrects.issue)}">${revising.correcting(title || writing.untitled)}</a> · ` : nothing}
            ${this.newsletter ? html`<span dir="auto">${this.newsletter}</span> · ` : nothing}${writing.words(words)} · ${writing.savedAgo(formats.ago(savedAt))}
          </p>
        </div>
        ${publication?.state === 'held' || publication?.state === 'scheduled'
          ? html`<a class="button quiet" href="#/drafts/${id}/publish">${writing.seePublication}</a>`
          : html`<button type="button" class="quiet" aria-label=${writing.discardNamed(title || writing.untitled)} @click=${() => this.emit('discard')}>${writing.discard}</button>`}
      </article>
    `
  }

  #state ({ state, goesOutAt, problem }: Publication): string {
    const { writing, locks, formats } = this.phrases
    if (problem && (state === 'held' || state === 'scheduled')) return locks.waitsShort
    return state === 'scheduled' ? `${writing.states.scheduled}: ${formats.moment(goesOutAt)}` : writing.states[state]
  }
}
