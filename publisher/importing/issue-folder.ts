import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, resolve, sep } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { FILE_BYTES, ISSUE_BYTES, ISSUE_FILES } from '../../shared/format/limits.ts'
import type { FileSource } from './embed-files.ts'
import { factsOf, type FileIdentity, sameBlocks } from './file-facts.ts'
import type { PreparedFile } from './prepared-issue.ts'
import { SafeNames } from './safe-names.ts'

/** The folder beside an issue's text, and the files that the issue takes from it. Nothing outside of it is ever read. */
export class IssueFolder implements FileSource {
  #path: string | null
  #root: string | null = null
  #files = new Map<string, PreparedFile>()
  /** What lay at a path when it was looked at: in a folder that others write to, something else may lie there since. */
  #found = new Map<string, FileIdentity>()
  #names = new SafeNames()
  #sizeBytes = 0

  /** @param path null: the text came alone, and no file is found */
  constructor (path: string | null) {
    this.#path = path
  }

  get files (): PreparedFile[] {
    return [...this.#files.values()]
  }

  /**
   * The real path of a file that the text names; null when it is not there, is no file, lies outside the folder or is
   * hidden (a name with a leading dot: settings and secrets, not part of an issue).
   *
   * @param target path as written in the text, decoded; one from the site's root is looked for in the folder
   */
  async find (target: string): Promise<string | null> {
    const relative = target.replace(/^\/+/, '')
    const spellings = [...new Set([relative, relative.normalize('NFC'), relative.normalize('NFD')])]
    for (const name of target.startsWith('/') ? [...spellings, basename(relative)] : spellings) {
      const found = await this.#findName(name)
      if (found) return found
    }
    return null
  }

  async #findName (name: string): Promise<string | null> {
    if (!this.#path || name === '' || name.includes('\0')) return null
    try {
      this.#root ??= await realpath(this.#path)
      const real = await realpath(resolve(this.#root, name))
      const inside = real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)
      const hidden = real.slice(this.#root.length).split(sep).some(segment => segment.startsWith('.'))
      if (!inside || hidden) return null
      const found = await lstat(real, { bigint: true })
      if (!found.isFile()) return null
      this.#found.set(real, found)
      return real
    } catch {
      // Not there, or not for us to see: the same for the issue.
      return null
    }
  }

  /**
   * Takes a file that {@link find} found into the issue; the same file twice is one.
   *
   * @throws AppError TOO_LARGE naming what is too large, BAD_SOURCE when it can't be read
   */
  async take (path: string, alt: string): Promise<PreparedFile> {
    const known = this.#files.get(path)
    if (known) {
      known.alt ||= alt
      return known
    }
    const name = basename(path)
    const { size } = await stat(path)
    if (this.#files.size >= ISSUE_FILES) throw new AppError('TOO_LARGE', `The issue has more than the ${ISSUE_FILES} files that the format allows.`)
    if (size > FILE_BYTES) throw new AppError('TOO_LARGE', `The file ${name} is larger than 1 GiB, the most that the format allows for a file.`)
    this.#sizeBytes += size
    if (this.#sizeBytes > ISSUE_BYTES) {
      throw new AppError('TOO_LARGE', `With the file ${name} the issue is larger than 2 GiB, the most that the format allows.`)
    }
    const file = await this.#prepare(path, alt)
    this.#files.set(path, file)
    return file
  }

  async #prepare (path: string, alt: string): Promise<PreparedFile> {
    const found = this.#found.get(path)
    const facts = await factsOf(path, basename(path), found)
    return { path: `files/${this.#names.next(basename(path))}`, alt, ...facts, blocks: () => sameBlocks(path, facts.blake2b, found) }
  }
}
