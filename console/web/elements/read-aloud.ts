import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { ConsoleElement } from './console-element.ts'

/** Some voices fall silent in the middle of a long text, so it is given to them piece by piece. */
const PIECE_CHARACTERS = 220

/**
 * Reads a text aloud, with a voice of this machine: others would send the text to their maker. Where there is none for
 * the language it is not there.
 */
@customElement('read-aloud')
export class ReadAloud extends ConsoleElement {
  /** BCP 47. */
  @property() language = ''
  /** Gives the text when it is wanted. */
  @property({ attribute: false }) text: () => Promise<string> = async () => ''
  @state() private voice: SpeechSynthesisVoice | null = null
  @state() private isSpeaking = false
  #turn = 0

  override connectedCallback (): void {
    super.connectedCallback()
    if ('speechSynthesis' in window) speechSynthesis.addEventListener('voiceschanged', this.#onVoices)
  }

  override disconnectedCallback (): void {
    super.disconnectedCallback()
    if (!('speechSynthesis' in window)) return
    speechSynthesis.removeEventListener('voiceschanged', this.#onVoices)
    this.#stop()
  }

  override willUpdate (changed: Map<string, unknown>): void {
    if (changed.has('language')) this.#onVoices()
    if (changed.has('text') && this.isSpeaking) this.#stop()
  }

  override render (): TemplateResult | typeof nothing {
    const { holding } = this.phrases
    if (!this.voice) return nothing
    return html`<button class="quiet" aria-pressed=${this.isSpeaking} @click=${() => this.isSpeaking ? this.#stop() : void this.#speak()}>${this.isSpeaking ? holding.stopReading : holding.readAloud}</button>`
  }

  #onVoices = (): void => {
    if (!('speechSynthesis' in window)) return
    const [wanted] = this.language.toLowerCase().split('-')
    this.voice = speechSynthesis.getVoices().find(({ localService, lang }) => localService && lang.toLowerCase().split(/[-_]/)[0] === wanted) ?? null
  }

  async #speak (): Promise<void> {
    const turn = ++this.#turn
    this.isSpeaking = true
    const text = await this.text().catch(() => '')
    for (const piece of piecesOf(text)) {
      if (turn !== this.#turn) return
      await this.#say(piece)
    }
    if (turn === this.#turn) this.isSpeaking = false
  }

  async #say (piece: string): Promise<void> {
    const saying = new SpeechSynthesisUtterance(piece)
    saying.voice = this.voice
    saying.lang = this.language
    await new Promise<void>(resolve => {
      saying.onend = saying.onerror = () => resolve()
      speechSynthesis.speak(saying)
    })
  }

  #stop (): void {
    this.#turn++
    this.isSpeaking = false
    speechSynthesis.cancel()
  }
}

/** Sentences, as far as they fit. */
function piecesOf (text: string): string[] {
  return text.split(/\n\s*\n/).flatMap(paragraph => {
    const words = paragraph.replace(/\s+/g, ' ').trim()
    return words.match(new RegExp(`.{1,${PIECE_CHARACTERS}}(?:[.!?…。؟]\\s|\\s|$)|.{1,${PIECE_CHARACTERS}}`, 'gu')) ?? []
  })
}
