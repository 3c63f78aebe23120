import fs, { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { holds, mend, PAGE_BYTES, setSum, SUM_BYTES } from './page-sums.ts'

/** In the header of a database: how many bytes of each page SQLite leaves alone. */
export const RESERVED_AT = 20
/** SQLite has no smaller pages; what is read in smaller pieces is the header. */
const SMALLEST_PAGE_BYTES = 512

/**
 * Stands between SQLite and the databases of this thread (`*.sqlite`): every page that is written gets a sum, and every page
 * that is read has to hold. One bit that has turned over is turned back, in the file, too; a page with more of them can not
 * be read. A database that was made without sums is let through as it is.
 *
 * SQLite's program has no door for this. It asks `node:fs` for its files, as the one in this thread that does so by these names.
 */
export class GuardedFiles {
  #guarded = new Map<number, string>()
  #refused = new Set<string>()
  #onMended: (file: string) => void

  constructor (onMended: (file: string) => void) {
    this.#onMended = onMended
    const doors: Pick<typeof fs, 'openSync' | 'closeSync'> & { readSync: Moves<number | bigint>, writeSync: Moves<number> } = {
      openSync: (path, flags, mode) => this.#opened(openSync(path, flags, mode), String(path)),
      closeSync: fd => {
        this.#guarded.delete(fd)
        closeSync(fd)
      },
      readSync: (fd, buffer, offset, length, position) => {
        const read = readSync(fd, buffer, offset, length, position)
        const isOfPages = read > 0 && length >= SMALLEST_PAGE_BYTES
        if (isOfPages && this.#guarded.has(fd)) this.#check(fd, buffer.subarray(offset, offset + read), length, Number(position))
        return read
      },
      writeSync: (fd, buffer, offset, length, position) => {
        if (this.#guarded.has(fd)) setSum(pageIn(buffer.subarray(offset, offset + length), position), position / PAGE_BYTES)
        return writeSync(fd, buffer, offset, length, position)
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

  /**
   * Reads pages of a database that is open, or not, without SQLite, which keeps those in its memory that it has read once.
   *
   * @returns the page to go on with; null: that were all
   */
  readThrough (file: string, from: number, pages: number): number | null {
    const fd = this.#opened(openSync(file, 'r+'), file)
    try {
      const page = new Uint8Array(PAGE_BYTES)
      for (let number = from; number < from + pages && this.#guarded.has(fd); number++) {
        if (readSync(fd, page, 0, PAGE_BYTES, number * PAGE_BYTES) < PAGE_BYTES) return null
        // What SQLite gave back before it was written is a hole.
        if (page.some(byte => byte !== 0)) this.#check(fd, page, PAGE_BYTES, number * PAGE_BYTES)
      }
      return this.#guarded.has(fd) ? from + pages : null
    } finally {
      this.#guarded.delete(fd)
      closeSync(fd)
    }
  }

  /** The first page says how large the others are, and whether they have sums: so it is put right before anybody asks. */
  #opened (fd: number, file: string): number {
    if (!file.endsWith('.sqlite')) return fd
    const page = new Uint8Array(PAGE_BYTES)
    if (readSync(fd, page, 0, PAGE_BYTES, 0) < PAGE_BYTES) return fd
    const isMended = !holds(page, 0) && mend(page, 0)
    // One that can't be mended is refused when it is read.
    if (holds(page, 0) || page[RESERVED_AT] === SUM_BYTES) this.#guarded.set(fd, resolve(file))
    if (isMended) this.#putBack(fd, page, 0)
    return fd
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
