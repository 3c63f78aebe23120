import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { BUNDLE_MAGIC, type BundleRecord, encodeRecord } from '../../shared/format/bundle.ts'
import { Blake2b256Stream } from '../../shared/format/hash.ts'
import { checkReplaceable } from '../../shared/replaceable-file.ts'

/** Small records are gathered up to this size. */
const BUFFER_BYTES = 1024 * 1024

/** Writes a bundle beside its place, and puts it there when it is whole and on the disk. */
export class BundleWriter {
  readonly path: string
  #draft: string
  #file: FileHandle
  #hash = new Blake2b256Stream()
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  sizeBytes = 0

  private constructor (path: string, draft: string, file: FileHandle) {
    this.path = path
    this.#draft = draft
    this.#file = file
  }

  /** @throws AppError BAD_SOURCE when no file can be made there, CONFLICT when it would replace something else than a bundle */
  static async create (path: string): Promise<BundleWriter> {
    await checkReplaceable(path, BUNDLE_MAGIC, 'a bundle')
    const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`)
    try {
      const writer = new BundleWriter(path, draft, await open(draft, 'wx', 0o644))
      writer.#add(BUNDLE_MAGIC)
      return writer
    } catch (cause) {
      throw failureAt(path, cause)
    }
  }

  async write (record: BundleRecord): Promise<void> {
    this.#add(encodeRecord(record))
    if (this.#waitingBytes >= BUFFER_BYTES) await this.#flush()
  }

  async finish (): Promise<void> {
    const end = encodeRecord({ type: 'end', hash: this.#hash.digest() })
    this.#waiting.push(end)
    this.sizeBytes += end.length
    await this.#flush()
    try {
      await this.#file.sync()
      await this.#file.close()
      await rename(this.#draft, this.path)
    } catch (cause) {
      throw failureAt(this.path, cause)
    }
  }

  /** Leaves nothing behind. */
  async discard (): Promise<void> {
    await this.#file.close().catch(() => {}) // closed already, when only putting it in its place failed
    await rm(this.#draft, { force: true })
  }

  #add (bytes: Uint8Array): void {
    this.#hash.update(bytes)
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.sizeBytes += bytes.length
  }

  async #flush (): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    try {
      await this.#file.appendFile(bytes)
    } catch (cause) {
      throw failureAt(this.path, cause)
    }
  }
}

function failureAt (path: string, cause: unknown): AppError {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new AppError('DISK_FULL', `There is no room left where ${path} should go; nothing was left there.`, { cause })
  if (code === 'ENOENT') return new AppError('BAD_SOURCE', `${path} can not be written: there is no folder ${dirname(path)}. Make it first, or name another place.`, { cause })
  if (code === 'EFBIG') return new AppError('DISK_FULL', `The disk of ${path} takes no file of this size: many sticks end at 4 GB. Make bundles of fewer issues.`, { cause })
  return new AppError('BAD_SOURCE', `${path} can not be written (${code}).`, { cause })
}
