import type Hypercore from 'hypercore'
import { AppError } from '../errors.ts'
import { bytesBefore } from './bytes-before.ts'

/**
 * Ends the fetching of an index that becomes too large: who holds a drive has its index whole, and a writer may make that as
 * large as any disk. How large it is its writer says, of whose bytes none has to exist: by that its own fetching ends, and
 * whatever else is decided, by what is here of it.
 */
export class IndexRoom {
  #mostBytes: () => number
  #stopped: { length: number, bytes: number } | null = null
  /** What is here before the first block that is missing, as last looked at, and what has come behind that. */
  #whole = { length: 0, bytes: 0 }
  #beyondBytes = 0
  #looking = Promise.resolve()

  /** @param mostBytes asked each time */
  constructor (mostBytes: () => number) {
    this.#mostBytes = mostBytes
  }

  /** Nothing is fetched from this block on. */
  get end (): number { return this.#stopped?.length ?? Infinity }

  /** What is here of the index, up to where it ends. @param told what it takes when nothing of it is left out */
  bytesOf (told: number): number { return Math.min(told, this.#stopped?.bytes ?? this.#heldBytes) }

  get #heldBytes (): number { return this.#whole.bytes + this.#beyondBytes }

  arrived (block: number, bytes: number): void { if (block >= this.#whole.length) this.#beyondBytes += bytes }

  /** It ends elsewhere than before. */
  startAnew (): void {
    this.#stopped = null
    this.#whole = { length: 0, bytes: 0 }
    this.#beyondBytes = 0
  }

  /** Looks how much of it is here: not all comes by the network. @param end see {@link measure} */
  async look (index: Hypercore, end: number | null): Promise<void> {
    // Where the tree can't tell, what there was before is near enough.
    this.#looking = this.#looking.then(() => this.#look(index, end)).catch(() => {})
    await this.#looking
  }

  async #look (index: Hypercore, end: number | null): Promise<void> {
    const length = Math.min(index.contiguousLength, end ?? Infinity)
    if (length === this.#whole.length) return
    const bytes = await bytesBefore(index, length)
    this.#beyondBytes = Math.max(0, this.#beyondBytes - Math.max(0, bytes - this.#whole.bytes))
    this.#whole = { length, bytes }
  }

  /**
   * Looks how large it is now.
   *
   * @param end where it ends for a reader; null: where its writer has come to
   * @returns what is wrong, said once
   */
  measure (index: Hypercore, end: number | null): AppError | null {
    if (this.#stopped) return null
    // How much of it lies before its end nobody tells.
    const bytes = index.length > (end ?? Infinity) ? this.#heldBytes : index.byteLength
    if (bytes <= this.#mostBytes()) return null
    const stopped = this.#stopped = { length: index.contiguousLength, bytes: this.#heldBytes }
    bytesBefore(index, stopped.length).then(bytes => { stopped.bytes = bytes }, () => {}) // what there was before is near enough
    return new AppError('TOO_LARGE', `The list of issues is larger than it may be: it has ${bytes} bytes. What is here of it stays, and nothing more of it is fetched.`)
  }
}
