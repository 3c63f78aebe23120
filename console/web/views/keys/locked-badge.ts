import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleView } from '../console-view.ts'

/** Stays while the keys of a newsletter are locked, so that nothing is published in it from here. */
@customElement('locked-badge')
export class LockedBadge extends ConsoleView {
  @property({ attribute: false }) newsletter!: Newsletter

  override render (): TemplateResult {
    const { locks } = this.phrases
    return html`
      <div class="trouble calm">
        <p><strong dir="auto">${this.newsletter.title}</strong> ${locks.badge}</p>
        <button type="button" @click=${() => void this.openDialog('unlock-dialog', () => import('./unlock-dialog.ts'), { newsletter: this.newsletter })}>${locks.unlock}</button>
      </div>
    `
  }
}
