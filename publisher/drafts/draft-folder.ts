import { randomBytes } from 'node:crypto'
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { keepAside, renameDurably, writeDurably } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import { readRegularIfThere } from '../../shared/regular-file.ts'
import { type FoundDraft, parseDraft, type StoredDraft, writeDraft } from './stored-draft.ts'

/** What is written here under names that no draft may know yet, or any more; by folder. */
const OURS = {
  '.': /^\.draft\.json\.[0-9a-f]{8}$/,
  files: /^(\.[0-9a-f]{16}|[0-9a-f]{64})$/,
  versions: /^(\d+\.json|\.\d+\.json\.[0-9a-f]{8})$/
}

/**
 * The folder of one draft. `draft.json` holds the text and everything about it, and is replaced as a whole; `versions/<n>.json`
 * are copies of it from before; in `files/` each file lies under the hash of its bytes, so that `draft.json` alone says
 * which bytes a name means.
 */
export class DraftFolder {
  readonly path: string

  constructor (path: string) {
    this.path = path
  }

  /** Null when there is none. @throws AppError BAD_CONFIG */
  async find (): Promise<FoundDraft | null> {
    return await foundAt(this.#file)
  }

  /** Keeps the draft's file as it is under a name that is never tidied away. @returns the new path */
  async keepAside (): Promise<string> {
    return await onDisk(keepAside(this.#file))
  }

  /** @throws AppError DISK_FULL, and what was there stays */
  async write (draft: StoredDraft): Promise<void> {
    await onDisk(writeDurably(this.#file, writeDraft(draft)))
  }

  /** Writes a draft with a new text, and keeps the old text under its version. */
  async writeNext (before: StoredDraft, next: StoredDraft): Promise<void> {
    if (before.version > 0) await onDisk(this.#keep(before))
    await this.write(next)
    await this.#dropVersions(before, next)
  }

  /** Keeps a text as a version without making it the draft's. */
  async writeAside (before: StoredDraft, aside: StoredDraft, next: StoredDraft): Promise<void> {
    await onDisk(writeDurably(this.#versionFile(aside.version), writeDraft(aside)))
    await this.write(next)
    await this.#dropVersions(before, next)
  }

  /** The draft as it was; null when that version is not kept. @throws AppError BAD_CONFIG */
  async findVersion (version: number): Promise<FoundDraft | null> {
    return await foundAt(this.#versionFile(version))
  }

  /** The numbers of the versions whose files are here; oldest first. */
  async versionNumbers (): Promise<number[]> {
    const entries = await readdir(join(this.path, 'versions'), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
      throw error
    })
    const names = entries.filter(entry => entry.isFile()).map(({ name }) => name)
    return names.map(name => Number(/^([1-9]\d*)\.json$/.exec(name)?.[1])).filter(Number.isSafeInteger).sort((a, b) => a - b)
  }

  filePath (blake2b: string): string {
    return join(this.path, 'files', blake2b)
  }

  /** A path for a file that is still arriving. */
  uploadPath (): string {
    return join(this.path, 'files', `.${randomBytes(8).toString('hex')}`)
  }

  async addFile (uploaded: string, blake2b: string): Promise<void> {
    // Before anything names it: what lies under a name of ours that no draft knows is deleted.
    await onDisk(renameDurably(uploaded, this.filePath(blake2b)))
  }

  /** Deletes bytes that no name means any more. */
  async dropFiles (before: StoredDraft, next: StoredDraft): Promise<void> {
    const used = new Set(next.files.map(({ blake2b }) => blake2b))
    for (const { blake2b } of before.files) if (!used.has(blake2b)) await rm(this.filePath(blake2b), { force: true })
  }

  /** Deletes what a killed process has left half done; what has other names, somebody else has put there. */
  async tidy ({ files, versions }: StoredDraft): Promise<void> {
    const known = new Set([...files.map(({ blake2b }) => blake2b), ...versions.map(({ version }) => `${version}.json`)])
    for (const [folder, ours] of Object.entries(OURS)) {
      const entries = await readdir(join(this.path, folder), { withFileTypes: true }).catch(() => []) // no such folder: nothing in it
      const left = entries.filter(entry => entry.isFile() && ours.test(entry.name) && !known.has(entry.name))
      for (const { name } of left) await rm(join(this.path, folder, name), { force: true })
    }
  }

  /** `draft.json` is replaced, never changed, so that a second name keeps its content and costs nothing. */
  async #keep ({ version }: StoredDraft): Promise<void> {
    const [from, to] = [this.#file, this.#versionFile(version)]
    await mkdir(join(this.path, 'versions'), { recursive: true })
    // Left by a process that was killed before it had written the next one.
    await rm(to, { force: true })
    await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOSPC') throw error
      // File systems of memory cards have one name for each file.
      await copyFile(from, to)
    })
  }

  async #dropVersions (before: StoredDraft, next: StoredDraft): Promise<void> {
    const kept = new Set(next.versions.map(({ version }) => version))
    for (const { version } of before.versions) if (!kept.has(version)) await rm(this.#versionFile(version), { force: true })
  }

  get #file (): string { return join(this.path, 'draft.json') }

  #versionFile (version: number): string {
    return join(this.path, 'versions', `${version}.json`)
  }
}

async function foundAt (path: string): Promise<FoundDraft | null> {
  const content = await readRegularIfThere(path)
  return content && parseDraft(content, path)
}

/** @throws AppError DISK_FULL, NOT_FOUND when the folder was taken away meanwhile */
export async function onDisk<T> (work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('DISK_FULL', 'The disk is full. Free some space and save again; what was saved before is kept.', { cause: error })
    if (code === 'ENOENT') throw new AppError('NOT_FOUND', 'The draft was removed meanwhile.', { cause: error })
    throw error
  }
}
