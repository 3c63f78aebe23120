import { html, nothing, type ReactiveController, type TemplateResult } from 'lit'
import type { Highlight, NewHighlight } from '../../../../shared/api/highlights.ts'
import type { ConsoleParts } from '../../app/console-parts.ts'
import type { IssueFrame } from '../../elements/issue-frame.ts'
import type { Phrases } from '../../messages/catalogue.ts'
import type { ConsoleView } from '../console-view.ts'
import './highlight-list.ts'
import './highlights.css'

export interface HighlighterParts {
  parts: () => ConsoleParts
  phrases: () => Phrases
  frame: () => IssueFrame | null
  attempt: <T>(work: () => Promise<T>) => Promise<T | undefined>
}

/** What the reader highlights in the issue that is shown: offers it where words are selected, and lists it below the text. */
export class Highlighter implements ReactiveController {
  #host: ConsoleView
  #given: HighlighterParts
  #ref: string | null = null
  #all: Highlight[] = []
  #selected: NewHighlight | null = null
  #shown = new Set<string>()
  #letGo: (() => void) | null = null

  constructor (host: ConsoleView, given: HighlighterParts) {
    this.#host = host
    this.#given = given
    host.addController(this)
  }

  hostConnected (): void {
    this.#letGo = this.#given.parts().live.on('highlightsChanged', ({ issue }) => { if (issue === this.#ref) void this.#load() })
  }

  hostDisconnected (): void {
    this.#letGo?.()
  }

  /** Another issue is shown from now on. */
  begin (ref: string): void {
    this.#ref = ref
    this.#all = []
    this.#selected = null
    this.#shown.clear()
    void this.#load()
  }

  /** The text is there, or there anew. */
  laid (): void {
    if (this.#all.length > 0) this.#given.frame()?.mark(this.#all)
  }

  onSelected = ({ detail: { quote, before, start } }: CustomEvent<NewHighlight>): void => {
    this.#selected = { quote, before, start }
    this.#host.requestUpdate()
  }

  onUnselected = (): void => {
    this.#selected = null
    this.#host.requestUpdate()
  }

  onMarked = ({ detail: { ids } }: CustomEvent<{ ids: string[] }>): void => {
    this.#shown = new Set(ids)
    this.#host.requestUpdate()
  }

  /** Somebody has clicked on one in the text. */
  onHighlight = ({ detail: { id } }: CustomEvent<{ id: string }>): void => {
    const row = this.#host.querySelector<HTMLElement>(`#highlight-${CSS.escape(id)}`)
    row?.scrollIntoView({ block: 'center' })
    row?.querySelector('textarea')?.focus({ preventScroll: true })
  }

  /** Highlights what is selected. */
  add (): void {
    const [ref, selected] = [this.#ref, this.#selected]
    if (ref === null || !selected) return
    this.#selected = null
    this.#host.requestUpdate()
    void this.#given.attempt(async () => {
      const made = await this.#given.parts().client.highlight({ params: { issue: ref }, body: selected })
      if (!this.#all.some(({ id }) => id === made.id)) this.#show([...this.#all, made])
    })
  }

  render (): TemplateResult {
    const { holding } = this.#given.phrases()
    return html`
      ${this.#selected ? html`<div class="selection-bar"><button class="primary" @click=${() => this.add()}>${holding.highlight}</button></div>` : nothing}
      ${this.#all.length === 0 ? nothing : html`
        <section class="highlights" aria-labelledby="highlights-heading">
          <h2 id="highlights-heading">${holding.highlights}</h2>
          <highlight-list .highlights=${this.#all} .shown=${this.#shown} @seek=${({ detail }: CustomEvent<string>) => this.#given.frame()?.seek(detail)}></highlight-list>
        </section>`}
    `
  }

  async #load (): Promise<void> {
    const ref = this.#ref
    if (ref === null) return
    // Quietly: the text can be read without them.
    const answer = await this.#given.parts().client.listHighlights({ query: { issue: ref } }).catch(() => null)
    if (answer && ref === this.#ref) this.#show(answer.highlights)
  }

  #show (highlights: Highlight[]): void {
    const hadSome = this.#all.length > 0
    this.#all = highlights.sort((a, b) => a.start - b.start)
    if (hadSome || highlights.length > 0) this.#given.frame()?.mark(this.#all)
    this.#host.requestUpdate()
  }
}
