import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Publication } from '../../../../shared/api/drafts.ts'
import { ConsoleElement } from '../../elements/console-element.ts'

const HELD_S = 60

/** An issue that waits to go out: for the rest of a minute, or for its time. Emits `take-back`. */
@customElement('going-out')
export class GoingOut extends ConsoleElement {
  @property({ attribute: false }) publication!: Publication
  @state() private nowMs = Date.now()
  #timer: ReturnType<typeof setInterval> | undefined

  override connectedCallback (): void {
    super.connectedCallback()
    this.#timer = setInterval(() => { this.nowMs = Date.now() }, 1000)
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    clearInterval(this.#timer)
  }

  override firstUpdated (): void {
    this.querySelector('button')?.focus()
  }

  override render (): TemplateResult {
    const { writing, publishing, locks, formats } = this.phrases
    const { state, goesOutAt, problem } = this.publication
    const seconds = Math.max(0, Math.ceil((Date.parse(goesOutAt) - this.nowMs) / 1000))
    const isHeld = state === 'held'
    return html`
      <section class="going-out" aria-label=${publishing.goingOut}>
        ${problem ? html`<p role="status">${locks.waits}</p>` : isHeld ? html`
          <p class="countdown" aria-hidden="true">${seconds > 0 ? publishing.goesOutIn(seconds) : publishing.goesOutNow}</p>
          <progress max=${HELD_S} .value=${Math.max(0, HELD_S - seconds)} aria-hidden="true"></progress>
          <p role="status">${this.#spoken(seconds)}</p>
        ` : html`<p class="countdown" role="status">${publishing.goesOutOn(formats.moment(goesOutAt))}</p><p>${publishing.scheduledHint}</p>`}
        <div class="actions">
          <button type="button" class=${isHeld ? 'primary' : ''} @click=${() => this.emit('take-back')}>${isHeld ? writing.undo : writing.takeBack}</button>
        </div>
      </section>
    `
  }

  /** For who can't see the numbers run: often enough, and not each second. */
  #spoken (seconds: number): string {
    const { publishing } = this.phrases
    if (seconds === 0) return ''
    return publishing.heldHint(seconds > 30 ? 60 : seconds > 10 ? 30 : 10)
  }
}
