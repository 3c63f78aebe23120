import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Writer } from '../../../../shared/api/newsletters.ts'
import { ConsoleView } from '../console-view.ts'

/** Says that a writer has signed another history than the one that is here, and lets the reader decide. */
@customElement('other-history')
export class OtherHistoryNote extends ConsoleView {
  /** Address. */
  @property() newsletter = ''
  @property({ attribute: false }) writer!: Writer

  override render (): TemplateResult | typeof nothing {
    const { otherHistory, name, id, sealed } = this.writer
    if (!otherHistory) return nothing
    const { histories, formats } = this.phrases
    const { kind, choice, foundAt } = otherHistory
    return html`
      <div class="refused" role="alert">
        <h2>${histories.title}</h2>
        <p><strong dir="auto">${name || id}</strong> ${histories.kinds[kind]} <span class="meta">${formats.day(foundAt)}</span></p>
        <p>${kind === 'sealedOtherwise' ? histories.otherwise : sealed ? histories.sealed : choice === null ? histories.waits : histories.choices[choice]}</p>
        <div class="actions">
          <button @click=${() => void this.#look()}>${histories.lookInto}</button>
          ${sealed || choice === 'keep' || choice === 'take' ? nothing : html`<button @click=${() => void this.#decide('keep')}>${histories.keep}</button>`}
          ${sealed || choice === 'refuse' ? nothing : html`<button @click=${() => void this.#decide('refuse')}>${histories.refuse}</button>`}
        </div>
      </div>
    `
  }

  async #look (): Promise<void> {
    await import('./histories-dialog.ts')
    const dialog = Object.assign(document.createElement('histories-dialog'), { newsletter: this.newsletter, writer: this.writer })
    dialog.addEventListener('closed', () => dialog.remove())
    this.append(dialog)
  }

  async #decide (choice: 'keep' | 'refuse'): Promise<void> {
    await this.attempt(() => this.parts.client.decideWriterHistory({ params: { newsletter: this.newsletter, writer: this.writer.id }, body: { choice } }))
  }
}
