import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { ConsoleElement } from '../../elements/console-element.ts'

/** Enough to know that the paper is at hand; few enough that nobody puts it off. */
const ASKED = 3

/** Asks for a few of the words by their places on the paper. Emits `confirmed`, or `look-again`. */
@customElement('words-check')
export class WordsCheck extends ConsoleElement {
  @property({ attribute: false }) words: string[] = []
  /** Places whose word was wrong. */
  @state() private wrong: number[] = []
  #places: number[] = []

  override willUpdate (changed: Map<string, unknown>): void {
    if (changed.has('words')) this.#places = placesOf(this.words.length)
  }

  override render (): TemplateResult {
    const { writing, formats } = this.phrases
    return html`
      <form @submit=${this.#check} autocomplete="off">
        <p>${writing.wordsCheck}</p>
        ${this.#places.map((place, i) => {
          const isWrong = this.wrong.includes(place)
          return html`
            <label for="word-${place}">${writing.wordAt(formats.number(place + 1))}</label>
            <input id="word-${place}" type="text" required spellcheck="false" autocapitalize="none" autocomplete="off" ?autofocus=${i === 0}
              aria-invalid=${isWrong} aria-describedby=${isWrong ? `word-wrong-${place}` : nothing}>
            ${isWrong ? html`<p class="error" id="word-wrong-${place}">${writing.wordWrong(formats.number(place + 1))}</p>` : nothing}
          `
        })}
        <div class="actions">
          <button class="primary">${writing.wordsCheckThem}</button>
          <button type="button" @click=${() => this.emit('look-again')}>${writing.wordsLookAgain}</button>
        </div>
      </form>
    `
  }

  override firstUpdated (): void {
    this.querySelector('input')?.focus()
  }

  #check = (event: Event): void => {
    event.preventDefault()
    this.wrong = this.#places.filter(place => this.querySelector<HTMLInputElement>(`#word-${place}`)!.value.trim().toLowerCase() !== this.words[place])
    if (this.wrong.length === 0) this.emit('confirmed')
    else this.querySelector<HTMLInputElement>(`#word-${this.wrong[0]}`)!.focus()
  }
}

/** Some of so many places, each from another part of the list, in their order. */
function placesOf (count: number): number[] {
  const size = Math.floor(count / ASKED)
  return Array.from({ length: ASKED }, (_, i) => i * size + crypto.getRandomValues(new Uint32Array(1))[0]! % size)
}
