import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Whether a newsletter appears, rests or has ended, and what continues it. Emits `root-change` with the change. */
@customElement('newsletter-state')
export class NewsletterState extends ConsoleElement {
  @property({ attribute: false }) newsletter!: Newsletter
  @query('input') private field!: HTMLInputElement

  override render (): TemplateResult {
    const { root } = this.phrases
    const { state, successor } = this.newsletter
    const others = (['active', 'resting', 'ended'] as const).filter(other => other !== state)
    return html`
      <section aria-labelledby="newsletter-state">
        <h2 id="newsletter-state">${root.state}</h2>
        <p>${root.states[state]}</p>
        ${state === 'ended' ? nothing : html`<div class="actions">${others.map(other => html`
          <button class=${other === 'ended' ? 'danger' : ''} @click=${() => this.emit('root-change', { kind: 'state', state: other })}>${root.toState[other]}</button>`)}</div>`}
        <form @submit=${this.#onSuccessor}>
          <label for="successor">${root.successorField}</label>
          <input id="successor" type="text" maxlength="200" autocomplete="off" spellcheck="false" dir="ltr" .value=${successor ?? ''}>
          <div class="actions"><button>${root.successorChange}</button></div>
        </form>
      </section>
    `
  }

  #onSuccessor = (event: Event): void => {
    event.preventDefault()
    this.emit('root-change', { kind: 'successor', successor: this.field.value.trim() || null })
  }
}
