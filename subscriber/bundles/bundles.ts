import { readFile } from 'node:fs/promises'
import type { BundleMade, BundleOpened, BundleProgress } from '../../shared/api/bundles.ts'
import { AppError } from '../../shared/errors.ts'
import { fileAt } from '../../shared/file-at.ts'
import type { Address } from '../../shared/format/address.ts'
import { readWant, type Want, WANT_BYTES } from '../../shared/format/want.ts'
import { type BundleSelection, makeBundle } from './make-bundle.ts'
import { openBundle, type OpeningParts } from './open-bundle.ts'
import { writeWant } from './write-want.ts'

/** Carries issues from node to node in a file. One bundle at a time. */
export class Bundles {
  #parts: OpeningParts
  #progress: BundleProgress | null = null
  #stopped = false

  constructor (parts: OpeningParts) {
    this.#parts = parts
  }

  /** What is going on; null when nothing is. */
  get progress (): BundleProgress | null { return this.#progress }

  /** Ends what is going on. */
  stop (): void { this.#stopped = true }

  /**
   * @param selection `want`: path of a file of wants
   * @throws AppError BAD_REQUEST, NOT_COMPLETE, BAD_SOURCE, BAD_FORMAT, TOO_LARGE, DISK_FULL, CONFLICT when there is another one
   */
  async make (path: string, { want, ...selection }: Omit<BundleSelection, 'want'> & { want: string | null }): Promise<BundleMade> {
    const wanted = want === null ? null : await wantAt(want)
    return await this.#alone('writing', () => makeBundle(path, { ...selection, want: wanted }, this.#parts, doneBytes => {
      this.#report({ doing: 'writing', doneBytes, totalBytes: 0 })
    }))
  }

  /** @throws AppError with what is wrong with the bundle; CONFLICT when there is another one */
  async open (path: string): Promise<BundleOpened> {
    return await this.#alone('checking', () => openBundle(path, this.#parts, progress => this.#report(progress)))
  }

  /** Writes what is here of newsletters into a file. */
  async writeWant (path: string, newsletters: Address[]): Promise<void> {
    await writeWant(path, newsletters.map(newsletter => this.#parts.following.get(newsletter)))
  }

  #report (progress: BundleProgress): void {
    if (this.#stopped) throw new AppError('CANCELLED', 'The node is closing. Nothing was left half done; do it again.')
    this.#progress = progress
  }

  async #alone<T> (doing: BundleProgress['doing'], work: () => Promise<T>): Promise<T> {
    if (this.#progress) throw new AppError('CONFLICT', 'Another bundle is being made or opened. Wait until that is done.')
    this.#progress = { doing, doneBytes: 0, totalBytes: 0 }
    try {
      return await work()
    } finally {
      this.#progress = null
    }
  }
}

/** @throws AppError BAD_SOURCE, TOO_LARGE, BAD_FORMAT */
async function wantAt (path: string): Promise<Want> {
  const { size } = await fileAt(path)
  if (size > WANT_BYTES) throw new AppError('TOO_LARGE', `${path} is larger than a file of wants can be.`)
  const content = await readFile(path).catch((cause: unknown) => {
    throw new AppError('BAD_SOURCE', `${path} can not be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, { cause })
  })
  return readWant(content)
}
