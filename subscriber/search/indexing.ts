import { isAppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { type IssueKey, refOf } from '../issue-view.ts'
import type { Library } from '../library/library.ts'
import type { ReadyCursor, ReadyIssue } from '../library/ready-issues.ts'
import type { Reading } from '../reading/reading.ts'
import type { IndexedIssue, IssueVersion } from './indexed-issue.ts'
import type { SearchIndex } from './search-index.ts'

/** Issues that are compared, or taken out, in one go. */
const COMPARED = 200
const TAKEN_OUT = 10
/** Texts are written in pieces of this size, so that a search that comes meanwhile does not wait long. */
const PUT_CHARACTERS = 10_000
/** So much is merged after each, lest there be ever more to merge. */
const MERGED_EACH = 2

export interface IndexingParts {
  index: SearchIndex
  library: Library
  reading: Pick<Reading, 'searchText'>
  log: Log
}

/** Keeps the index like the library, in the background: what changes first, then all, the newest first, until both are alike. */
export class Indexing {
  #parts: IndexingParts
  #running: Promise<void> | null = null
  #again = false
  #stopped = false
  #changed = new Map<string, IssueKey>()
  #gone = new Set<string>()
  /** Where comparing is in the library; null: it has come to its end. */
  #next: ReadyCursor | 'first' | null = 'first'
  /** Where looking for what the library does not have any more is in the index; null: it has come to its end. */
  #lookedThrough: number | null = 0
  /** Something was written since all was merged. */
  #toMerge = false
  #isMerging = false

  constructor (parts: IndexingParts) {
    this.#parts = parts
  }

  /** Everything that is ready is in the index, and nothing else. */
  get isComplete (): boolean {
    const isCompared = this.#next === null && this.#lookedThrough === null
    return isCompared && this.#changed.size === 0 && this.#gone.size === 0 && (this.#running === null || this.#isMerging)
  }

  changed (key: IssueKey): void {
    this.#changed.set(refOf(key), key)
    this.#wake()
  }

  removed (newsletter: string): void {
    this.#gone.add(newsletter)
    this.#wake()
  }

  /** Compares everything, from the beginning. */
  compareAll (): void {
    this.#next = 'first'
    this.#lookedThrough = 0
    this.#wake()
  }

  async stop (): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  #wake (): void {
    if (this.#stopped) return
    // What runs may be about to fail, on what has just been put right.
    this.#again = this.#running !== null
    this.#running ??= this.#run().catch((error: unknown) => {
      // It is tried again with the next change.
      if (!this.#stopped) this.#parts.log.error({ error: messageOf(error) }, 'indexing')
    }).finally(() => {
      this.#running = null
      if (this.#again) this.#wake()
    })
  }

  async #run (): Promise<void> {
    while (!this.#stopped && await this.#step());
  }

  /** False when there is nothing to do. */
  async #step (): Promise<boolean> {
    const [gone] = this.#gone
    if (gone !== undefined) await this.#takeOut(gone)
    else if (this.#changed.size > 0) await this.#takeChanged()
    else if (this.#next !== null) await this.#compareNext()
    else if (this.#lookedThrough !== null) await this.#lookThrough(this.#lookedThrough)
    else if (this.#toMerge) await this.#mergeRest()
    else return false
    return true
  }

  /** Everything is found already. */
  async #mergeRest (): Promise<void> {
    this.#isMerging = true
    try {
      this.#toMerge = await this.#parts.index.merge()
    } finally {
      this.#isMerging = false
    }
  }

  async #put (issues: IndexedIssue[]): Promise<void> {
    const { index } = this.#parts
    await index.put(issues)
    this.#toMerge = true
    for (let i = 0; i < MERGED_EACH && !this.#stopped && await index.merge(); i++);
  }

  async #takeOut (newsletter: string): Promise<void> {
    const { index, library } = this.#parts
    // Who has subscribed again meanwhile has it in the library.
    const keys = await library.newsletter(newsletter) ? [] : await index.ofNewsletter(newsletter, TAKEN_OUT)
    if (keys.length === 0) this.#gone.delete(newsletter)
    else await index.remove(keys)
  }

  async #takeChanged (): Promise<void> {
    const changed = [...this.#changed].slice(0, TAKEN_OUT)
    const ready = await Promise.all(changed.map(([, key]) => this.#parts.library.readyIssue(key.newsletter, key.id)))
    // Before it is read: what changes while it is being read comes again.
    for (const [ref] of changed) this.#changed.delete(ref)
    try {
      await this.#parts.index.remove(changed.filter((_, i) => !ready[i]).map(([, key]) => key))
      await this.#bring(ready.filter(issue => issue !== null))
    } catch (error) {
      for (const [ref, key] of changed) this.#changed.set(ref, key)
      throw error
    }
  }

  async #compareNext (): Promise<void> {
    const at = this.#next
    const issues = await this.#parts.library.readyIssues(COMPARED, at === 'first' || at === null ? null : at)
    await this.#bring(issues)
    // Comparing may have begun anew meanwhile.
    if (this.#next === at) this.#next = issues.at(-1)?.cursor ?? null
  }

  async #lookThrough (after: number): Promise<void> {
    const { index, library } = this.#parts
    const indexed = await index.indexed(after, COMPARED)
    const ready = await library.areReady(indexed.map(({ newsletter, id }) => ({ newsletter, id })))
    const over = indexed.filter((_, i) => !ready[i])
    for (let i = 0; i < over.length; i += TAKEN_OUT) await index.remove(over.slice(i, i + TAKEN_OUT))
    if (this.#lookedThrough === after) this.#lookedThrough = indexed.at(-1)?.key ?? null
  }

  /** Reads the texts of those that the index does not have, and writes them, a few at a time. */
  async #bring (issues: ReadyIssue[]): Promise<void> {
    if (issues.length === 0) return
    const { index } = this.#parts
    const missing = new Set((await index.compare(issues.map(versionOf))).map(refOf))
    let batch: IndexedIssue[] = []
    let characters = 0
    for (const issue of issues) {
      if (this.#stopped || !missing.has(refOf(issue))) continue
      const text = await this.#textOf(issue)
      if (text === null) continue
      const { title, subtitle, summary, authors, tags } = issue
      batch.push({ ...versionOf(issue), title, subtitle, summary, authors, tags, text })
      characters += text.length
      if (characters < PUT_CHARACTERS) continue
      await this.#put(batch)
      batch = []
      characters = 0
    }
    if (batch.length > 0) await this.#put(batch)
  }

  /** Null: the issue has changed since, and comes again. A text that can not be read must not be tried for ever: '' then. */
  async #textOf ({ newsletter, id, version }: ReadyIssue): Promise<string | null> {
    const { reading, library } = this.#parts
    const text = await reading.searchText({ newsletter, id }).catch((error: unknown) => {
      if (this.#stopped || !isAppError(error)) throw error
      return ''
    })
    return (await library.readyIssue(newsletter, id))?.version === version ? text : null
  }
}

function versionOf ({ newsletter, id, version, publishedAt, read, saved }: ReadyIssue): IssueVersion {
  return { newsletter, id, version, publishedAt, read, saved }
}
