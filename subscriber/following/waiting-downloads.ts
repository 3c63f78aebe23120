import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { DownloadJob } from './downloads.ts'

/** What a job was when it came: it may become more urgent when it has been taken out. */
interface Waiting { job: DownloadJob, urgency: number, publishedAt: string, place: number }

/**
 * Downloads that wait: the most urgent first, then the newest; those that made room come last, in the order in which they did.
 * There may be a hundred thousand, and all of them be given up at once: none is looked for among the others.
 */
export class WaitingDownloads {
  #waiting = new Map<DownloadJob, Waiting>()
  /** A heap, with some in it that wait no longer. */
  #heap: Waiting[] = []
  #yielded = new Set<DownloadJob>()
  #places = 0

  get size (): number { return this.#waiting.size + this.#yielded.size }

  /** Undefined when none waits. */
  get first (): DownloadJob | undefined {
    while (this.#heap.length > 0 && !this.#waits(this.#heap[0]!)) this.#dropFirst()
    return this.#heap[0]?.job ?? this.#yielded.values().next().value
  }

  add (job: DownloadJob): void {
    this.delete(job)
    const { urgency, publishedAt } = job
    const waiting = { job, urgency, publishedAt, place: this.#places++ }
    this.#waiting.set(job, waiting)
    let at = this.#heap.push(waiting) - 1
    for (let above = (at - 1) >> 1; at > 0 && order(waiting, this.#heap[above]!) < 0; above = (at - 1) >> 1) {
      this.#heap[at] = this.#heap[above]!
      at = above
    }
    this.#heap[at] = waiting
  }

  /** It has made room, and goes on when nobody else waits. */
  yield (job: DownloadJob): void {
    this.delete(job)
    this.#yielded.add(job)
  }

  delete (job: DownloadJob): void {
    this.#yielded.delete(job)
    if (this.#waiting.delete(job) && this.#heap.length > 2 * this.#waiting.size) this.#heap = [...this.#waiting.values()].sort(order)
  }

  deleteOf (reader: DriveReader): void {
    for (const job of this.#yielded) if (job.reader === reader) this.#yielded.delete(job)
    for (const job of this.#waiting.keys()) if (job.reader === reader) this.#waiting.delete(job)
    this.#heap = [...this.#waiting.values()].sort(order)
  }

  #waits (waiting: Waiting): boolean { return this.#waiting.get(waiting.job) === waiting }

  #dropFirst (): void {
    const last = this.#heap.pop()!
    const { length } = this.#heap
    if (length === 0) return
    let at = 0
    for (let below = 1; below < length; below = 2 * at + 1) {
      if (below + 1 < length && order(this.#heap[below + 1]!, this.#heap[below]!) < 0) below++
      if (order(last, this.#heap[below]!) <= 0) break
      this.#heap[at] = this.#heap[below]!
      at = below
    }
    this.#heap[at] = last
  }
}

/** Below zero when the first goes before the second. */
function order (a: Waiting, b: Waiting): number {
  if (a.urgency !== b.urgency) return b.urgency - a.urgency
  if (a.publishedAt !== b.publishedAt) return a.publishedAt > b.publishedAt ? -1 : 1
  return a.place - b.place
}
