import type Hypercore from 'hypercore'
import { AppError } from '../errors.ts'
import { bytesBefore } from './bytes-before.ts'

/** Ends the fetching of an index that becomes too large: who holds a drive has its index whole, and a writer may make that as large as any disk. */
export class IndexRoom {
  #mostBytes: () => number
  #stopped: { length: number, bytes: number } | null = null
  #fittingBytes = 0
  #arrivedBytes = 0

  /** @param mostBytes asked each time */
  constructor (mostBytes: () => number) {
    this.#mostBytes = mostBytes
  }

  /** Nothing is fetched from this block on. */
  get end (): number { return this.#stopped?.length ?? Infinity }

  /** What the index takes on the disk. @param told what it takes when nothing of it is left out */
  bytesOf (told: number): number { return this.#stopped?.bytes ?? told }

  arrived (bytes: number): void { this.#arrivedBytes += bytes }

  /** It ends elsewhere than before. */
  startAnew (): void { this.#stopped = null }

  /**
   * Looks how large it is now.
   *
   * @param end where it ends for a reader; null: where its writer has come to
   * @returns what is wrong, said once
   */
  measure (index: Hypercore, end: number | null): AppError | null {
    if (this.#stopped) return null
    // How much of it lies before its end nobody tells.
    const bytes = index.length > (end ?? Infinity) ? this.#arrivedBytes : index.byteLength
    if (bytes <= this.#mostBytes()) {
      this.#fittingBytes = bytes
      return null
    }
    const stopped = this.#stopped = { length: index.contiguousLength, bytes: this.#fittingBytes }
    bytesBefore(index, stopped.length).then(bytes => { stopped.bytes = bytes }, () => {}) // what there was before is near enough
    return new AppError('TOO_LARGE', `The list of issues is larger than it may be: it has ${bytes} bytes. What is here of it stays, and nothing more of it is fetched.`)
  }
}
