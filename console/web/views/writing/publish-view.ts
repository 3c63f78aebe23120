import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Draft, DraftCheck, DraftFinding, PublishDraft } from '../../../../shared/api/drafts.ts'
import { isAppError } from '../../../../shared/errors.ts'
import '../../elements/error-note.ts'
import { failureInWords, problemInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import '../keys/locked-badge.ts'
import './correction-kind.ts'
import './draft-findings.ts'
import './goes-out-when.ts'
import './going-out.ts'
import { KeptTexts } from '../../editor/saving/kept-texts.ts'
import { handOver } from './hand-over.ts'
import './writing.css'

/** What stands before an issue goes out: what is wrong with it, when it goes, and a minute in which it can be taken back. */
@customElement('publish-view')
export class PublishView extends ConsoleView {
  /** Id. */
  @property() draft = ''
  @state() private shown: Draft | null = null
  @state() private check: DraftCheck | null = null
  @state() private failure: string | null = null
  /** Why the node did not take the order. */
  @state() private refused: string | null = null
  /** What stands there as TK is meant. */
  @state() private isTkMeant = false
  @state() private isSending = false
  /** What is told of a draft that corrects an issue. */
  #correction: Pick<PublishDraft, 'change' | 'note'> = { change: 'correction' }

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('state', () => void this.#load())
    this.follow('newsletterChanged', () => this.requestUpdate())
    this.follow('draftChanged', ({ id }) => { if (id === this.draft) void this.#load() })
    this.follow('draftRemoved', ({ draft, published }) => { if (draft === this.draft) this.#gone(published) })
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell, writing, publishing } = this.phrases
    return html`
      <div class="page narrow">
        <header class="masthead">
          <h1>${writing.publish}</h1>
          ${this.shown ? html`<a class="button quiet" href="#/drafts/${this.draft}">${publishing.writeOn}</a>` : nothing}
        </header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note><p><a href="#/drafts">${writing.toDrafts}</a></p>`}
        ${this.shown && this.check ? this.#content(this.shown, this.check) : this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing}
      </div>
    `
  }

  #content (draft: Draft, check: DraftCheck): TemplateResult {
    const { writing, formats } = this.phrases
    const { publication } = draft
    const waits = publication?.state === 'held' || publication?.state === 'scheduled'
    return html`
      <div class="what-goes-out" lang=${draft.language ?? nothing}>
        <p class="kicker" dir="auto">${this.#newsletter()?.title ?? ''}</p>
        <h2 dir="auto">${draft.title || writing.untitled}</h2>
        ${draft.subtitle ? html`<p class="deck" dir="auto">${draft.subtitle}</p>` : nothing}
      </div>
      <p class="meta">${writing.words(check.words)} · ${writing.minutes(check.minutes)} · ${formats.bytes(check.sizeBytes)} · ${this.#language(draft)}</p>
      ${this.#locked() ? html`<locked-badge .newsletter=${this.#locked()}></locked-badge>` : nothing}
      ${waits ? html`<going-out .publication=${publication} @take-back=${() => void this.#takeBack()}></going-out>` : this.#ask(draft, check)}
    `
  }

  #ask (draft: Draft, { findings }: DraftCheck): TemplateResult {
    const { writing, publishing, locks, formats } = this.phrases
    const { publication } = draft
    const stops = findings.filter(finding => this.#stops(finding))
    return html`
      ${publication?.state === 'missed' ? html`<p class="warning" role="status">${(publication.problem ? locks.missed : publishing.missedAsk)(formats.moment(publication.goesOutAt))}</p>` : nothing}
      ${publication?.state === 'failed' ? html`<p class="error" role="alert">${writing.failedNote(problemInWords(publication.problem, this.phrases))}</p>` : nothing}
      <draft-findings .findings=${findings} .draft=${draft.id} .isTkMeant=${this.isTkMeant} @tk-meant=${({ detail }: CustomEvent<boolean>) => { this.isTkMeant = detail }}></draft-findings>
      ${stops.length > 0 ? nothing : html`
        ${draft.corrects ? html`<correction-kind @kind=${({ detail }: CustomEvent<Pick<PublishDraft, 'change' | 'note'>>) => { this.#correction = detail }}></correction-kind>` : nothing}
        <goes-out-when .what=${draft.title} .newsletter=${this.#newsletter()?.title ?? ''} .revision=${draft.corrects ? draft.corrects.revision + 1 : 0} .isSending=${this.isSending}
          @publish-at=${({ detail }: CustomEvent<string | null>) => void this.#publish(detail)}></goes-out-when>
      `}
      ${this.refused === null ? nothing : html`<p class="error" role="alert">${this.refused}</p>`}
      ${stops.length === 0 ? nothing : html`<div class="actions"><a class="button primary" href="#/drafts/${draft.id}">${publishing.writeOn}</a></div>`}
    `
  }

  #stops ({ level, code }: DraftFinding): boolean {
    return level === 'stop' && !(code === 'tk' && this.isTkMeant)
  }

  #newsletter () {
    return this.shown ? this.parts.live.newsletters.get(this.shown.newsletter) : undefined
  }

  /** Null: they are not locked. */
  #locked () {
    const newsletter = this.#newsletter()
    return newsletter?.keys === 'locked' ? newsletter : null
  }

  #language ({ language }: Draft): string {
    const code = language ?? this.#newsletter()?.language
    return code === undefined ? '' : new Intl.DisplayNames(this.phrases.formats.language, { type: 'language' }).of(code) ?? code
  }

  async #load (): Promise<void> {
    const { client } = this.parts
    const params = { draft: this.draft }
    try {
      // What a window has left behind belongs to what goes out.
      const failure = (await handOver(client, new KeptTexts(), this.draft)).find(({ kept, outcome }) => kept.draft === this.draft && outcome === 'waiting')?.failure
      if (failure) throw failure
      const [draft, check] = await Promise.all([client.getDraft({ params }), client.checkDraft({ params })])
      this.shown = draft
      this.check = check
      this.failure = null
    } catch (error) {
      this.failure = isAppError(error) && error.code === 'NOT_FOUND' ? this.phrases.writing.draftGone : failureInWords(error, this.phrases)
    }
  }

  /** @param at ISO 8601; null: now */
  async #publish (at: string | null): Promise<void> {
    this.isSending = true
    this.refused = null
    try {
      const body = { ...(at !== null && { at }), ...(this.isTkMeant && { ignore: ['tk' as const] }), ...(this.shown?.corrects && this.#correction) }
      this.shown = await this.parts.client.publishDraft({ params: { draft: this.draft }, body })
    } catch (error) {
      const newsletter = this.#newsletter()
      if (newsletter && isAppError(error) && error.code === 'LOCKED') {
        void this.openDialog('unlock-dialog', () => import('../keys/unlock-dialog.ts'), { newsletter, goOn: () => void this.#publish(at) })
      } else this.refused = failureInWords(error, this.phrases)
    } finally {
      this.isSending = false
    }
  }

  async #takeBack (): Promise<void> {
    const draft = await this.attempt(() => this.parts.client.unpublishDraft({ params: { draft: this.draft } }))
    if (!draft) return
    this.shown = draft
    this.parts.notices.done(this.phrases.publishing.takenBack)
    await this.updateComplete
    // The button that was pressed is gone.
    this.closest('main')?.focus({ preventScroll: true })
  }

  #gone (published: string | null): void {
    if (published) this.parts.router.replace(`/published/${encodeURIComponent(published)}`)
    else this.failure = this.phrases.writing.draftGone
  }
}
