import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Subscription } from '../../../../shared/api/subscriptions.ts'
import { ConsoleView } from '../console-view.ts'

/** What the reader calls a newsletter. */
@customElement('pet-name-field')
export class PetNameField extends ConsoleView {
  @property({ attribute: false }) subscription!: Subscription

  override render (): TemplateResult {
    const { reading } = this.phrases
    const { title, petName } = this.subscription
    return html`
      <label for="pet-name">${reading.petName}</label>
      <div class="row"><input id="pet-name" maxlength="200" autocomplete="off" dir="auto" placeholder=${title} .value=${petName} @change=${this.#onChange}></div>
      <p class="hint">${reading.petNameHint}</p>
    `
  }

  #onChange = ({ target }: Event): void => {
    const petName = (target as HTMLInputElement).value.trim()
    void this.attempt(async () => {
      await this.parts.client.changeSubscription({ params: { newsletter: this.subscription.newsletter }, body: { petName } })
      this.parts.notices.done(petName === '' ? this.phrases.reading.calledByTitle : this.phrases.reading.calledHere(petName))
    })
  }
}
