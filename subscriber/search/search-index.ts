import { Worker } from 'node:worker_threads'
import { AppError } from '../../shared/errors.ts'
import { Resource } from '../../shared/resource.ts'
import type { IssueKey } from '../issue-view.ts'
import { receivedError } from '../../shared/sent-failure.ts'
import type { Found, Wanted } from './found.ts'
import type { IndexedIssue, IssueVersion } from './indexed-issue.ts'
import type { FromSearchWorker, SearchCall, SearchMethod, ToSearchWorker } from './search-calls.ts'
import type { SearchStore } from './search-store.ts'

interface Waiting { resolve: (value: unknown) => void, reject: (error: unknown) => void }

/**
 * The words of all texts, in a file that nothing else may open, and that can be built anew at any time. Its thread begins with
 * the first call. Calls are answered in the order in which they were made; each may throw DISK_FULL or INTERNAL.
 */
export class SearchIndex extends Resource<{ rebuilt: [], mended: [file: string] }> {
  #file: string
  #worker: Worker | null = null
  #waiting = new Map<number, Waiting>()
  #calls = 0
  #ended: AppError | null = null

  constructor ({ file }: { file: string }) {
    super()
    this.#file = file
  }

  protected override async _close (): Promise<void> {
    if (this.#worker === null || this.#ended) return
    const worker = this.#worker
    // However it ends: what it could not write is found again.
    const exit = new Promise(resolve => { worker.once('exit', resolve) })
    worker.postMessage(null satisfies ToSearchWorker)
    await exit
  }

  /** Takes over what was marked, and gives those that the index does not have as they are now. */
  compare (versions: IssueVersion[]): Promise<IssueVersion[]> { return this.#call('compare', versions) }
  /** All or none; each takes the place of what was there of its issue. */
  put (issues: IndexedIssue[]): Promise<void> { return this.#call('put', issues) }
  remove (keys: IssueKey[]): Promise<void> { return this.#call('remove', keys) }
  /** Merges a little of the lists of words: the fewer there are, the quicker is a search. False: nothing is left to merge. */
  merge (): Promise<boolean> { return this.#call('merge') }
  /** Some issues of a newsletter, for who wants to take all of them out. */
  ofNewsletter (newsletter: string, limit: number): Promise<IssueKey[]> { return this.#call('ofNewsletter', newsletter, limit) }
  /** Issues page by page, after the one with the key `after` (0 at first). */
  indexed (after: number, limit: number): Promise<(IssueKey & { key: number })[]> { return this.#call('indexed', after, limit) }
  size (): Promise<number> { return this.#call('size') }
  search (wanted: Wanted): Promise<Found> { return this.#call('search', wanted) }

  /** Begins it anew. */
  async clear (): Promise<void> {
    await this.#send(call => ({ call, method: 'clear' }))
  }

  async #call<M extends SearchMethod> (method: M, ...args: Parameters<SearchStore[M]>): Promise<ReturnType<SearchStore[M]>> {
    return await this.#send(call => ({ call, method, args } satisfies SearchCall<M>)) as ReturnType<SearchStore[M]>
  }

  async #send (request: (call: number) => ToSearchWorker): Promise<unknown> {
    if (this.closing) throw new AppError('INTERNAL', 'The search is closed.')
    if (this.#ended) throw this.#ended
    const worker = this.#worker ??= this.#start()
    const call = this.#calls++
    return await new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject })
      worker.postMessage(request(call))
    })
  }

  #start (): Worker {
    const worker = new Worker(new URL('./search-worker.js', import.meta.url), { workerData: { file: this.#file } })
    worker.on('message', (message: FromSearchWorker) => {
      if ('mended' in message) return this.emit('mended', message.mended)
      const waiting = this.#waiting.get(message.call)
      this.#waiting.delete(message.call)
      if (!message.failure) return waiting?.resolve(message.value)
      if (message.rebuilt) this.emit('rebuilt')
      waiting?.reject(receivedError(message.failure))
    })
    worker.on('error', cause => this.#end(cause))
    worker.on('exit', () => this.#end())
    return worker
  }

  #end (cause?: unknown): void {
    this.#ended ??= new AppError('INTERNAL', 'The thread of the search has ended. Start the node again.', { cause })
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}
