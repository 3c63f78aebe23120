import type { LibraryIssue } from '../library/library-issue.ts'
import { placeOf } from './issue-record.ts'

/** What is done about issues while others go on, and which of them that failed for. */
export class IssueWork {
  #running = new Set<Promise<void>>()
  #failed = new Map<string, LibraryIssue>()
  #onFailed: (error: unknown) => boolean

  /** @param onFailed says whether that is to be tried again */
  constructor (onFailed: (error: unknown) => boolean) {
    this.#onFailed = onFailed
  }

  begin (issue: LibraryIssue, work: () => Promise<void>): void {
    const failed = (error: unknown): void => { if (this.#onFailed(error)) this.#failed.set(placeOf(issue), issue) }
    const running = work().catch(failed).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  get isIdle (): boolean { return this.#running.size === 0 }

  /** Those that it failed for. */
  get failed (): LibraryIssue[] { return [...this.#failed.values()] }

  forget (issue: LibraryIssue): void { this.#failed.delete(placeOf(issue)) }

  async done (): Promise<void> { await Promise.all(this.#running) }
}
