import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Proposal, RootChange } from '../../../../shared/api/root.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'

/** With what a proposal is signed here: words that are typed, or those that still lie on this machine. */
type Signing = 'words' | 'passphrase' | 'here'

/**
 * Changes the root of a newsletter: says exactly what will happen, asks for the recovery words, signs, and tells
 * everybody; where others have to sign too, gives a file to pass on. Nothing that is typed here is kept.
 */
@customElement('root-change-dialog')
export class RootChangeDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  /** Address. */
  @property() newsletter = ''
  /** What shall change; null: the proposal was passed on by somebody. */
  @property({ attribute: false }) change: RootChange | null = null
  /** The proposal that was passed on. */
  @property() passed = ''
  @state() private proposal: Proposal | null = null
  @state() private signing: Signing = 'words'
  @state() private isSigned = false
  @state() private isWorking = false
  @state() private failure: string | null = null
  @query('#root-secret') private secret!: HTMLTextAreaElement | HTMLInputElement | null

  override connectedCallback (): void {
    super.connectedCallback()
    void this.#propose()
  }

  protected override heading (): string {
    return this.phrases.root.change
  }

  protected override content (): TemplateResult {
    const { shell, root } = this.phrases
    return html`
      ${this.proposal ? this.#asked(this.proposal) : this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing}
      ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      ${this.proposal && !this.isSigned ? nothing : html`<div class="actions"><button type="button" @click=${() => this.close()}>${shell.close}</button></div>`}
      ${this.isWorking ? html`<p class="meta" role="status">${root.signing}</p>` : nothing}
    `
  }

  #asked (proposal: Proposal): TemplateResult {
    const { root } = this.phrases
    const { number, effects, notes } = proposal
    return html`
      <p>${root.changeNumber(number)}</p>
      <ul class="effects">${effects.map(effect => html`<li dir="auto">${root.saying(effect)}</li>`)}</ul>
      ${notes.map(note => html`<p class="hint" dir="auto">${root.saying(note)}</p>`)}
      ${this.isSigned ? this.#passOn(proposal) : this.#sign()}
    `
  }

  #sign (): TemplateResult {
    const { shell, root } = this.phrases
    return html`
      <form @submit=${this.#onSign}>
        ${this.signing === 'here' ? html`<p class="warning">${root.signHere}</p>` : nothing}
        ${this.signing === 'passphrase' ? html`<label for="root-secret">${root.signPassphrase}</label><input id="root-secret" type="password" required autocomplete="off">` : nothing}
        ${this.signing === 'words' ? html`<label for="root-secret">${root.signWords}</label>
          <textarea id="root-secret" rows="3" required autocomplete="off" autocapitalize="none" spellcheck="false" lang="en" dir="ltr"></textarea>` : nothing}
        <div class="actions">
          <button class="primary" ?disabled=${this.isWorking}>${root.sign}</button>
          <button type="button" @click=${() => this.close()}>${shell.cancel}</button>
        </div>
      </form>
    `
  }

  #passOn ({ text, newsletter, number, signers }: Proposal): TemplateResult {
    const { root } = this.phrases
    const file = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
    return html`
      ${signers.map(({ threshold, signed }) => html`<p>${root.passOn(signed.length, threshold)}</p>`)}
      <p><a class="button" href=${file} download="root-${newsletter.slice(0, 8)}-${number}.proposal.json">${root.saveProposal}</a></p>
    `
  }

  async #propose (): Promise<void> {
    const { client } = this.parts
    try {
      const proposal = this.change
        ? await client.proposeRoot({ params: { newsletter: this.newsletter }, body: { change: this.change } })
        : await client.readProposal({ body: { text: this.passed } })
      const custody = await client.getWordCustody({ params: { newsletter: proposal.newsletter } }).catch(() => null) // not a newsletter of this node
      const wanted = proposal.signers.flatMap(({ keys }) => keys)
      if (custody?.unconfirmed.some(key => wanted.includes(key))) this.signing = custody.sealed ? 'passphrase' : 'here'
      this.proposal = proposal
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  #onSign = async (event: Event): Promise<void> => {
    event.preventDefault()
    const { client, notices } = this.parts
    const typed = this.secret?.value.trim() ?? ''
    this.isWorking = true
    this.failure = null
    try {
      const secret = this.signing === 'words' ? { words: typed.split(/\s+/).join(' ').toLowerCase() } : this.signing === 'passphrase' ? { passphrase: typed } : {}
      const signed = await client.signProposal({ body: { text: this.proposal!.text, ...secret } })
      if (this.secret) this.secret.value = ''
      if (signed.complete) {
        const { number } = await client.publishRoot({ body: { text: signed.text } })
        notices.done(this.phrases.root.changed(number))
        this.emit('changed')
        this.close()
      } else {
        this.proposal = signed
        this.isSigned = true
      }
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
