import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { ConsoleElement } from '../../elements/console-element.ts'
import type { ListFilter as Filter } from './issue-list.ts'

const TYPING_MS = 200

/** Narrows a list: emits `filter` with what changed. */
@customElement('list-filter')
export class ListFilter extends ConsoleElement {
  @property({ attribute: false }) filter: Filter = {}
  /** Whether what is unread can be asked for alone. */
  @property({ type: Boolean }) withUnread = false
  #timer: ReturnType<typeof setTimeout> | undefined

  override render (): TemplateResult {
    const { reading } = this.phrases
    return html`
      <div class="row">
        ${this.withUnread
          ? html`
            <div class="choices" role="group" aria-label=${reading.show}>
              <button aria-pressed=${!this.filter.unread} @click=${() => this.emit('filter', { unread: false })}>${reading.all}</button>
              <button aria-pressed=${this.filter.unread ?? false} @click=${() => this.emit('filter', { unread: true })}>${reading.unread}</button>
            </div>`
          : nothing}
        <input type="search" aria-label=${reading.filter} placeholder=${reading.filter} .value=${this.filter.text ?? ''} @input=${this.#onInput} @keydown=${this.#onKey}>
      </div>
    `
  }

  #onInput = (event: Event): void => {
    const text = (event.target as HTMLInputElement).value
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.emit('filter', { text }), TYPING_MS)
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    const input = event.target as HTMLInputElement
    input.value = ''
    input.blur()
    this.emit('filter', { text: '' })
  }
}
