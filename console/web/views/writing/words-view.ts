import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { WordCustody } from '../../../../shared/api/words.ts'
import { isAppError } from '../../../../shared/errors.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './words-check.ts'
import './writing.css'

/**
 * The recovery words of a newsletter, to be written down, and then a check that they were. They can be put off: they stay
 * on this machine, and the badge stays, until somebody has confirmed them.
 */
@customElement('words-view')
export class WordsView extends ConsoleView {
  /** Address. */
  @property() newsletter = ''
  /** Those that are still to be confirmed, one set after the other. Null until they are here. */
  @state() private sets: string[][] | null = null
  @state() private isChecking = false
  @state() private isConfirmed = false
  /** None lie here: they were confirmed another day, or never were here. */
  @state() private areElsewhere = false
  /** They lie here sealed. */
  @state() private needsPassphrase = false
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => { if (this.sets === null && !this.needsPassphrase) void this.#load() })
    void this.#load()
  }

  override render (): TemplateResult {
    const { writing } = this.phrases
    const title = this.parts.live.newsletters.get(this.newsletter)?.title ?? ''
    return html`
      <div class="page narrow">
        <header class="masthead"><h1>${this.isConfirmed ? writing.wordsSafe : this.areElsewhere ? writing.wordsElsewhere : writing.wordsTitle}</h1></header>
        ${title ? html`<p class="meta" dir="auto">${title}</p>` : nothing}
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
        ${this.#content()}
      </div>
    `
  }

  #content (): TemplateResult {
    const { shell, writing } = this.phrases
    if (this.isConfirmed) return html`<p>${writing.wordsSafeWhy}</p><div class="actions"><button class="primary" @click=${() => void this.#write()}>${writing.writeFirst}</button></div>`
    if (this.areElsewhere) return html`<p>${writing.wordsElsewhereWhy}</p><div class="actions"><a class="button" href="#/drafts">${shell.drafts}</a></div>`
    if (this.needsPassphrase) return this.#passphrase()
    const [words] = this.sets ?? []
    if (!words) return this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : html`<button @click=${() => void this.#load()}>${shell.tryAgain}</button>`
    if (this.isChecking) return html`<words-check .words=${words} @confirmed=${() => void this.#confirm(words)} @look-again=${() => { this.isChecking = false }}></words-check>`
    return html`
      <p class="deck">${writing.wordsDeck}</p>
      <p>${writing.wordsHow}</p>
      ${this.sets!.length > 1 ? html`<p class="meta">${writing.wordsSet(this.sets!.length)}</p>` : nothing}
      <ol class="words">${words.map(word => html`<li>${word}</li>`)}</ol>
      <div class="actions">
        <button class="primary" @click=${() => { this.isChecking = true }}>${writing.wordsWritten}</button>
        <button @click=${() => print()}>${writing.print}</button>
        <a class="button quiet" href="#/drafts">${writing.wordsLater}</a>
      </div>
      <p class="hint">${writing.wordsLaterHint}</p>
    `
  }

  async #write (): Promise<void> {
    const draft = await this.attempt(() => this.parts.client.createDraft({ body: { newsletter: this.newsletter } }))
    if (draft) this.parts.router.go(`/drafts/${draft.id}`)
  }

  #passphrase (): TemplateResult {
    const { writing } = this.phrases
    return html`
      <form @submit=${this.#unseal}>
        <label for="passphrase">${writing.passphrase}</label>
        <input id="passphrase" type="password" required autocomplete="current-password">
        <p class="hint">${writing.passphraseHint}</p>
        <div class="actions"><button class="primary">${writing.showWords}</button></div>
      </form>
    `
  }

  #unseal = (event: Event): void => {
    event.preventDefault()
    void this.#load(this.querySelector<HTMLInputElement>('#passphrase')!.value)
  }

  async #load (passphrase?: string): Promise<void> {
    const { client } = this.parts
    const params = { newsletter: this.newsletter }
    this.failure = null
    try {
      const custody = await client.getWordCustody({ params })
      if (isOnPaper(custody)) {
        this.areElsewhere = true
        return
      }
      this.needsPassphrase = (custody.sealed || custody.next?.sealed === true) && passphrase === undefined
      if (this.needsPassphrase) return
      const { sets } = await client.showWords({ params, body: passphrase === undefined ? {} : { passphrase } })
      this.sets = sets.map(({ words }) => words.split(' '))
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
      this.needsPassphrase = isAppError(error) && passphrase !== undefined
    }
  }

  async #confirm (words: string[]): Promise<void> {
    this.failure = null
    try {
      const custody = await this.parts.client.confirmWords({ params: { newsletter: this.newsletter }, body: { words: words.join(' ') } })
      const [, ...rest] = this.sets!
      this.sets = rest.length > 0 ? rest : null
      this.isChecking = false
      this.isConfirmed = isOnPaper(custody)
      // Others may be sealed with another passphrase.
      if (rest.length === 0 && !this.isConfirmed) await this.#load()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }
}

function isOnPaper ({ unconfirmed, next }: WordCustody): boolean {
  return unconfirmed.length === 0 && next === null
}
