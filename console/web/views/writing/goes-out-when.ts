import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { ConsoleElement } from '../../elements/console-element.ts'

const HOUR_MS = 60 * 60_000

/** Asks when it goes out, and says in one sentence what will happen. Emits `publish-at` with an ISO 8601 time, or null for now. */
@customElement('goes-out-when')
export class GoesOutWhen extends ConsoleElement {
  /** Title of the issue. */
  @property() what = ''
  /** Title of the newsletter. */
  @property() newsletter = ''
  /** That a correction becomes; 0: it is an issue of its own. */
  @property({ type: Number }) revision = 0
  @property({ type: Boolean }) isSending = false
  @state() private isLater = false
  /** As the field has it: local time, without a zone. */
  @state() private time = localTime(new Date(Math.ceil((Date.now() + HOUR_MS) / HOUR_MS) * HOUR_MS))
  @query('#goes-out-at') private field!: HTMLInputElement

  override render (): TemplateResult {
    const { publishing, revising, formats } = this.phrases
    const at = this.isLater && this.time !== '' ? new Date(this.time).toISOString() : null
    const time = at === null ? null : formats.moment(at)
    const isCorrection = this.revision > 0
    return html`
      <form @submit=${this.#publish}>
        <fieldset>
          <legend>${publishing.when}</legend>
          <label class="check"><input type="radio" name="when" .checked=${!this.isLater} @change=${() => { this.isLater = false }}> ${publishing.now}</label>
          <label class="check"><input type="radio" name="when" .checked=${this.isLater} @change=${() => { this.isLater = true }}> ${publishing.later}</label>
        </fieldset>
        ${this.isLater ? html`
          <label for="goes-out-at">${publishing.laterWhen}</label>
          <input id="goes-out-at" type="datetime-local" required min=${localTime(new Date())} .value=${this.time} aria-describedby="goes-out-hint"
            @input=${() => { this.time = this.field.value }}>
          <p class="hint" id="goes-out-hint">${publishing.laterHint(zoneName(formats.language))}</p>
        ` : nothing}
        <p class="sentence" aria-live="polite">${this.isLater && at === null ? '' : isCorrection ? revising.correctionSentence(this.what, this.newsletter, this.revision, time) : publishing.sentence(this.what, this.newsletter, time)}</p>
        <div class="actions"><button class="primary" ?disabled=${this.isSending}>${this.isLater ? publishing.schedule : isCorrection ? revising.publishCorrection : publishing.publishNow}</button></div>
      </form>
    `
  }

  #publish = (event: Event): void => {
    event.preventDefault()
    this.emit('publish-at', this.isLater ? new Date(this.time).toISOString() : null)
  }
}

function localTime (date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Of where the person is, in their language. */
function zoneName (language: string): string {
  return new Intl.DateTimeFormat(language, { timeZoneName: 'long' }).formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
