import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { endOfDay } from '../../../../shared/api/local-day.ts'
import '../../elements/copy-button.ts'
import { ConsoleView } from '../console-view.ts'

/** Invites a writer, and lets in who has accepted. Emits `admit` with the acceptance. */
@customElement('invite-writer')
export class InviteWriter extends ConsoleView {
  /** Address. */
  @property() newsletter = ''
  @state() private invitation: string | null = null
  @query('#invite-name') private name!: HTMLInputElement
  @query('#invite-expires') private expires!: HTMLInputElement
  @query('#acceptance') private acceptance!: HTMLTextAreaElement

  override render (): TemplateResult {
    const { shell, root } = this.phrases
    return html`
      <section aria-labelledby="invite">
        <h2 id="invite">${root.invite}</h2>
        <p class="hint">${root.inviteHow}</p>
        <form @submit=${this.#invite}>
          <label for="invite-name">${root.inviteName}</label>
          <input id="invite-name" type="text" required maxlength="200" autocomplete="off" dir="auto">
          <label for="invite-expires">${root.expiresField}</label>
          <input id="invite-expires" type="date">
          <div class="actions"><button>${root.makeInvitation}</button></div>
        </form>
        ${this.invitation === null ? nothing : html`
          <p role="status">${root.invitation}</p>
          <p class="passed"><code>${this.invitation}</code> <copy-button .text=${this.invitation} .label=${shell.copy}></copy-button></p>
          <p>${root.invitationNext}</p>
        `}
        <form @submit=${this.#admit}>
          <label for="acceptance">${root.acceptance}</label>
          <textarea id="acceptance" rows="2" required autocomplete="off" spellcheck="false" dir="ltr"></textarea>
          <div class="actions"><button>${root.admit}</button></div>
        </form>
      </section>
    `
  }

  #invite = async (event: Event): Promise<void> => {
    event.preventDefault()
    const body = { name: this.name.value.trim(), ...(this.expires.value && { expires: endOfDay(this.expires.value) }) }
    const answer = await this.attempt(() => this.parts.client.inviteWriter({ params: { newsletter: this.newsletter }, body }))
    if (answer) this.invitation = answer.invitation
  }

  #admit = (event: Event): void => {
    event.preventDefault()
    this.emit('admit', this.acceptance.value.trim())
  }
}
