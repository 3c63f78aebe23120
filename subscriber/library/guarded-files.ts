import fs, { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { LogSums } from './log-sums.ts'
import { holds, mend, PAGE_BYTES, setSum, SUM_BYTES } from './page-sums.ts'

/** In the header of a database: how many bytes of each page SQLite leaves alone. */
export const RESERVED_AT = 20
/** In the header of a database: how many pages it has. */
const PAGES_AT = 28
const LOG = '-wal'
/** SQLite has no smaller pages; what is read in smaller pieces is the header. */
const SMALLEST_PAGE_BYTES = 512

/**
 * Stands between SQLite and the databases of this thread (`*.sqlite`): every page that is written gets a sum, and every page
 * that is read has to hold. One bit that has turned over is turned back, in the file, too; a page with more of them can not
 * be read. A database that was made without sums is let through as it is. Of what is written into the log of one, each page that
 * comes back is the one that was written.
 *
 * SQLite's program has no door for this. It asks `node:fs` for its files, as the one in this thread that does so by these names.
 */
export class GuardedFiles {
  #guarded = new Map<number, string>()
  #logs = new Map<number, { file: string, sums: LogSums }>()
  #refused = new Set<string>()
  #wasFull = false
  #onMended: (file: string) => void

  constructor (onMended: (file: string) => void) {
    this.#onMended = onMended
    const doors: Pick<typeof fs, 'openSync' | 'closeSync'> & { readSync: Moves<number | bigint>, writeSync: Moves<number> } = {
      openSync: (path, flags, mode) => this.#opened(this.#noticingFull(() => openSync(path, flags, mode)), String(path)),
      closeSync: fd => {
        this.#guarded.delete(fd)
        this.#logs.delete(fd)
        closeSync(fd)
      },
      readSync: (fd, buffer, offset, length, position) => {
        const read = readSync(fd, buffer, offset, length, position)
        const isOfPages = read > 0 && length >= SMALLEST_PAGE_BYTES
        if (isOfPages && this.#guarded.has(fd)) this.#check(fd, buffer.subarray(offset, offset + read), length, Number(position))
        const log = this.#logs.get(fd)
        if (log?.sums.holds(buffer.subarray(offset, offset + read), Number(position)) === false) this.#refuse(log.file, `What is at ${position} in the log`)
        return read
      },
      writeSync: (fd, buffer, offset, length, position) => {
        if (this.#guarded.has(fd)) setSum(pageIn(buffer.subarray(offset, offset + length), position), position / PAGE_BYTES)
        const written = this.#noticingFull(() => writeSync(fd, buffer, offset, length, position))
        if (written < length) this.#wasFull = true
        this.#logs.get(fd)?.sums.wrote(buffer.subarray(offset, offset + written), position)
        return written
      }
    }
    Object.assign(fs, doors)
  }

  /** Whether the pages of a database that is open have sums. */
  isGuarded (file: string): boolean {
    return [...this.#guarded.values()].includes(resolve(file))
  }

  /** Of which files pages were refused since this was asked last: what SQLite then calls an error of the disk is damage. */
  takeRefused (): string[] {
    const refused = [...this.#refused]
    this.#refused.clear()
    return refused
  }

  /** Whether the disk was full since this was asked last: SQLite calls that an error of the disk, too. */
  takeFull (): boolean {
    const wasFull = this.#wasFull
    this.#wasFull = false
    return wasFull
  }

  /**
   * Reads pages of a database that is open, or not, without SQLite, which keeps those in its memory that it has read once.
   *
   * @returns the page to go on with; null: that were all
   */
  readThrough (file: string, from: number, pages: number): number | null {
    // One that is open may say in its first page by now that it has no sums.
    const isGuarded = this.isGuarded(file)
    const fd = this.#opened(openSync(file, 'r+'), file)
    try {
      if (isGuarded) this.#guarded.set(fd, resolve(file))
      if (!this.#guarded.has(fd)) return null
      const page = new Uint8Array(PAGE_BYTES)
      for (let number = from; number < from + pages; number++) {
        if (readSync(fd, page, 0, PAGE_BYTES, number * PAGE_BYTES) < PAGE_BYTES) {
          if (number < pagesOf(fd)) this.#refuse(resolve(file), `Page ${number}`)
          return null
        }
        // What SQLite gave back before it was written is a hole.
        if (page.some(byte => byte !== 0)) this.#check(fd, page, PAGE_BYTES, number * PAGE_BYTES)
      }
      return from + pages
    } finally {
      this.#guarded.delete(fd)
      closeSync(fd)
    }
  }

  #opened (fd: number, file: string): number {
    if (file.endsWith(`.sqlite${LOG}`)) this.#logs.set(fd, { file: resolve(file.slice(0, -LOG.length)), sums: new LogSums() })
    if (!file.endsWith('.sqlite')) return fd
    try {
      this.#lookAt(fd, file)
      return fd
    } catch (error) {
      closeSync(fd)
      throw error
    }
  }

  /** The first page says how large the others are, and whether they have sums: so it is put right before anybody asks. */
  #lookAt (fd: number, file: string): void {
    const page = new Uint8Array(PAGE_BYTES)
    if (readSync(fd, page, 0, PAGE_BYTES, 0) < PAGE_BYTES) return
    const isMended = !holds(page, 0) && mend(page, 0)
    // One that can't be mended is refused when it is read.
    if (holds(page, 0) || page[RESERVED_AT] === SUM_BYTES) this.#guarded.set(fd, resolve(file))
    if (isMended) this.#putBack(fd, page, 0)
  }

  #noticingFull<T> (work: () => T): T {
    try {
      return work()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EDQUOT') this.#wasFull = true
      throw error
    }
  }

  #check (fd: number, page: Uint8Array, asked: number, position: number): void {
    const number = position / PAGE_BYTES
    const isPage = page.length === PAGE_BYTES && asked === PAGE_BYTES && Number.isInteger(number)
    if (isPage && holds(page, number)) return
    if (isPage && mend(page, number)) return this.#putBack(fd, page, position)
    this.#refuse(this.#guarded.get(fd)!, `Page ${number}`)
  }

  #refuse (file: string, what: string): never {
    this.#refused.add(file)
    throw new DamagedPage(file, what)
  }

  #putBack (fd: number, page: Uint8Array, position: number): void {
    this.#onMended(this.#guarded.get(fd)!)
    try {
      writeSync(fd, page, 0, PAGE_BYTES, position)
    } catch {
      // It is mended again when it is read again.
    }
  }
}

export class DamagedPage extends Error {
  /** Its whole path. */
  readonly file: string

  constructor (file: string, what: string) {
    super(`${what} of ${file} is damaged.`)
    this.file = file
  }
}

/** As SQLite reads and writes. */
type Moves<Position> = (fd: number, buffer: Uint8Array, offset: number, length: number, position: Position) => number

/** @throws Error when it is none: it would have no sum, and could not be read again */
function pageIn (bytes: Uint8Array, position: number): Uint8Array {
  if (bytes.length !== PAGE_BYTES || position % PAGE_BYTES !== 0) throw new Error(`${bytes.length} bytes at ${position} are no page.`)
  return bytes
}

/** As its first page says; 0 where that can't be believed. */
function pagesOf (fd: number): number {
  const page = Buffer.alloc(PAGE_BYTES)
  const isRight = readSync(fd, page, 0, PAGE_BYTES, 0) === PAGE_BYTES && holds(page, 0)
  return isRight ? page.readUInt32BE(PAGES_AT) : 0
}
