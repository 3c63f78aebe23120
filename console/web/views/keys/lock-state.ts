import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleView } from '../console-view.ts'

/** How the keys by which this machine publishes a newsletter lie on it, and what can be done about that. */
@customElement('lock-state')
export class LockState extends ConsoleView {
  @property({ attribute: false }) newsletter!: Newsletter
  @state() private isWorking = false

  override render (): TemplateResult | typeof nothing {
    const { locks } = this.phrases
    const { keys, notWriting } = this.newsletter
    if (keys === null) return notWriting?.code === 'NO_MACHINE_KEY' ? html`<p class="warning" role="status">${locks.sealedAway}</p>` : nothing
    return html`
      <p class=${keys === 'plain' ? 'hint' : 'warning'} role="status">${locks.states[keys]}</p>
      <div class="actions">
        ${keys === 'plain' ? html`<button type="button" @click=${() => void this.#openLock()}>${locks.lock}</button>` : nothing}
        ${keys === 'locked' ? html`<button type="button" class="primary" @click=${() => void this.#openUnlock(false)}>${locks.unlock}</button>` : nothing}
        ${keys === 'unlocked' ? html`
          <button type="button" class="primary" ?disabled=${this.isWorking} @click=${() => void this.#lockAgain()}>${locks.lockAgain}</button>
          <button type="button" @click=${() => void this.#openUnlock(true)}>${locks.takeAway}</button>
        ` : nothing}
      </div>
    `
  }

  async #openLock (): Promise<void> {
    await this.openDialog('lock-dialog', () => import('./lock-dialog.ts'), { newsletter: this.newsletter })
  }

  async #openUnlock (forGood: boolean): Promise<void> {
    await this.openDialog('unlock-dialog', () => import('./unlock-dialog.ts'), { newsletter: this.newsletter, forGood })
  }

  async #lockAgain (): Promise<void> {
    const { address, title } = this.newsletter
    this.isWorking = true
    await this.attempt(async () => {
      await this.parts.client.lockKeys({ body: { newsletters: [address] } })
      this.parts.notices.done(this.phrases.locks.done.locked(title))
    })
    this.isWorking = false
  }
}
