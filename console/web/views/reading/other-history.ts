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
    const { reading, formats } = this.phrases
    const { kind, choice, foundAt } = otherHistory
    return html`
      <div class="refused" role="alert">
        <h3>${reading.otherHistory}</h3>
        <p><strong dir="auto">${name || id}</strong> ${reading.historyKinds[kind]} <span class="meta">${formats.day(foundAt)}</span></p>
        <p>${sealed ? reading.historySealed : choice === null ? reading.historyWaits : choice === 'take' ? reading.historyTaken : reading.historyRefused}</p>
        ${sealed ? nothing : html`<div class="actions">
          ${choice === 'take' ? nothing : html`<button @click=${() => void this.#decide('take')}>${reading.takeHistory}</button>`}
          ${choice === 'refuse' ? nothing : html`<button @click=${() => void this.#decide('refuse')}>${reading.refuseHistory}</button>`}
        </div>`}
      </div>
    `
  }

  async #decide (choice: 'take' | 'refuse'): Promise<void> {
    await this.attempt(() => this.parts.client.decideWriterHistory({ params: { newsletter: this.newsletter, writer: this.writer.id }, body: { choice } }))
  }
}
