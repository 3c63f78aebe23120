import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { DraftSheet } from '../../editor/draft-sheet.ts'
import { ConsoleElement } from '../../elements/console-element.ts'
import './details-dialog.ts'
import type { DraftDesk } from './draft-desk.ts'
import './link-dialog.ts'
import './picture-dialog.ts'
import './preview-pane.ts'
import './versions-dialog.ts'

/** What is open over the text. `picture`: the target of the one to describe. */
export type Panel = 'preview' | 'details' | 'versions' | 'link' | { picture: string }

/** Shows one of the panels of the page on which one writes. Emits `closed`, and what the panel emits. */
@customElement('draft-panels')
export class DraftPanels extends ConsoleElement {
  @property({ attribute: false }) panel!: Panel
  @property({ attribute: false }) desk!: DraftDesk
  @property({ attribute: false }) sheet!: DraftSheet

  override render (): TemplateResult {
    const { panel, desk, sheet: { editor } } = this
    if (panel === 'preview') return html`<preview-pane .desk=${desk} @closed=${this.#closed}></preview-pane>`
    if (panel === 'details') return html`<details-dialog .desk=${desk} .editor=${editor} @closed=${this.#closed}></details-dialog>`
    if (panel === 'versions') return html`<versions-dialog .desk=${desk} @closed=${this.#closed}></versions-dialog>`
    if (panel === 'link') return html`<link-dialog .editor=${editor} @closed=${this.#closed}></link-dialog>`
    return html`<picture-dialog .desk=${desk} .editor=${editor} .target=${panel.picture} @closed=${this.#closed}></picture-dialog>`
  }

  #closed = (): void => {
    this.dispatchEvent(new CustomEvent('closed'))
  }
}
