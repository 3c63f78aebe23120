import { join } from 'node:path'
import type { SearchPage, SearchState } from '../../shared/api/search.ts'
import { AppError } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { Resource } from '../../shared/resource.ts'
import { isReadable } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import { addressIn } from '../names.ts'
import type { Subscriber } from '../subscriber.ts'
import type { Found, Wanted } from './found.ts'
import { Indexing } from './indexing.ts'
import { SearchIndex } from './search-index.ts'
import { readQuery, type SearchQuery } from './search-query.ts'
import { folded, wordsOf } from './text-words.ts'

/** More is not ranked, and so not shown. */
const MOST = 1_000
const USUAL_LIMIT = 20

export interface SearchParts {
  subscriber: Subscriber
  library: Library
  /** In which the index lies, as `search.sqlite`. It can be deleted while the node is off, and is built again. */
  folder: string
  /** False: the index is brought up to date only when something is looked for. */
  follows: boolean
  log: Log
}

export interface SearchOptions {
  /** The last word may go on. */
  typing?: boolean
  limit?: number
  /** `next` of the page before. */
  cursor?: string
}

/** Finds issues by the words of their texts, and by what they are. */
export class Search extends Resource {
  #parts: SearchParts
  #index: SearchIndex
  #indexing: Indexing
  #follows = false
  #onIssue = (issue: { newsletter: string, id: string }): void => this.#indexing.changed(issue)
  #onRemoved = (newsletter: string): void => this.#indexing.removed(newsletter)
  #onMarked = (): void => this.#indexing.compareAll()

  constructor (parts: SearchParts) {
    super()
    const { library, subscriber: { reading }, log } = parts
    this.#parts = parts
    this.#index = new SearchIndex({ file: join(parts.folder, 'search.sqlite') })
    this.#indexing = new Indexing({ index: this.#index, library, reading, log })
  }

  protected override async _open (): Promise<void> {
    this.#index.on('rebuilt', () => {
      this.#parts.log.warn('the index of the search was damaged, and is built anew')
      this.#indexing.compareAll()
    })
    this.#index.on('mended', file => this.#parts.log.warn({ file }, 'a bit that had turned over was turned back'))
    if (this.#parts.follows) this.#follow()
  }

  protected override async _close (): Promise<void> {
    const { subscriber } = this.#parts
    subscriber.off('issueChanged', this.#onIssue)
    subscriber.off('newsletterRemoved', this.#onRemoved)
    subscriber.off('issuesMarked', this.#onMarked)
    await this.#indexing.stop()
    await this.#index.close()
  }

  /** @throws AppError BAD_QUERY, BAD_REQUEST when the cursor is not from a page before */
  async search (text: string, { typing = false, limit = USUAL_LIMIT, cursor }: SearchOptions = {}): Promise<SearchPage> {
    this.#follow()
    const query = readQuery(text, { typing })
    const offset = offsetOf(cursor)
    const found = isNothing(query) ? { issues: [], total: 0, isMore: false } : await this.#find(await this.#wanted(query, offset, limit))
    const { views } = this.#parts.subscriber
    const shown = await Promise.all(found.issues.map(async ({ title, snippet, ...key }) => ({ issue: await views.find(key), title, snippet })))
    return {
      // The library knows first what is no longer to be shown.
      results: shown.flatMap(({ issue, ...rest }) => issue && isReadable(issue) && isStill(query, issue) ? [{ issue, ...rest }] : []),
      total: found.total,
      isMore: found.isMore,
      next: offset + limit < found.total ? String(offset + limit) : null,
      index: await this.state()
    }
  }

  /** How far the index has come. */
  async state (): Promise<SearchState> {
    const { ready } = await this.#parts.library.counts()
    return { isComplete: this.#indexing.isComplete, indexed: Math.min(await this.#index.size(), ready), total: ready }
  }

  /** Begins the index anew. */
  async rebuild (): Promise<void> {
    await this.#index.clear()
    this.#indexing.compareAll()
  }

  #follow (): void {
    if (this.#follows) return
    this.#follows = true
    const { subscriber } = this.#parts
    subscriber.on('issueChanged', this.#onIssue)
    subscriber.on('newsletterRemoved', this.#onRemoved)
    subscriber.on('issuesMarked', this.#onMarked)
    this.#indexing.compareAll()
  }

  /** An index that turns out to be damaged has begun anew, and knows at least that. */
  async #find (wanted: Wanted): Promise<Found> {
    let isRebuilt = false
    const onRebuilt = (): void => { isRebuilt = true }
    this.#index.on('rebuilt', onRebuilt)
    try {
      return await this.#index.search(wanted)
    } catch (error) {
      if (!isRebuilt) throw error
      return await this.#index.search(wanted)
    } finally {
      this.#index.off('rebuilt', onRebuilt)
    }
  }

  /** Who it is from is an author by a part of the name, or a newsletter by a part of its title, or by its address. */
  async #wanted ({ from, ...query }: SearchQuery, offset: number, limit: number): Promise<Wanted> {
    const newsletters = from.length === 0 ? [] : await this.#parts.library.newsletters()
    const senders = from.map(name => {
      const words = wordsOf(name).map(({ word }) => word)
      const address = addressIn(name)
      const called = newsletters.filter(({ title }) => words.length > 0 && contains(title, words))
      return { words, newsletters: address === null ? called.map(newsletter => newsletter.address) : [address] }
    })
    return { ...query, from: senders, offset, limit }
  }
}

function isNothing ({ phrases, from, tags, after, before, unread, saved }: SearchQuery): boolean {
  return phrases.length + from.length + tags.length === 0 && after === null && before === null && !unread && !saved
}

/** Marks may be newer than the index. */
function isStill ({ unread, saved }: SearchQuery, issue: { read: boolean, saved: boolean }): boolean {
  return !(unread && issue.read) && !(saved && !issue.saved)
}

function contains (title: string, words: string[]): boolean {
  return ` ${wordsOf(title).map(({ word }) => word).join(' ')} `.includes(` ${words.join(' ')} `) || folded(title) === words.join('')
}

function offsetOf (cursor: string | undefined): number {
  if (cursor === undefined) return 0
  if (/^\d{1,4}$/.test(cursor) && Number(cursor) <= MOST) return Number(cursor)
  throw new AppError('BAD_REQUEST', 'The cursor does not come from a page before. Take it from "next", unchanged, or leave it out for the first page.')
}
