import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { DraftSummary } from '../../../../shared/api/drafts.ts'
import type { Newsletter } from '../../../../shared/api/newsletters.ts'
import { KeptTexts } from '../../editor/saving/kept-texts.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import '../keys/locked-badge.ts'
import './discard-dialog.ts'
import './draft-row.ts'
import { type HandedOver, handOver } from './hand-over.ts'
import './lost-texts.ts'
import './expiry-badge.ts'
import './stopped-badge.ts'
import './words-badge.ts'
import './writing.css'

/** What is being written, the draft saved last first. */
@customElement('drafts-view')
export class DraftsView extends ConsoleView {
  @state() private drafts: DraftSummary[] | null = null
  @state() private failure: string | null = null
  /** Asked about before it goes. */
  @state() private discarding: DraftSummary | null = null
  /** Texts in this browser whose drafts are no more. */
  @state() private lost: HandedOver[] = []
  #texts = new KeptTexts()

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => void this.#load())
    this.follow('newsletterChanged', () => this.requestUpdate())
    this.follow('draftChanged', draft => this.#put(draft))
    this.follow('draftRemoved', ({ draft }) => { this.drafts = this.drafts?.filter(({ id }) => id !== draft) ?? null })
    this.bindKeys([{ keys: 'c', label: this.phrases.writing.newDraft, run: () => void this.#begin() }])
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell } = this.phrases
    const own = this.#own()
    return html`
      <div class="page">
        <header class="masthead">
          <h1>${shell.drafts}</h1>
          ${own.length > 0 ? this.#begins(own) : nothing}
        </header>
        ${own.map(newsletter => html`<expiry-badge .newsletter=${newsletter}></expiry-badge>`)}
        ${own.map(newsletter => newsletter.notWriting ? html`<stopped-badge .newsletter=${newsletter}></stopped-badge>` : nothing)}
        ${own.map(newsletter => newsletter.keys === 'locked' ? html`<locked-badge .newsletter=${newsletter}></locked-badge>` : nothing)}
        ${own.map(newsletter => newsletter.wordsUnconfirmed ? html`<words-badge .newsletter=${newsletter}></words-badge>` : nothing)}
        ${this.lost.length > 0 ? html`<lost-texts .texts=${this.lost} @keep-text=${this.#keep} @drop-text=${this.#drop}></lost-texts>` : nothing}
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.#content(own)}
        ${this.discarding ? html`<discard-dialog .named=${this.discarding.title} @closed=${() => { this.discarding = null }} @discard=${() => void this.#discard(this.discarding!)}></discard-dialog>` : nothing}
      </div>
    `
  }

  #content (own: Newsletter[]): TemplateResult | typeof nothing {
    const { shell, writing } = this.phrases
    if (this.drafts === null) return this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing
    if (own.length === 0 && this.parts.live.connected) {
      return html`<div class="empty"><p>${writing.noNewsletter}</p><a class="button primary" href="#/start">${shell.startNewsletter}</a><p class="hint">${writing.noNewsletterHint}</p></div>`
    }
    if (this.drafts.length === 0) return html`<div class="empty"><p>${writing.noDrafts}</p></div>`
    return html`
      <ol class="list drafts">${repeat(this.drafts, ({ id }) => id, draft => html`
        <li><draft-row .draft=${draft} .newsletter=${own.length > 1 ? this.parts.live.newsletters.get(draft.newsletter)?.title ?? '' : ''}
          @discard=${() => { this.discarding = draft }}></draft-row></li>
      `)}</ol>
    `
  }

  /** One button, or a choice of newsletters where there are several. */
  #begins (own: Newsletter[]): TemplateResult {
    const { writing } = this.phrases
    if (own.length === 1) return html`<button class="primary" @click=${() => void this.#begin(own[0]!.address)}>${writing.newDraft}</button>`
    return html`
      <button class="primary" popovertarget="begin">${writing.newDraft}</button>
      <div id="begin" popover class="begin-menu">
        <p class="meta">${writing.newDraftFor}</p>
        ${own.map(({ address, title }) => html`<button type="button" dir="auto" @click=${() => void this.#begin(address)}>${title}</button>`)}
      </div>
    `
  }

  #own (): Newsletter[] {
    return [...this.parts.live.newsletters.values()].filter(({ role }) => role === 'own')
  }

  async #load (): Promise<void> {
    const { client } = this.parts
    try {
      const handed = await handOver(client, this.#texts)
      this.lost = handed.filter(({ outcome }) => outcome === 'gone')
      this.drafts = (await client.listDrafts()).drafts
      this.failure = null
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
  }

  #put (draft: DraftSummary): void {
    if (!this.drafts) return
    this.drafts = [draft, ...this.drafts.filter(({ id }) => id !== draft.id)].sort((a, b) => b.savedAt.localeCompare(a.savedAt))
  }

  async #begin (newsletter = this.#own()[0]?.address): Promise<void> {
    if (newsletter === undefined) return this.parts.router.go('/start')
    const draft = await this.attempt(() => this.parts.client.createDraft({ body: { newsletter } }))
    if (draft) this.parts.router.go(`/drafts/${draft.id}`)
  }

  async #discard (draft: DraftSummary): Promise<void> {
    const discarded = await this.attempt(() => this.parts.client.discardDraft({ params: { draft: draft.id } }))
    if (discarded) this.parts.notices.done(this.phrases.writing.discarded(draft.title))
  }

  /** A draft of its own for a text whose draft is no more. */
  #keep = async ({ detail: { kept, forget } }: CustomEvent<HandedOver>): Promise<void> => {
    await this.attempt(async () => {
      const { id } = await this.parts.client.createDraft({ body: { newsletter: kept.newsletter } })
      await this.parts.client.saveDraft({ params: { draft: id }, body: { baseVersion: 0, ...kept.text } })
      await forget()
      this.parts.router.go(`/drafts/${id}`)
    })
  }

  #drop = async ({ detail }: CustomEvent<HandedOver>): Promise<void> => {
    await detail.forget()
    this.lost = this.lost.filter(other => other !== detail)
  }
}
