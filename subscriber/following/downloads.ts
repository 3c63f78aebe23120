import { AppError } from '../../shared/errors.ts'
import { BLOCK_BYTES } from '../../shared/format/limits.ts'
import type { Download, DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryPart } from '../library/library-issue.ts'
import { WaitingDownloads } from './waiting-downloads.ts'

/** At most so many issues, and so many bytes of them, are asked for at once: newest first means something then. */
const ISSUES_AT_ONCE = 32
const BYTES_AT_ONCE = 64 * 1024 * 1024
/** Of small ones more, so many and so many bytes: 32 notes do not fill a line over which an answer takes its time. */
const SMALL_ISSUES_AT_ONCE = 256
const SMALL_BYTES_AT_ONCE = 1024 * 1024
/** An issue of which nothing comes for so long makes room for one that waits: its writer may have named bytes that nobody gives. */
const PATIENCE_MS = 5_000
const LOOK_MS = 1_000

/** Blocks from `start` to `end` (exclusive) of a drive's blobs core. */
export interface Run { start: number, end: number }

export interface DownloadJob {
  reader: DriveReader
  runs: Run[]
  /** Those of `runs` that come before the others: where its text lies. */
  first: Run[]
  /** Higher goes first, and interrupts what is lower; among equals the newer. */
  urgency: number
  /** ISO 8601. */
  publishedAt: string
  sizeBytes: number
  /** Every block is here. */
  onComplete: () => void
  /** The drive delivers what it must not; the job is over. */
  onFault: (error: AppError) => void
  onBlock: (index: number, sizeBytes: number) => void
  /** It could not begin, or go on; the job is over. */
  onFailed: (error: unknown) => void
}

/** What was asked for now; what its policy wants before the rest of any issue; and everything else. */
export const URGENCY = { now: 2, textFirst: 1, usual: 0 } as const

interface Active { downloads: Download[], heardMs: number }

/** Downloads issues of all newsletters, the newest first, and of each its text before its files. */
export class Downloads {
  #waiting = new WaitingDownloads()
  #active = new Map<DownloadJob, Active>()
  #timer: NodeJS.Timeout | null = null
  #listening = new Map<DriveReader, (index: number, sizeBytes: number) => void>()

  add (job: DownloadJob): void {
    this.#waiting.add(job)
    if (this.#isFull(job)) this.#interrupt(job.urgency)
    this.#fill()
  }

  /** Stops and forgets everything that belongs to a drive. */
  removeDrive (reader: DriveReader): void {
    this.#waiting.deleteOf(reader)
    for (const job of [...this.#active.keys()]) if (job.reader === reader) this.remove(job)
    const listener = this.#listening.get(reader)
    if (listener) reader.off('blockArrived', listener)
    this.#listening.delete(reader)
  }

  remove (job: DownloadJob): void {
    if (!this.#stop(job)) this.#waiting.delete(job)
    this.#fill()
  }

  /** False: it had not begun. */
  #stop (job: DownloadJob): boolean {
    for (const download of this.#active.get(job)?.downloads ?? []) download.destroy()
    return this.#active.delete(job)
  }

  /** Those of which nothing comes go to the end of those that wait, as many as wait. */
  #look (): void {
    const nowMs = performance.now()
    const silent = [...this.#active].filter(([, { heardMs }]) => nowMs - heardMs >= PATIENCE_MS).map(([job]) => job).slice(0, this.#waiting.size)
    for (const job of silent) {
      this.#stop(job)
      this.#waiting.yield(job)
    }
    this.#fill()
  }

  /** What was urgent is begun again afterwards, with the blocks that are missing then. */
  #interrupt (urgency: number): void {
    const lower = [...this.#active.keys()].filter(job => job.urgency < urgency)
    for (const job of lower) {
      this.#stop(job)
      this.add(job)
    }
  }

  #isFull (job: DownloadJob): boolean {
    const { size } = this.#active
    const bytes = [...this.#active.keys()].reduce((sum, { sizeBytes }) => sum + sizeBytes, job.sizeBytes)
    // One issue is always let through, however large.
    return (size > 0 && bytes > BYTES_AT_ONCE) || (size >= ISSUES_AT_ONCE && bytes > SMALL_BYTES_AT_ONCE) || size >= SMALL_ISSUES_AT_ONCE
  }

  #fill (): void {
    for (let next = this.#waiting.first; next && !this.#isFull(next); next = this.#waiting.first) this.#start(next)
    const isDue = this.#waiting.size > 0
    if (isDue && !this.#timer) this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
    if (isDue || !this.#timer) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #start (job: DownloadJob): void {
    this.#waiting.delete(job)
    this.#listen(job.reader)
    const active: Active = { downloads: [], heardMs: performance.now() }
    this.#active.set(job, active)
    const isOver = (): boolean => this.#active.get(job) !== active // removed meanwhile
    this.#download(job, active.downloads, isOver).then(() => {
      if (isOver()) return
      this.remove(job)
      job.onComplete()
    }, (error: unknown) => {
      if (isOver()) return
      this.remove(job)
      job.onFailed(error)
    })
  }

  /** Its text before the rest. A hostile writer's drive may have no place for either. */
  async #download ({ reader, first, runs }: DownloadJob, downloads: Download[], isOver: () => boolean): Promise<void> {
    const asked: Promise<void>[] = []
    for (const { start, end } of first) {
      const download = reader.download(start, end, { first: true })
      downloads.push(download)
      asked.push(download.asked)
    }
    await Promise.all(asked)
    if (isOver()) return
    for (const { start, end } of runs) downloads.push(reader.download(start, end))
    await Promise.all(downloads.map(download => download.done()))
  }

  #listen (reader: DriveReader): void {
    if (this.#listening.has(reader)) return
    const listener = (index: number, sizeBytes: number): void => {
      for (const [job, active] of this.#active) {
        if (job.reader !== reader || !job.runs.some(run => index >= run.start && index < run.end)) continue
        if (sizeBytes > BLOCK_BYTES) {
          this.remove(job)
          job.onFault(new AppError('BAD_POINTER', `A block of ${sizeBytes} bytes arrived where at most ${BLOCK_BYTES} are allowed.`))
          return
        }
        active.heardMs = performance.now()
        job.onBlock(index, sizeBytes)
        return
      }
    }
    reader.on('blockArrived', listener)
    this.#listening.set(reader, listener)
  }
}

/** The blocks of all parts, neighbours joined: as written by an author, an issue is one run. */
export function runsOf (locations: LibraryPart[]): Run[] {
  const runs: Run[] = []
  const sorted = locations.filter(({ blockLength }) => blockLength > 0).sort((a, b) => a.blockOffset - b.blockOffset)
  for (const { blockOffset, blockLength } of sorted) {
    const last = runs.at(-1)
    if (last && blockOffset <= last.end) last.end = Math.max(last.end, blockOffset + blockLength)
    else runs.push({ start: blockOffset, end: blockOffset + blockLength })
  }
  return runs
}
