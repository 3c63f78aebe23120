import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Issue } from '../../../../shared/api/issues.ts'
import type { ConsoleParts } from '../../app/console-parts.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { isReadable } from '../../elements/state-in-words.ts'
import type { Phrases } from '../../messages/catalogue.ts'

const PAGE = 50
/** As many as the node gives at once. */
const MOST = 500

/** What a list shows: of one newsletter, all that are saved, or the inbox. */
export interface ListFilter {
  unread?: boolean
  saved?: boolean
  newsletter?: string
  text?: string
}

/** A list of issues, fetched page after page, that follows what happens for as long as its host is shown. */
export class IssueList implements ReactiveController {
  /** Null until the first page is here. */
  issues: Issue[] | null = null
  total = 0
  failure: string | null = null
  #host: ReactiveControllerHost
  #parts: () => ConsoleParts
  #phrases: () => Phrases
  /** Null before any list was asked for. */
  #filter: ListFilter | null = null
  #next: string | null = null
  #loading: Promise<void> | null = null
  #first: Promise<void> = Promise.resolve()
  /** Answers to what was asked before are not wanted any more. */
  #asked = 0
  #letGo: (() => void)[] = []

  constructor (host: ReactiveControllerHost, parts: () => ConsoleParts, phrases: () => Phrases) {
    this.#host = host
    this.#parts = parts
    this.#phrases = phrases
    host.addController(this)
  }

  hostConnected (): void {
    const { live } = this.#parts()
    this.#letGo = [
      live.on('issueChanged', issue => this.#changed(issue)),
      live.on('issuesMarked', () => void this.reload()),
      live.on('state', () => void this.reload()),
      live.on('newsletterRemoved', ({ newsletter }) => this.#removed(newsletter))
    ]
  }

  hostDisconnected (): void {
    for (const letGo of this.#letGo.splice(0)) letGo()
  }

  get hasMore (): boolean { return this.#next !== null }

  /** Shows another list. */
  show (filter: ListFilter): void {
    // Asked for once: whether it comes or fails, it is not asked for again by itself.
    if (JSON.stringify(filter) === JSON.stringify(this.#filter)) return
    this.#filter = filter
    this.#first = this.#load(null, PAGE)
  }

  /** Ends when the first page is here, or could not be had, however often it was asked for anew meanwhile. */
  async first (): Promise<void> {
    let asked: Promise<void>
    do {
      asked = this.#first
      await asked
    } while (asked !== this.#first)
  }

  /** As many as there are now, anew. */
  async reload (): Promise<void> {
    this.#first = this.#load(null, Math.min(MOST, Math.max(PAGE, this.issues?.length ?? 0)))
    await this.#first
  }

  async loadMore (): Promise<void> {
    if (this.#next === null) return
    this.#loading ??= this.#load(this.#next, PAGE).finally(() => { this.#loading = null })
    await this.#loading
  }

  async #load (cursor: string | null, limit: number): Promise<void> {
    const asked = ++this.#asked
    try {
      const { text, ...filter } = this.#filter ?? {}
      const query = { ...filter, limit, ...(text?.trim() && { text: text.trim() }), ...(cursor !== null && { cursor }) }
      const { issues, total, next } = await this.#parts().client.getInbox({ query })
      if (asked !== this.#asked) return
      this.issues = cursor === null ? issues : [...this.issues ?? [], ...issues]
      this.total = total
      this.#next = next
      this.failure = null
    } catch (error) {
      if (asked === this.#asked) this.failure = failureInWords(error, this.#phrases())
    }
    this.#host.requestUpdate()
  }

  #changed (issue: Issue): void {
    if (!this.issues) return
    const place = this.issues.findIndex(({ ref }) => ref === issue.ref)
    if (place !== -1) {
      // What no longer fits stays until the list is fetched anew, so that nothing goes away under the eyes of who reads it.
      this.issues = this.issues.with(place, issue)
    } else if (this.#fits(issue)) {
      const before = this.issues.findIndex(other => isBefore(issue, other))
      if (before === -1 && this.hasMore) return
      this.issues = this.issues.toSpliced(before === -1 ? this.issues.length : before, 0, issue)
      this.total++
    } else return
    this.#host.requestUpdate()
  }

  #fits ({ newsletter, state, read, saved }: Issue): boolean {
    const { unread, saved: onlySaved, newsletter: only, text } = this.#filter ?? {}
    if (text?.trim()) return false // the node knows which texts match
    if (only !== undefined && only !== newsletter) return false
    if (only === undefined && !onlySaved && !this.#parts().live.newsletters.get(newsletter)?.subscribed) return false
    return (!unread || (isReadable({ state }) && !read)) && (!onlySaved || saved)
  }

  #removed (newsletter: string): void {
    if (!this.issues?.some(issue => issue.newsletter === newsletter)) return
    this.issues = this.issues.filter(issue => issue.newsletter !== newsletter)
    // Of a newsletter that is gone there is nothing to ask for.
    if (this.#filter?.newsletter === newsletter) this.#host.requestUpdate()
    else void this.reload()
  }
}

/** Newest first, as the node orders them. */
function isBefore (a: Issue, b: Issue): boolean {
  return a.publishedAt === b.publishedAt ? a.id > b.id : a.publishedAt > b.publishedAt
}
