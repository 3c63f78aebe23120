import { html, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'
import { placeBeside } from './popover-place.ts'

/** Long enough that a pointer which only passes shows nothing. */
const HOVER_MS = 300

/** One of the words that say how far something is, with what it means: by pointer, touch, key and for who can't see. */
@customElement('state-word')
export class StateWord extends ConsoleElement {
  @property() word = ''
  @property() meaning = ''
  /** How it is coloured: the name of a state. */
  @property() kind = ''
  @query('.tip') private tip!: HTMLElement
  /** Elements that name each other need names of their own. */
  #id = `state-word-${Math.random().toString(36).slice(2)}`
  #timer: ReturnType<typeof setTimeout> | undefined

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  override render (): TemplateResult {
    return html`
      <button type="button" class="state-word state ${this.kind}" popovertarget=${this.#id} aria-describedby=${this.#id}
        @pointerenter=${this.#onEnter} @pointerleave=${this.#onLeave}>${this.word}</button><span id=${this.#id} class="tip" role="tooltip" popover
        @toggle=${this.#onToggle}>${this.meaning}</span>
    `
  }

  #onEnter = ({ pointerType }: PointerEvent): void => {
    if (pointerType === 'mouse') this.#timer = setTimeout(() => this.tip.showPopover(), HOVER_MS)
  }

  #onLeave = (): void => {
    clearTimeout(this.#timer)
    this.tip.hidePopover()
  }

  #onToggle = ({ newState }: ToggleEvent): void => {
    if (newState === 'open') placeBeside(this.querySelector('button')!, this.tip)
  }
}
