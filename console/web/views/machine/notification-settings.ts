import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Notifications } from '../../../../shared/api/notifications.ts'
import { ConsoleView } from '../console-view.ts'

/** Whether this browser tells of new issues, and how the node does. */
@customElement('notification-settings')
export class NotificationSettings extends ConsoleView {
  @state() private node: Notifications | null = null
  @state() private isDenied = false

  override connectedCallback (): void {
    super.connectedCallback()
    this.letGoOf(this.parts.settings.onChange(() => this.requestUpdate()))
    // Quietly: without it, the settings of this browser can be made all the same.
    this.parts.client.getNotifications().then(node => { this.node = node }, () => {})
  }

  override render (): TemplateResult {
    const { holding } = this.phrases
    return html`
      ${'Notification' in window ? this.#browser() : nothing}
      ${this.node ? this.#node(this.node) : nothing}
      <div class="actions"><button @click=${() => void this.#try()}>${holding.tryNotification}</button></div>
    `
  }

  #browser (): TemplateResult {
    const { holding } = this.phrases
    return html`
      <label class="check"><input type="checkbox" aria-describedby="notifies-hint" .checked=${this.parts.settings.values.notifies && Notification.permission === 'granted'}
        @change=${(event: Event) => void this.#choose(event.target as HTMLInputElement)}> ${holding.notifies}</label>
      <p class="hint" id="notifies-hint">${holding.notifiesHint}</p>
      <div role="status">${this.isDenied ? html`<p class="warning">${holding.notifiesDenied}</p>` : nothing}</div>
    `
  }

  #node ({ how, program, digest }: Notifications): TemplateResult {
    const { holding } = this.phrases
    return html`<p>${holding.notifiesBy[how]}${program === null ? nothing : html` <code>${program}</code>`} ${digest === null ? nothing : holding.digestAt(digest)}</p>`
  }

  /** Browsers ask a person only when they have clicked on something. */
  async #choose (box: HTMLInputElement): Promise<void> {
    const notifies = box.checked && await Notification.requestPermission() === 'granted'
    this.isDenied = box.checked && !notifies
    box.checked = notifies
    this.parts.settings.set({ notifies })
  }

  async #try (): Promise<void> {
    await this.attempt(async () => {
      await this.parts.client.testNotification({ body: {} })
      this.parts.notices.done(this.phrases.holding.tried)
    })
  }
}
