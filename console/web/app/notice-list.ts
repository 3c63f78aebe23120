import { html, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { NoticeAction } from './notices.ts'
import { ConsoleView } from '../views/console-view.ts'

/** What is told in passing, at the foot of the page. */
@customElement('notice-list')
export class NoticeList extends ConsoleView {
  #onChange = (): void => this.requestUpdate()

  override connectedCallback (): void {
    super.connectedCallback()
    this.parts.notices.addEventListener('change', this.#onChange)
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.parts.notices.removeEventListener('change', this.#onChange)
  }

  override render (): TemplateResult {
    const { all } = this.parts.notices
    return html`
      <div class="notices" role="status">
        ${repeat(all, ({ id }) => id, ({ id, kind, text, action }) => html`
          <p class="notice ${kind}"><span>${text}</span>
            ${action ? html`<button class="quiet" @click=${() => this.#act(id, action)}>${action.label}</button>` : nothing}
            <button class="quiet" @click=${() => this.parts.notices.close(id)}>${this.phrases.shell.close}</button>
          </p>
        `)}
      </div>
    `
  }

  #act (id: number, { run }: NoticeAction): void {
    this.parts.notices.close(id)
    run()
  }
}
