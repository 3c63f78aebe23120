import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { renameDurably } from '../../shared/durable-file.ts'
import type { Problem } from '../../shared/api/problem.ts'
import { isAppError, messageOf } from '../../shared/errors.ts'
import { isIssueId } from '../../shared/format/id.ts'
import type { Log } from '../../shared/log.ts'
import { DraftFolder, onDisk } from './draft-folder.ts'
import { type MendedDraft, mendedDraft } from './mended-draft.ts'
import type { StoredDraft } from './stored-draft.ts'

const DAY_MS = 24 * 60 * 60_000
/** So long a draft is kept after it was published, in case somebody asks what became of it. */
const PUBLISHED_MS = 30 * DAY_MS
const PUBLISHED = 'published'
const DISCARDED = '.discarded-'

/** The folders of all drafts. One that was published lies in `published/`. */
export class DraftShelf {
  #path: string
  #log: Log
  #unreadable: Problem[] = []

  constructor (path: string, log: Log) {
    this.#path = path
    this.#log = log
  }

  /** The drafts that are there, one after the other, after what a killed process began was brought to its end. */
  async * open (): AsyncGenerator<StoredDraft> {
    await mkdir(join(this.#path, PUBLISHED), { recursive: true, mode: 0o700 })
    for (const name of await readdir(this.#path)) {
      if (name.startsWith(DISCARDED)) await rm(join(this.#path, name), { recursive: true, force: true })
      const draft = isIssueId(name) && await this.#opened(name)
      if (draft) yield draft
    }
    await this.#forgetPublished()
  }

  /** Of the drafts that could not be opened. */
  get problems (): Problem[] { return this.#unreadable }

  /** The draft in its folder, which belongs to the caller for so long. @throws AppError BAD_CONFIG */
  async read (id: string): Promise<MendedDraft | null> {
    const mended = await mendedDraft(this.folder(id))
    if (mended?.aside) this.#log.warn({ draft: id, aside: mended.aside }, 'the file of a draft was changed by something other than this program')
    if (mended?.failure) this.#log.warn({ draft: id, error: messageOf(mended.failure) }, 'what can be read of a draft that something other than this program has changed could not be written')
    return mended
  }

  async #opened (name: string): Promise<StoredDraft | null> {
    try {
      const found = await this.read(name)
      if (!found?.draft.published) {
        // Of one that was damaged it is not known which files are its own.
        if (found && !found.draft.problem) await this.#tidy(name, found.draft)
        return found && found.draft
      }
      await this.archive(name)
    } catch (error) {
      // One that is damaged must not keep the others from their author.
      this.#log.error({ draft: name, error: messageOf(error) }, 'a draft can not be opened')
      this.#unreadable.push({ code: isAppError(error) ? error.code : 'INTERNAL', reason: `A draft can not be opened: ${messageOf(error)}` })
    }
    return null
  }

  async #tidy (name: string, draft: StoredDraft): Promise<void> {
    await this.folder(name).tidy(draft)
      .catch((error: unknown) => this.#log.warn({ draft: name, error: messageOf(error) }, 'a draft could not be tidied'))
  }

  /** @param id of a draft, which is known to be a ULID */
  folder (id: string): DraftFolder {
    return new DraftFolder(join(this.#path, id))
  }

  async add (draft: StoredDraft): Promise<void> {
    const { path } = this.folder(draft.id)
    await onDisk(mkdir(join(path, 'files'), { recursive: true }))
    await onDisk(mkdir(join(path, 'versions')))
    await this.folder(draft.id).write(draft)
  }

  /** Moves the folder of a draft here from the same disk. */
  async adopt (from: string, draft: StoredDraft): Promise<void> {
    await new DraftFolder(from).write(draft)
    await onDisk(renameDurably(from, this.folder(draft.id).path))
  }

  async discard (id: string): Promise<void> {
    const discarded = join(this.#path, DISCARDED + id)
    await rename(this.folder(id).path, discarded)
    await rm(discarded, { recursive: true, force: true })
  }

  /** Puts away what was published. */
  async archive (id: string): Promise<void> {
    const published = join(this.#path, PUBLISHED, id)
    // There is one when the drafts were put back from a backup.
    await rm(published, { recursive: true, force: true })
    await renameDurably(this.folder(id).path, published)
    await this.#forgetPublished()
  }

  async wasPublished (id: string): Promise<boolean> {
    return isIssueId(id) && await stat(join(this.#path, PUBLISHED, id)).then(() => true, () => false)
  }

  async #forgetPublished (): Promise<void> {
    const folder = join(this.#path, PUBLISHED)
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const { mtimeMs } = await stat(join(path, 'draft.json')).catch(() => ({ mtimeMs: 0 })) // half deleted
      if (Date.now() - mtimeMs > PUBLISHED_MS) await rm(path, { recursive: true, force: true })
    }
  }
}
