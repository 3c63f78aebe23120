import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Library } from '../library/library.ts'
import type { IssueChange, LibraryIssue } from '../library/library-issue.ts'
import { checkIssueBytes } from '../verification/stored-issue.ts'
import { contentBytesHere, type DownloadJob, type Downloads, runsOf } from './downloads.ts'

export interface CompletingParts {
  reader: DriveReader
  library: Library
  downloads: Downloads
  log: Log
  onIssueChanged: (id: string) => void
  onProgress: () => void
}

/** Takes issues that stand in the library to the end: downloads what is missing of them, then verifies every byte. */
export class Completing {
  #parts: CompletingParts
  #stopped = false
  #jobs = new Map<string, DownloadJob>()
  #working = new Set<Promise<void>>()

  constructor (parts: CompletingParts) {
    this.#parts = parts
  }

  /** Bytes of an issue that are here while it is being downloaded; null when it is not. */
  haveBytesOf (id: string): number | null {
    return this.#jobs.get(id)?.haveBytes ?? null
  }

  /** Bytes that are here of issues that are not ready. */
  get unfinishedBytes (): number {
    return [...this.#jobs.values()].reduce((sum, { haveBytes }) => sum + haveBytes, 0)
  }

  complete (issue: LibraryIssue): void {
    const { reader, downloads, onIssueChanged } = this.#parts
    onIssueChanged(issue.id)
    if (issue.state === 'notVerified' || this.#stopped) return
    this.#inBackground(async () => {
      const here = await Promise.all(issue.locations.map(part => reader.has(part)))
      if (here.every(Boolean)) return await this.#verify(issue)
      const job = this.#jobOf(issue, await contentBytesHere(reader, issue.locations))
      if (this.#stopped) return
      this.#jobs.set(issue.id, job)
      downloads.add(job)
    })
  }

  /** Ends all downloads, and returns when nothing writes to the library any more. */
  async stop (): Promise<void> {
    this.#stopped = true
    this.#parts.downloads.removeDrive(this.#parts.reader)
    this.#jobs.clear()
    await this.done()
  }

  resume (): void {
    this.#stopped = false
  }

  /** Returns when what is here has been verified. */
  async done (): Promise<void> {
    await Promise.all(this.#working)
  }

  #jobOf (issue: LibraryIssue, haveBytes: number): DownloadJob {
    let shown = issue.state === 'downloading'
    return {
      reader: this.#parts.reader,
      runs: runsOf(issue.locations),
      publishedAt: issue.publishedAt,
      sizeBytes: issue.sizeBytes,
      haveBytes,
      onComplete: () => this.#inBackground(() => this.#verify(issue)),
      onFault: error => this.#inBackground(() => this.#refuse(issue, error)),
      onProgress: () => {
        this.#parts.onProgress()
        if (shown) return
        shown = true
        this.#inBackground(() => this.#update(issue, { state: 'downloading' }))
      }
    }
  }

  async #verify (issue: LibraryIssue): Promise<void> {
    try {
      await checkIssueBytes(this.#parts.reader, issue)
    } catch (error) {
      if (this.#stopped) return
      if (!isAppError(error)) throw error
      return await this.#refuse(issue, error)
    }
    this.#jobs.delete(issue.id)
    await this.#update(issue, { state: 'ready', problem: null, haveBytes: issue.sizeBytes, haveParts: issue.parts })
  }

  async #refuse (issue: LibraryIssue, error: AppError): Promise<void> {
    this.#jobs.delete(issue.id)
    await this.#update(issue, { state: 'notVerified', problem: { code: error.code, reason: error.message } })
  }

  async #update (issue: LibraryIssue, change: IssueChange): Promise<void> {
    await this.#parts.library.updateIssue(issue.newsletter, issue.id, change)
    this.#parts.onIssueChanged(issue.id)
    this.#parts.onProgress()
  }

  #inBackground (work: () => Promise<void>): void {
    const failed = (error: unknown): void => { if (!this.#stopped) this.#parts.log.error({ error: messageOf(error) }, 'completing an issue') }
    const running = work().catch(failed).finally(() => this.#working.delete(running))
    this.#working.add(running)
  }
}
