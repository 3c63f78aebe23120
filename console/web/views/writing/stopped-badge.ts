import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { problemInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './writing.css'

/** Stays while this device publishes nothing, and says why: else readers could see two histories, or its keys are not to be had. */
@customElement('stopped-badge')
export class StoppedBadge extends ConsoleView {
  @property({ attribute: false }) newsletter!: Newsletter

  override render (): TemplateResult | typeof nothing {
    const { title, notWriting } = this.newsletter
    const { writing } = this.phrases
    if (notWriting === null || this.#isSaidAbove(notWriting.code)) return nothing
    const reason = notWriting.code === 'RETIRED'
      ? html`<bdi>${problemInWords(notWriting, this.phrases)}</bdi> <a href="#/newsletters/${this.newsletter.address}/writers">${this.phrases.root.writers}</a>`
      : notWriting.code === 'BEHIND'
      ? html`${writing.notWritingBehind} <code>colporteur writers renew</code>`
      : html`${writing.notWriting} ${problemInWords(notWriting, this.phrases)}`
    return html`<div class="trouble" role="alert"><p><strong dir="auto">${title}</strong> ${reason}</p></div>`
  }

  /** Over every page, and for all newsletters. */
  #isSaidAbove (code: string): boolean {
    return code === 'NO_MACHINE_KEY' && this.parts.live.status?.missingMachineKey != null
  }
}
