import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Issue } from '../../../../shared/api/issues.ts'
import type { SearchPage, SearchResult } from '../../../../shared/api/search.ts'
import type { ConsoleParts } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import type { Phrases } from '../../messages/catalogue.ts'

/** While the index is being made, it is looked again so often what is in it by now. */
const AGAIN_MS = 2_000
/** As many as the node gives at once. */
const MOST = 100
const PAGE = 20

/** What is found for what somebody types, page after page. Old answers that come late are dropped. */
export class FoundIssues implements ReactiveController {
  /** Null while nothing is looked for, or nothing has come yet. */
  results: SearchResult[] | null = null
  page: Omit<SearchPage, 'results'> | null = null
  failure: string | null = null
  isAsking = false
  #host: ReactiveControllerHost
  #parts: () => ConsoleParts
  #phrases: () => Phrases
  #text = ''
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #letGo: (() => void)[] = []

  constructor (host: ReactiveControllerHost, parts: () => ConsoleParts, phrases: () => Phrases) {
    this.#host = host
    this.#parts = parts
    this.#phrases = phrases
    host.addController(this)
  }

  hostConnected (): void {
    const { live } = this.#parts()
    this.#letGo = [live.on('issueChanged', issue => this.#changed(issue)), live.on('state', () => void this.again())]
  }

  hostDisconnected (): void {
    clearTimeout(this.#timer)
    for (const letGo of this.#letGo.splice(0)) letGo()
  }

  async look (text: string): Promise<void> {
    this.#text = text
    await this.#ask(null, PAGE)
  }

  /** The same, anew. */
  async again (): Promise<void> {
    await this.#ask(null, Math.min(MOST, Math.max(PAGE, this.results?.length ?? 0)))
  }

  async more (): Promise<void> {
    if (this.page?.next) await this.#ask(this.page.next, PAGE)
  }

  async #ask (cursor: string | null, limit: number): Promise<void> {
    clearTimeout(this.#timer)
    const asked = ++this.#asked
    if (this.#text.trim() === '') {
      this.results = this.page = this.failure = null
      this.isAsking = false
      return this.#host.requestUpdate()
    }
    this.isAsking = true
    this.#host.requestUpdate()
    try {
      const query = { q: this.#text, typing: true, limit, ...(cursor !== null && { cursor }) }
      const { results, ...page } = await this.#parts().client.searchIssues({ query })
      if (asked !== this.#asked) return
      this.results = cursor === null ? results : [...this.results ?? [], ...results]
      this.page = page
      this.failure = null
      if (!page.index.isComplete) this.#timer = setTimeout(() => void this.again(), AGAIN_MS)
    } catch (error) {
      if (asked !== this.#asked) return
      this.failure = failureInWords(error, this.#phrases())
    }
    this.isAsking = false
    this.#host.requestUpdate()
  }

  #changed (issue: Issue): void {
    if (!this.results?.some(result => result.issue.ref === issue.ref)) return
    this.results = this.results.map(result => result.issue.ref === issue.ref ? { ...result, issue } : result)
    this.#host.requestUpdate()
  }
}
