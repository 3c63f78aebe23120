import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { countWords, readingMinutes } from '../../../shared/api/word-count.ts'
import { ConsoleElement } from '../elements/console-element.ts'
import { TO_COME } from './drawing/to-come.ts'

/** Nobody watches the number while they write. */
const PAUSE_MS = 500

/** How long the text is, and how often something is still to come in it. Counts when the browser has nothing better to do. */
@customElement('word-counter')
export class WordCounter extends ConsoleElement {
  @property({ attribute: false }) read!: () => { title: string, subtitle: string, markdown: string }
  @state() private words: number | null = null
  @state() private toCome = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback (): void {
    super.connectedCallback()
    this.parentElement?.addEventListener('text-changed', this.countSoon)
    this.countSoon()
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    this.parentElement?.removeEventListener('text-changed', this.countSoon)
    clearTimeout(this.#timer)
  }

  override render (): TemplateResult | typeof nothing {
    if (this.words === null) return nothing
    const { writing } = this.phrases
    return html`
      <p class="word-count">
        ${writing.words(this.words)} · ${writing.minutes(readingMinutes(this.words))}
        ${this.toCome > 0 ? html` · <span class="to-come">${writing.toCome(this.toCome)}</span>` : nothing}
      </p>
    `
  }

  /** To be called when another text stands there. */
  countSoon = (): void => {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => whenIdle(() => this.#count()), this.words === null ? 0 : PAUSE_MS)
  }

  #count (): void {
    if (!this.isConnected) return
    const { title, subtitle, markdown } = this.read()
    this.words = countWords(markdown)
    this.toCome = `${title}\n${subtitle}\n${markdown}`.match(TO_COME)?.length ?? 0
  }
}

/** Not every browser tells when it is idle. */
function whenIdle (work: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(work)
  else work()
}
