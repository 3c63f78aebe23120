import { Worker } from 'node:worker_threads'
import { asideOf } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import { Resource } from '../../shared/resource.ts'
import { receivedError } from '../../shared/sent-failure.ts'
import { type FromWorker, type LibraryCall, type LibraryMethod, type LibraryMethods, type ToWorker } from './library-calls.ts'
import { LIBRARY_FILES, type LibraryFile, libraryFiles } from './library-files.ts'
import type {
  HighlightRow, IssueChange, IssueCounts, IssueKey, IssueListing, IssueListingPage, IssueMoment, IssueNeighbours, IssuePlace, IssueToHold, IssueWithBody,
  LibraryIssue, LibraryNewsletter, ListFilter, MarkRows, PageOptions, Place, PlacedIssue, RevisionPlace, TakenIssue, UnreadIssues, WriterCounts
} from './library-issue.ts'
import type { ReadyCursor, ReadyIssue } from './ready-issues.ts'
import type { LibraryStore } from './library-store.ts'

/** Calls that come meanwhile wait so long as this takes: a few milliseconds. */
const PAGES_AT_ONCE = 256

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/**
 * What this node knows of newsletters and issues, and what was read and saved, in two files of `folder`, which nothing else may
 * open: `library.sqlite` can be built anew from the drives, `reader.sqlite` holds the marks, which can not.
 *
 * Calls are answered in the order in which they were made. Each may throw DISK_FULL, or INTERNAL when the thread that
 * owns the files has ended.
 */
export class Library extends Resource implements Omit<LibraryMethods, 'readThrough' | 'takeLogOver'> {
  /** The index is empty though the library was used before: it was of another version, damaged or gone. */
  rebuilt = false
  /** Where the last file of marks lies of which not all could be read; null: none was, or it was removed. */
  damagedMarks: string | null = null
  /** What has turned out to be damaged since it was opened, and is put right by the next start. */
  readonly damaged = new Set<LibraryFile>()
  #folder: string
  #onMended: (file: string) => void
  #worker: Worker | null = null
  #waiting = new Map<number, Waiting>()
  #calls = 0
  #ended: AppError | null = null

  /** @param onMended hears of files of which a bit had turned over, and was turned back */
  constructor ({ folder, onMended = () => {} }: { folder: string, onMended?: (file: string) => void }) {
    super()
    this.#folder = folder
    this.#onMended = onMended
  }

  protected override async _open (): Promise<void> {
    const worker = new Worker(new URL('./library-worker.js', import.meta.url), { workerData: { folder: this.#folder } })
    this.#worker = worker
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if ('opened' in message) {
          this.rebuilt = message.opened.rebuilt
          return resolve()
        }
        if ('mended' in message) return this.#onMended(message.mended)
        if (message.call === null) return reject(receivedError(message.failure))
        const waiting = this.#waiting.get(message.call)
        this.#waiting.delete(message.call)
        if (!message.failure) return waiting?.resolve(message.value)
        for (const name of message.damaged) this.damaged.add(name)
        waiting?.reject(receivedError(message.failure))
      })
      worker.on('error', cause => this.#end(cause))
      worker.on('exit', () => reject(this.#end()))
    })
    this.damagedMarks = await asideOf(libraryFiles(this.#folder).marks)
  }

  protected override async _close (): Promise<void> {
    if (this.#worker === null || this.#ended) return
    const worker = this.#worker
    // However it ends: one that fails at the end must not keep the rest from closing.
    const exit = new Promise(resolve => { worker.once('exit', resolve) })
    worker.postMessage(null satisfies ToWorker)
    await exit
  }

  /** Adds the newsletter, or replaces what is known of it; its issues stay. */
  putNewsletter (newsletter: LibraryNewsletter): Promise<void> { return this.#call('putNewsletter', newsletter) }
  /** Its issues go with it; their read marks stay. */
  removeNewsletter (address: string): Promise<void> { return this.#call('removeNewsletter', address) }
  /** In the order in which they were added. */
  newsletters (): Promise<LibraryNewsletter[]> { return this.#call('newsletters') }
  /** Addresses of the newsletters, with those first that have the newest issues. */
  byActivity (): Promise<string[]> { return this.#call('byActivity') }
  newsletter (address: string): Promise<LibraryNewsletter | null> { return this.#call('newsletter', address) }

  /**
   * All or none; each takes the place of the issue that has its newsletter and id.
   * @throws AppError NEWSLETTER_NOT_FOUND
   */
  putIssues (issues: LibraryIssue[]): Promise<void> { return this.#call('putIssues', issues) }
  /**
   * Like {@link putIssues}, where a revision counts more than the one that is there.
   *
   * @param writers ids in the order of the root
   * @returns those that were put
   */
  offerIssues (issues: LibraryIssue[], writers: string[]): Promise<TakenIssue[]> { return this.#call('offerIssues', issues, writers) }
  /** Changes nothing when another revision is there, or none any more. */
  updateIssue (place: RevisionPlace, change: IssueChange): Promise<void> { return this.#call('updateIssue', place, change) }
  issue (newsletter: string, id: string): Promise<LibraryIssue | null> { return this.#call('issue', newsletter, id) }
  listing (newsletter: string, id: string): Promise<IssueListing | null> { return this.#call('listing', newsletter, id) }
  issuesWithId (id: string): Promise<IssueKey[]> { return this.#call('issuesWithId', id) }
  /** Issues that a writer's drive names at or after a block of its index, and that are believed. */
  issuesBehind (newsletter: string, writer: string, seq: number): Promise<{ id: string, seq: number }[]> { return this.#call('issuesBehind', newsletter, writer, seq) }
  writerCounts (newsletter: string, writer: string, seq: number): Promise<WriterCounts> { return this.#call('writerCounts', newsletter, writer, seq) }
  /** Issues that wait or are being downloaded, newest first. */
  incomplete (newsletter: string): Promise<{ id: string }[]> { return this.#call('incomplete', newsletter) }
  /** Where the issues of a newsletter lie, `limit` at a time, after the one with the key `after` (0 at first). */
  places (newsletter: string, after: number, limit: number, limitBytes: number): Promise<IssuePlace[]> { return this.#call('places', newsletter, after, limit, limitBytes) }
  /** Issues whose text has this hash, newest first. */
  withBody (newsletter: string, bodyHash: string): Promise<IssueWithBody[]> { return this.#call('withBody', newsletter, bodyHash) }

  /**
   * Newest first: of one newsletter, of all that are saved, else of all subscriptions.
   * @throws AppError BAD_REQUEST when the cursor is not from a page before
   */
  issues (page: PageOptions & ListFilter = {}): Promise<IssueListingPage> { return this.#call('issues', page) }
  neighbours (newsletter: string, id: string): Promise<IssueNeighbours> { return this.#call('neighbours', newsletter, id) }
  /** Of those that readers see; 0 when there is no issue. */
  highestNumber (newsletter: string): Promise<number> { return this.#call('highestNumber', newsletter) }
  /** Issues that are shown with another number since the last call, because one before them came or went. */
  takeMoved (newsletter: string): Promise<string[]> { return this.#call('takeMoved', newsletter) }
  /** Issues that were left out or dropped to save space, the newest first. */
  removed (newsletter: string): Promise<{ id: string }[]> { return this.#call('removed', newsletter) }
  /** Complete issues of a newsletter, the newest first, and the blocks in which they lie. */
  placedIssues (newsletter: string): Promise<PlacedIssue[]> { return this.#call('placedIssues', newsletter) }
  unread (newsletter: string): Promise<UnreadIssues> { return this.#call('unread', newsletter) }
  /** Issues of a newsletter that are believed, the newest first, `limit` at a time. @param olderThan null: from the newest on */
  toHold (newsletter: string, olderThan: IssueMoment | null, limit: number, limitBytes: number): Promise<IssueToHold[]> {
    return this.#call('toHold', newsletter, olderThan, limit, limitBytes)
  }
  /** Of all newsletters unless one is named. */
  counts (newsletter?: string): Promise<IssueCounts> { return this.#call('counts', newsletter) }

  /** A mark is on the disk when the call returns, and stays when the issue leaves the library; this one says that it was read. */
  mark (newsletter: string, id: string, read: boolean): Promise<void> { return this.#call('mark', newsletter, id, read) }
  save (newsletter: string, id: string, saved: boolean): Promise<void> { return this.#call('save', newsletter, id, saved) }
  /** Remembers that all of an issue is wanted here, whatever the policy of its subscription leaves out. */
  setFetched (newsletter: string, id: string, fetched: boolean): Promise<void> { return this.#call('setFetched', newsletter, id, fetched) }
  /** Where reading stopped; null: nowhere. */
  keepPlace (newsletter: string, id: string, place: Place | null): Promise<void> { return this.#call('keepPlace', newsletter, id, place) }
  /** Marks all read that are unread in the inbox, or in one newsletter; `at` takes it back. */
  markAll (newsletter?: string): Promise<{ marked: number, at: string }> { return this.#call('markAll', newsletter) }
  /** Gives how many are unread again. */
  unmarkAll (at: string): Promise<number> { return this.#call('unmarkAll', at) }
  /** Of everything, of a newsletter, or of one of its issues. */
  highlights (newsletter: string | null, issue: string | null): Promise<HighlightRow[]> { return this.#call('highlights', newsletter, issue) }
  highlight (id: string): Promise<HighlightRow | null> { return this.#call('highlight', id) }
  /** Adds it, or replaces the one with its id. */
  putHighlight (row: HighlightRow): Promise<void> { return this.#call('putHighlight', row) }
  removeHighlight (id: string): Promise<void> { return this.#call('removeHighlight', id) }
  /** All marks, as a backup takes them. */
  allMarks (): Promise<MarkRows> { return this.#call('allMarks') }
  /** Adds marks; what an issue has already stays. */
  addMarks (rows: MarkRows): Promise<void> { return this.#call('addMarks', rows) }

  /** Issues whose text is here and whose words were not counted, newest first. */
  uncounted (limit: number): Promise<IssueKey[]> { return this.#call('uncounted', limit) }
  /** Changes nothing when the issue has another text by now. */
  setWords (newsletter: string, id: string, bodyHash: string, words: number): Promise<void> { return this.#call('setWords', newsletter, id, bodyHash, words) }

  /** Issues whose text is here, the newest first, after the one with the cursor (null at first). */
  readyIssues (limit: number, cursor: ReadyCursor | null): Promise<ReadyIssue[]> { return this.#call('readyIssues', limit, cursor) }
  /** Null when its text is not here. */
  readyIssue (newsletter: string, id: string): Promise<ReadyIssue | null> { return this.#call('readyIssue', newsletter, id) }
  /** For each whether its text is here. */
  areReady (keys: IssueKey[]): Promise<boolean[]> { return this.#call('areReady', keys) }

  /** How many blocks of a writer's index the library has taken in; 0 when it knows of none. */
  indexedLength (newsletter: string, writer: string): Promise<number> { return this.#call('indexedLength', newsletter, writer) }
  /** @throws AppError NEWSLETTER_NOT_FOUND */
  setIndexedLength (newsletter: string, writer: string, length: number): Promise<void> { return this.#call('setIndexedLength', newsletter, writer, length) }
  /** Forgets all issues and indexed lengths, to read the drives anew; newsletters and read marks stay. */
  clearIndex (): Promise<void> { return this.#call('clearIndex') }

  /** Reads all that is written of both files: what of it has turned over since is turned back, and what is worse is {@link damaged}. */
  async readThrough (signal: AbortSignal): Promise<void> {
    for (const name of LIBRARY_FILES) {
      try {
        // Else its file may have pages that nobody reads, torn by a power cut, in whose places the log has others.
        if (name === 'index') await this.#call('takeLogOver')
        await this.#readFile(libraryFiles(this.#folder)[name], signal)
      } catch (error) {
        if (!this.damaged.has(name)) throw error
      }
    }
  }

  async #readFile (file: string, signal: AbortSignal): Promise<void> {
    for (let page: number | null = 0; page !== null && !signal.aborted;) page = await this.#call('readThrough', file, page, PAGES_AT_ONCE)
  }

  async #call<M extends LibraryMethod> (method: M, ...args: Parameters<LibraryStore[M]>): Promise<ReturnType<LibraryStore[M]>> {
    if (!this.opened) await this.ready()
    if (this.closing) throw new AppError('INTERNAL', 'The library is closed.')
    if (this.#ended) throw this.#ended
    const call = this.#calls++
    return await new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve: resolve as Waiting['resolve'], reject })
      this.#worker!.postMessage({ call, method, args } satisfies LibraryCall<M>)
    })
  }

  /** Nothing is answered any more. */
  #end (cause?: unknown): AppError {
    this.#ended ??= new AppError('INTERNAL', 'The library\'s thread has ended. Start the node again.', { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
    return this.#ended
  }
}
