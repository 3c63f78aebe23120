import { lstat, open, rm } from 'node:fs/promises'
import { DRAFT_FILE_BYTES } from '../../shared/api/drafts.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { ISSUE_BYTES, ISSUE_FILES } from '../../shared/format/limits.ts'
import { checkFileName } from '../../shared/format/paths.ts'
import type { FileSource } from '../importing/embed-files.ts'
import { factsOf, type FileFacts, sameBlocks } from '../importing/file-facts.ts'
import { plainLine } from '../importing/markdown-text.ts'
import type { PreparedFile } from '../importing/prepared-issue.ts'
import { SafeNames } from '../importing/safe-names.ts'
import { type DraftFolder, onDisk } from './draft-folder.ts'
import type { StoredFile } from './stored-draft.ts'

/** The files of a draft, as its text takes them into the issue. */
export class DraftFiles implements FileSource {
  /** Names in the draft by their names in the issue, which need no escapes. */
  readonly names: Record<string, string> = {}
  #byName: Map<string, StoredFile>
  #folder: DraftFolder
  #safe = new SafeNames()
  #taken = new Map<string, PreparedFile>()

  constructor (files: StoredFile[], folder: DraftFolder) {
    this.#byName = new Map(files.map(file => [file.name, file]))
    this.#folder = folder
  }

  get taken (): PreparedFile[] {
    return [...this.#taken.values()]
  }

  async find (target: string): Promise<string | null> {
    const name = fileNamed(target)
    return this.#byName.has(name) ? name : null
  }

  async take (name: string, alt: string): Promise<PreparedFile> {
    const known = this.#taken.get(name)
    if (known) {
      known.alt ||= alt
      return known
    }
    const { alt: described, type, sizeBytes, blake2b, width, height, notShown } = this.#byName.get(name)!
    const safe = this.#safe.next(name)
    this.names[safe] = name
    const blocks = (): AsyncIterable<Uint8Array> => ownBlocks(this.#folder, blake2b, name)
    const file = { path: `files/${safe}`, type, sizeBytes, blake2b, alt: alt || described, width, height, notShown, blocks }
    this.#taken.set(name, file)
    return file
  }
}

/**
 * The bytes of a draft's file.
 *
 * @throws AppError DAMAGED at the end when they are others than those that were put there, NOT_FOUND when they are gone
 */
export async function * ownBlocks (folder: DraftFolder, blake2b: string, name: string): AsyncGenerator<Uint8Array> {
  const path = folder.filePath(blake2b)
  const shown = plainLine(name, 80)
  // What somebody has put there instead may never end.
  if (!await lstat(path).then(found => found.isFile(), () => false)) throw new AppError('NOT_FOUND', `The bytes of ${shown} are gone from the home folder. Add the file again, or take it out of the draft.`)
  try {
    yield * sameBlocks(path, blake2b)
  } catch (cause) {
    if (!isAppError(cause)) throw cause
    throw new AppError('DAMAGED', `The file ${shown} of the draft is not what was put there any more, or can not be read: it is damaged. Add it again, or take it out of the draft.`, { cause })
  }
}

/** The name that a target in the text means: `files/x.png`, or `x.png` alone. */
export function fileNamed (target: string): string {
  return target.replace(/^\.?\/?(?:files\/)?/, '').normalize('NFC')
}

/**
 * @throws AppError BAD_NAME, TOO_LARGE when the draft has as many files as an issue may have
 */
export function checkNewFile (files: StoredFile[], name: string): void {
  checkFileName(name)
  const like = files.find(file => file.name !== name && file.name.toLowerCase() === name.toLowerCase())
  if (like) throw new AppError('BAD_NAME', `The draft has a file ${like.name} already, and some systems do not tell the two names apart. Choose another name.`)
  if (files.length >= ISSUE_FILES && !files.some(file => file.name === name)) {
    throw new AppError('TOO_LARGE', `The draft has ${ISSUE_FILES} files, the most that an issue can have.`)
  }
}

/** @throws AppError TOO_LARGE */
export function checkTogether (files: StoredFile[]): void {
  if (files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > ISSUE_BYTES) {
    throw new AppError('TOO_LARGE', 'With this file the draft is larger than 2 GiB, the most that an issue can have.')
  }
}

/**
 * Writes arriving bytes to `path`, safe on the disk; nothing stays there when it fails.
 *
 * @param name by which a type is guessed that the bytes do not tell
 * @throws AppError TOO_LARGE, DISK_FULL
 */
export async function receiveFile (path: string, bytes: AsyncIterable<Uint8Array>, name: string): Promise<FileFacts> {
  try {
    const file = await onDisk(open(path, 'wx'))
    try {
      let sizeBytes = 0
      for await (const chunk of bytes) {
        sizeBytes += chunk.length
        if (sizeBytes > DRAFT_FILE_BYTES) throw new AppError('TOO_LARGE', `${name} is larger than 64 MiB. Publish large files with the command line.`)
        await onDisk(file.writeFile(chunk))
      }
      await onDisk(file.sync())
    } finally {
      await file.close()
    }
    return await factsOf(path, name)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
