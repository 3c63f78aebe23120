import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { ReplaceableWriter, RestoredNewsletter as Found } from '../../../../shared/api/restoring.ts'
import type { Proposal } from '../../../../shared/api/root.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'

/** One newsletter that the words stand for: how far it has come, who is lost, what will be done, and the last word. */
@customElement('restored-newsletter')
export class RestoredNewsletter extends ConsoleView {
  @property({ attribute: false }) found!: Found
  @property() words = ''
  /** Id of the lost writer; '': none of them. Null: not said yet. */
  @state() private lost: string | null = null
  @state() private isAnyway = false
  @state() private proposal: Proposal | null = null
  @state() private isWorking = false
  @state() private failure: string | null = null

  override render (): TemplateResult {
    const { restoring } = this.phrases
    const { title, link, state, peers } = this.found
    const name = title === '' ? link : title
    return html`
      <section aria-label=${name}>
        <h2 dir="auto">${state === 'restored' ? restoring.done(name) : restoring.found(name)}</h2>
        ${state === 'refused' ? nothing : html`<p class="meta" role="status">${restoring.foundPeers(peers)}</p>`}
        ${this.#content()}
        ${this.failure === null ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      </section>
    `
  }

  #content (): TemplateResult {
    const { restoring } = this.phrases
    const { state, problem, threshold, informed } = this.found
    if (state === 'restored') {
      return html`
        <p>${restoring.doneHint} ${restoring.informed(informed)}</p>
        <div class="actions"><a class="button primary" href="#/drafts">${restoring.write}</a></div>
      `
    }
    if (problem) return html`<p class="error" role="alert">${restoring.refused[problem.code] ?? problem.reason}</p>`
    if (threshold > 1) return html`<p>${restoring.several(threshold)}</p>`
    if (this.isWorking) return html`<p role="status">${restoring.working}</p>`
    if (this.proposal) return this.#agree(this.proposal)
    return html`<p role="status">${state === 'ready' ? restoring.known : restoring.asking}</p>${state === 'ready' ? this.#ask() : nothing}`
  }

  #ask (): TemplateResult {
    const { restoring } = this.phrases
    const { writers } = this.found
    const trouble = this.#trouble()
    const isSaid = writers.length === 1 || this.lost !== null
    return html`
      ${writers.length === 1 ? nothing : html`
        <fieldset>
          <legend>${restoring.whoIsLost}</legend>
          ${writers.map(({ id, name, issues }) => this.#choice(id, restoring.writer(name || id, issues)))}
          ${this.#choice('', restoring.nobody)}
        </fieldset>
      `}
      ${trouble === null ? nothing : html`
        <p class="error" id="anyway-why">${trouble}</p>
        <label class="check">
          <input type="checkbox" aria-describedby="anyway-why" .checked=${this.isAnyway} @change=${() => { this.isAnyway = !this.isAnyway }}> ${restoring.anyway}
        </label>
      `}
      <div class="actions"><button class="primary" ?disabled=${!isSaid || (trouble !== null && !this.isAnyway)} @click=${() => void this.#propose()}>${restoring.goOn}</button></div>
    `
  }

  #choice (id: string, label: string): TemplateResult {
    return html`<label class="check"><input type="radio" name="lost" .checked=${this.lost === id} @change=${() => { this.lost = id }}> ${label}</label>`
  }

  /** What speaks against going on; null: nothing. */
  #trouble (): string | null {
    const { restoring } = this.phrases
    const lost = this.#lostWriter()
    if (!lost) return null
    const name = lost.name || lost.id
    if (lost.isOn) return restoring.isOn(name)
    return lost.length === 0 || (lost.said && lost.said.length > lost.length) ? restoring.saidMore(name) : null
  }

  #lostWriter (): ReplaceableWriter | undefined {
    const { writers } = this.found
    return writers.length === 1 ? writers[0] : writers.find(({ id }) => id === this.lost)
  }

  #agree ({ effects, notes }: Proposal): TemplateResult {
    const { restoring, root, shell } = this.phrases
    return html`
      <h3>${restoring.willDo}</h3>
      <ul>${effects.map(effect => html`<li dir="auto">${root.saying(effect)}</li>`)}</ul>
      <h3>${restoring.basis}</h3>
      <ul>${notes.map(note => html`<li dir="auto">${root.saying(note)}</li>`)}</ul>
      ${this.#lostWriter() ? html`<p>${restoring.never}</p>` : nothing}
      <div class="actions">
        <button class="danger" @click=${() => void this.#restore()}>${restoring.doIt}</button>
        <button @click=${() => { this.proposal = null }}>${shell.cancel}</button>
      </div>
    `
  }

  async #propose (): Promise<void> {
    const lost = this.#lostWriter()
    await this.#do(async () => {
      const body = { inPlaceOf: lost ? [lost.id] : [], ...(this.isAnyway && { anyway: true }) }
      this.proposal = await this.parts.client.proposeRestoration({ params: { newsletter: this.found.newsletter }, body })
    })
  }

  async #restore (): Promise<void> {
    const { client } = this.parts
    await this.#do(async () => {
      const { text } = await client.signProposal({ body: { text: this.proposal!.text, words: this.words } })
      await client.publishRoot({ body: { text } })
    })
  }

  async #do (work: () => Promise<void>): Promise<void> {
    this.isWorking = true
    this.failure = null
    try {
      await work()
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isWorking = false
  }
}
