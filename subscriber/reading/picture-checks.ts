import { AppError, isAppError } from '../../shared/errors.ts'
import type { IssueManifest, IssueManifestFile } from '../../shared/format/issue.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { PictureVerdict } from '../../shared/pictures/check-picture.ts'
import type { PictureSource } from '../../shared/pictures/picture-bytes.ts'
import type { PictureThread } from '../../shared/pictures/picture-thread.ts'
import type { LibraryIssue } from '../library/library-issue.ts'

/** Of so many pictures the verdict is kept: a hundred bytes for each. */
const KEPT = 10_000
/** Pictures of one issue that are looked at together. */
const AT_ONCE = 4

/** So long is looked at those of one issue for one page; the next time it goes on from there. Hundreds of usual ones take less than a second. */
const TOGETHER_MS = 10_000

/** A file of an issue as it is handed out. */
export type CheckedFile = IssueManifestFile & {
  /** Why it is not shown as a picture, though its writer calls it one; absent when it is, and for what is none. */
  notShown?: string
}

/** An issue, and the drive in which its files lie. */
interface Readable { issue: LibraryIssue, reader: DriveReader }

export type CheckedManifest = Omit<IssueManifest, 'files'> & { files: CheckedFile[] }

/**
 * Looks at the pictures of issues before anything hands them out: in pages, feeds, books and by themselves. What a picture is
 * its content says, and not its writer. Each is looked at once: its bytes never change where they lie.
 */
export class PictureChecks {
  #thread: PictureThread
  #mostWaiting: number
  #verdicts = new Map<string, Promise<PictureVerdict>>()

  /**
   * @param thread in which they are looked at one after the other
   * @param mostWaiting where so many wait, no single one more is looked at; pages are bounded where they are made
   */
  constructor (thread: PictureThread, { mostWaiting = Infinity }: { mostWaiting?: number } = {}) {
    this.#thread = thread
    this.#mostWaiting = mostWaiting
  }

  /** @throws AppError NOT_COMPLETE, TOO_MANY_REQUESTS */
  async file (readable: Readable, file: IssueManifestFile): Promise<CheckedFile> {
    return await this.#checked(readable, file, this.#mostWaiting)
  }

  async #checked ({ issue, reader }: Readable, file: IssueManifestFile, mostWaiting: number): Promise<CheckedFile> {
    if (!file.type.startsWith('image/')) return file
    const part = issue.locations.find(({ path }) => path === file.path)
    if (!part) return file
    // Not by its hash alone, which its writer names, and which may not be proved yet.
    const key = [reader.key, part.blockOffset, part.byteLength, file.blake2b].join(' ')
    const source: PictureSource = { sizeBytes: part.byteLength, read: (start, end) => reader.read(part, start, end) }
    const verdict = await this.#once(key, async () => {
      if (this.#thread.waiting >= mostWaiting) throw new AppError('TOO_MANY_REQUESTS', 'Too many ask for pictures at once. Come again in a minute.')
      return await this.#thread.check(source)
    })
    return verdict.notShown === null ? { ...file, type: verdict.type } : { ...file, notShown: verdict.notShown }
  }

  /** All that a page names; what can not be read does not keep the rest from being shown. */
  async files (readable: Readable, files: IssueManifestFile[]): Promise<CheckedFile[]> {
    const checked: CheckedFile[] = []
    const untilMs = Date.now() + TOGETHER_MS
    for (let i = 0; i < files.length; i += AT_ONCE) {
      const some = files.slice(i, i + AT_ONCE)
      checked.push(...Date.now() < untilMs ? await Promise.all(some.map(file => this.#orWhyNot(readable, file))) : some.map(later))
    }
    return checked
  }

  async #orWhyNot (readable: Readable, file: IssueManifestFile): Promise<CheckedFile> {
    return await this.#checked(readable, file, Infinity).catch((error: unknown) => {
      if (isAppError(error)) return { ...file, notShown: 'it can not be read at the moment' }
      throw error
    })
  }

  async #once (key: string, check: () => Promise<PictureVerdict>): Promise<PictureVerdict> {
    const known = this.#verdicts.get(key)
    this.#verdicts.delete(key)
    const verdict = known ?? check()
    this.#verdicts.set(key, verdict)
    for (const oldest of this.#verdicts.keys()) {
      if (this.#verdicts.size <= KEPT) break
      this.#verdicts.delete(oldest)
    }
    try {
      const found = await verdict
      if (found.notShown !== null && found.isPassing) this.#forget(key, verdict)
      return found
    } catch (error) {
      this.#forget(key, verdict)
      throw error
    }
  }

  #forget (key: string, verdict: Promise<PictureVerdict>): void {
    if (this.#verdicts.get(key) === verdict) this.#verdicts.delete(key)
  }
}

function later (file: IssueManifestFile): CheckedFile {
  return file.type.startsWith('image/') ? { ...file, notShown: 'the issue has so many that this one was not looked at yet; open it again' } : file
}
