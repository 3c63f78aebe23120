import { consume } from '@lit/context'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Policy, PolicyEffect } from '../../../../shared/api/policies.ts'
import type { Subscription } from '../../../../shared/api/subscriptions.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'
import './policy-dialog.css'

const MB = 1_000_000
const USUAL_LAST = 20
const USUAL_CAP_MB = 200

/** What of a subscription is held here. Says before anything is done what that frees and fetches. */
@customElement('policy-dialog')
export class PolicyDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  subscription!: Subscription
  @state() private policy!: Policy
  @state() private effect: PolicyEffect | null = null
  @state() private isWorking = false
  @state() private failure: string | null = null
  #asked = 0

  override willUpdate (changed: PropertyValues): void {
    if (!this.hasUpdated) this.policy = this.subscription.policy
    if (!this.hasUpdated || changed.has('policy')) void this.#look()
  }

  protected override heading (): string {
    return this.phrases.holding.title
  }

  protected override content (): TemplateResult {
    const { holding, shell } = this.phrases
    return html`
      <form @submit=${this.#apply}>
        ${this.#which()}
        ${this.#what()}
        <label class="check"><input type="checkbox" .checked=${this.policy.keepSaved}
          @change=${(event: Event) => this.#set({ keepSaved: isChecked(event) })}> ${holding.keepSaved}</label>
        ${this.#cap()}
        <section class="policy-effect" aria-live="polite" aria-label=${holding.effect}>${this.#effects()}</section>
        <div role="status">${this.isWorking ? html`<p class="meta">${holding.applying}</p>` : nothing}</div>
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        <div class="actions">
          <button class="primary" ?disabled=${this.isWorking || this.effect === null}>${holding.apply}</button>
          <button type="button" ?disabled=${this.isWorking} @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #which (): TemplateResult {
    const { holding } = this.phrases
    const { last } = this.policy
    return html`
      <fieldset>
        <legend>${holding.which}</legend>
        <label class="check"><input type="radio" name="which" .checked=${last === null} @change=${() => this.#set({ last: null })}> ${holding.every}</label>
        <div class="policy-number">
          <label class="check"><input type="radio" name="which" .checked=${last !== null} @change=${() => this.#set({ last: USUAL_LAST })}> ${holding.onlyLast}</label>
          <input type="number" min="1" max="1000000" required aria-label=${holding.lastCount} ?disabled=${last === null} .value=${String(last ?? USUAL_LAST)}
            @input=${(event: Event) => this.#number(event, value => ({ last: value }))}>
        </div>
      </fieldset>
    `
  }

  #what (): TemplateResult {
    const { holding } = this.phrases
    const { content, attachments } = this.policy
    const option = (value: Policy['content'], label: string, hint: string): TemplateResult => html`
      <label class="option">
        <input type="radio" name="content" .checked=${content === value} @change=${() => this.#set({ content: value })}>
        <strong>${label}</strong><span class="hint">${hint}</span>
      </label>
    `
    return html`
      <fieldset>
        <legend>${holding.what}</legend>
        ${option('everything', holding.whole, holding.wholeHint)}
        ${option('textFirst', holding.textFirstLabel, holding.textFirstHint)}
        ${option('textOnly', holding.textOnlyLabel, holding.textOnlyHint)}
        <label class="check"><input type="checkbox" aria-describedby="policy-attachments" ?disabled=${content === 'textOnly'} .checked=${attachments === 'onRequest'}
          @change=${(event: Event) => this.#set({ attachments: isChecked(event) ? 'onRequest' : 'always' })}> ${holding.attachments}</label>
        <p class="hint" id="policy-attachments">${holding.attachmentsHint}</p>
      </fieldset>
    `
  }

  #cap (): TemplateResult {
    const { holding } = this.phrases
    const { maxDiskBytes } = this.policy
    return html`
      <div class="policy-number">
        <label class="check"><input type="checkbox" .checked=${maxDiskBytes !== null}
          @change=${(event: Event) => this.#set({ maxDiskBytes: isChecked(event) ? USUAL_CAP_MB * MB : null })}> ${holding.cap}</label>
        <input type="number" min="1" max="1000000000" required aria-label=${holding.capSize} ?disabled=${maxDiskBytes === null} .value=${String(maxDiskBytes === null ? USUAL_CAP_MB : Math.round(maxDiskBytes / MB))}
          @input=${(event: Event) => this.#number(event, value => ({ maxDiskBytes: value * MB }))}> MB
      </div>
    `
  }

  #effects (): TemplateResult | typeof nothing {
    const { holding } = this.phrases
    if (!this.effect) return nothing
    const { freesBytes, fetchesBytes, holdsBytes, issues: { whole, partial, leftOut } } = this.effect
    return html`
      <p><strong>${freesBytes > 0 ? holding.frees(freesBytes) : nothing} ${fetchesBytes > 0 ? holding.fetches(fetchesBytes) : nothing}${freesBytes + fetchesBytes === 0 ? holding.nothing : nothing}</strong></p>
      <p>${holding.holds(whole, partial, leftOut, holdsBytes)} ${leftOut + partial > 0 ? holding.listed : nothing}</p>
    `
  }

  #number (event: Event, change: (value: number) => Partial<Policy>): void {
    const { value, validity } = event.target as HTMLInputElement
    if (validity.valid && Number.isInteger(Number(value))) this.#set(change(Number(value)))
    else this.effect = null
  }

  #set (change: Partial<Policy>): void {
    this.policy = { ...this.policy, ...change }
  }

  async #look (): Promise<void> {
    const asked = ++this.#asked
    this.effect = null
    try {
      const effect = await this.parts.client.previewPolicy({ params: { newsletter: this.subscription.newsletter }, body: this.policy })
      if (asked === this.#asked) [this.effect, this.failure] = [effect, null]
    } catch (error) {
      if (asked === this.#asked) this.failure = failureInWords(error, this.phrases)
    }
  }

  #apply = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { holding } = this.phrases
    this.isWorking = true
    this.failure = null
    try {
      const { freedBytes } = await this.parts.client.setPolicy({ params: { newsletter: this.subscription.newsletter }, body: this.policy })
      this.parts.notices.done(freedBytes > 0 ? holding.freed(freedBytes) : holding.applied)
      this.close()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}

function isChecked (event: Event): boolean {
  return (event.target as HTMLInputElement).checked
}
