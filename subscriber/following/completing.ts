import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Library } from '../library/library.ts'
import type { IssueChange, LibraryIssue } from '../library/library-issue.ts'
import { checkIssueBytes } from '../verification/stored-issue.ts'
import { type DownloadJob, type Downloads, runsOf } from './downloads.ts'
import { PartsHere } from './parts-here.ts'

export interface CompletingParts {
  reader: DriveReader
  library: Library
  downloads: Downloads
  /** False: what is missing stays missing. */
  live: boolean
  /** Whether there is room for an issue on the part of the disk that its newsletter may use. */
  admits: (issue: LibraryIssue) => Promise<boolean>
  log: Log
  onIssueChanged: (id: string) => void
  onProgress: () => void
  /** A revision that was to take the place of a complete one can't be right. */
  onFault: (error: AppError) => void
}

/** An issue that is on its way, and how much of it is here. */
export interface ArrivingIssue extends Pick<LibraryIssue, 'id' | 'title' | 'publishedAt' | 'sizeBytes' | 'parts'> {
  haveBytes: number
  haveParts: number
}

/** Takes issues that stand in the library to the end: downloads what is missing of them, then verifies every byte. */
export class Completing {
  #parts: CompletingParts
  #stopped = false
  #jobs = new Map<string, { issue: LibraryIssue, here: PartsHere, job: DownloadJob }>()
  #working = new Set<Promise<void>>()
  /** Issues, by id and block, that are not to be completed any more. */
  #abandoned = new Set<string>()
  /** Those whose place in the library another revision has as yet. */
  #instead = new Map<string, () => void>()

  constructor (parts: CompletingParts) {
    this.#parts = parts
  }

  /** An issue that is on its way; null when it is not. */
  arrivingOf (id: string): ArrivingIssue | null {
    const job = this.#jobs.get(id)
    return job ? { ...job.issue, haveBytes: job.here.bytes, haveParts: job.here.parts } : null
  }

  /** The newest issue that is on its way. */
  get arriving (): ArrivingIssue | null {
    let newest: LibraryIssue | null = null
    for (const { issue } of this.#jobs.values()) if (!newest || issue.publishedAt > newest.publishedAt) newest = issue
    return newest && this.arrivingOf(newest.id)
  }

  /** Bytes that are here of issues that are not ready. */
  get unfinishedBytes (): number {
    return [...this.#jobs.values()].reduce((sum, { here }) => sum + here.bytes, 0)
  }

  /**
   * @param instead of a revision that stays in the library until this one is complete; called when that is over
   */
  complete (issue: LibraryIssue, { instead }: { instead?: () => void } = {}): void {
    // It may count again: a dispute of the root was settled, for example.
    this.#abandoned.delete(placeOf(issue))
    const { reader, downloads, live, admits, onIssueChanged } = this.#parts
    if (instead) this.#instead.set(placeOf(issue), instead)
    else onIssueChanged(issue.id)
    if (issue.state === 'notVerified' || this.#stopped) return
    this.#inBackground(async () => {
      const here = await Promise.all(issue.locations.map(part => reader.has(part)))
      if (here.every(Boolean)) return await this.#verify(issue)
      if (live && !await admits(issue)) return instead ? void this.#endsWaiting(issue) : await this.drop(issue)
      const partsHere = await PartsHere.of(reader, issue)
      if (this.#stopped) return
      const job = this.#jobOf(issue, partsHere)
      this.#jobs.set(issue.id, { issue, here: partsHere, job })
      if (live) downloads.add(job)
    })
  }

  /** Lets go of a revision of an issue that no longer counts. */
  abandon (id: string, seq: number): void {
    this.#abandoned.add(placeOf({ id, seq }))
    const running = this.#jobs.get(id)
    if (running?.issue.seq !== seq) return
    this.#parts.downloads.remove(running.job)
    this.#jobs.delete(id)
  }

  /** Takes an issue off the disk, or gives up fetching it; the library goes on knowing what it was. */
  async drop (issue: LibraryIssue): Promise<void> {
    const { reader, downloads } = this.#parts
    const job = this.#jobs.get(issue.id)?.job
    this.#jobs.delete(issue.id)
    if (job) downloads.remove(job)
    await reader.clearBlocks(runsOf(issue.locations).map(({ start, end }) => [start, end]))
    await this.#update(issue, { state: 'removed', problem: null, haveBytes: 0, haveParts: 0 })
  }

  /** Looks again at what is on its way: blocks may have come by another road than the network. */
  async lookAgain (): Promise<void> {
    await this.done()
    for (const [id, { issue, job }] of [...this.#jobs]) {
      this.#parts.downloads.remove(job)
      this.#jobs.delete(id)
      this.complete(issue)
    }
    await this.done()
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

  #jobOf (issue: LibraryIssue, here: PartsHere): DownloadJob {
    let shown = issue.state === 'downloading'
    return {
      reader: this.#parts.reader,
      runs: runsOf(issue.locations),
      publishedAt: issue.publishedAt,
      sizeBytes: issue.sizeBytes,
      onComplete: () => this.#inBackground(() => this.#verify(issue)),
      onFault: error => this.#inBackground(() => this.#refuse(issue, error)),
      onBlock: (index, sizeBytes) => {
        here.arrived(index, sizeBytes)
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
    const complete = { state: 'ready' as const, problem: null, haveBytes: issue.sizeBytes, haveParts: issue.parts }
    if (this.#endsWaiting(issue)) await this.#parts.library.putIssues([{ ...issue, ...complete }])
    await this.#update(issue, complete)
  }

  async #refuse (issue: LibraryIssue, error: AppError): Promise<void> {
    this.#jobs.delete(issue.id)
    if (this.#endsWaiting(issue)) return this.#parts.onFault(error)
    await this.#update(issue, { state: 'notVerified', problem: { code: error.code, reason: error.message } })
  }

  /** True when the issue was to take another's place, and may. */
  #endsWaiting (issue: LibraryIssue): boolean {
    const over = this.#instead.get(placeOf(issue))
    this.#instead.delete(placeOf(issue))
    over?.()
    return over !== undefined && !this.#abandoned.has(placeOf(issue))
  }

  async #update (issue: LibraryIssue, change: IssueChange): Promise<void> {
    if (this.#abandoned.has(placeOf(issue)) || this.#instead.has(placeOf(issue))) return
    await this.#parts.library.updateIssue(issue, change)
    this.#parts.onIssueChanged(issue.id)
    this.#parts.onProgress()
  }

  #inBackground (work: () => Promise<void>): void {
    const failed = (error: unknown): void => { if (!this.#stopped) this.#parts.log.error({ error: messageOf(error) }, 'completing an issue') }
    const running = work().catch(failed).finally(() => this.#working.delete(running))
    this.#working.add(running)
  }
}

function placeOf ({ id, seq }: { id: string, seq: number }): string {
  return `${id} ${seq}`
}
