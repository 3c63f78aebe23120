import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Saving } from '../../editor/saving/autosave.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import { icon } from '../../elements/icon.ts'
import type { Phrases } from '../../messages/catalogue.ts'

const PANELS = ['preview', 'details', 'versions'] as const

/** The head of the page on which one writes: for which newsletter, whether it is saved, and what can be done with it. Emits `panel` and `publish`. */
@customElement('desk-bar')
export class DeskBar extends ConsoleElement {
  /** Its title. */
  @property() newsletter = ''
  @property({ attribute: false }) saving!: Saving

  override render (): TemplateResult {
    const { writing } = this.phrases
    const labels = { preview: writing.preview, details: writing.details, versions: writing.versions }
    return html`
      <div class="desk-bar">
        <a class="button quiet desk-back" href="#/drafts" aria-label=${writing.toDrafts}>${icon('back')}<span>${writing.toDrafts}</span></a>
        <p class="desk-place"><span dir="auto">${this.newsletter}</span> <span class="desk-saving">${savingInWords(this.saving, this.phrases)}</span></p>
        <div class="desk-panels">
          ${PANELS.map(panel => html`<button type="button" class="quiet" aria-haspopup="dialog" @click=${() => this.emit('panel', panel)}>${labels[panel]}</button>`)}
        </div>
        <button type="button" class="primary" @click=${() => this.emit('publish')}>${writing.publish}</button>
      </div>
    `
  }
}

/** Says only what is known: what the node has on its disk is saved. */
function savingInWords (saving: Saving, { writing, formats }: Phrases): string {
  if (saving.state === 'saved') return writing.savedAt(formats.clock(saving.at))
  if (saving.state === 'waiting') return writing.notSavedYet
  return saving.state === 'saving' ? writing.saving : writing.notSaved
}
