import { open, rm } from 'node:fs/promises'
import { DRAFT_FILE_BYTES } from '../../shared/api/drafts.ts'
import { AppError } from '../../shared/errors.ts'
import { ISSUE_BYTES, ISSUE_FILES } from '../../shared/format/limits.ts'
import { checkFileName } from '../../shared/format/paths.ts'
import type { FileSource } from '../importing/embed-files.ts'
import { factsOf, type FileFacts, sameBlocks } from '../importing/file-facts.ts'
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
    const blocks = (): AsyncIterable<Uint8Array> => sameBlocks(this.#folder.filePath(blake2b), blake2b)
    const file = { path: `files/${safe}`, type, sizeBytes, blake2b, alt: alt || described, width, height, notShown, blocks }
    this.#taken.set(name, file)
    return file
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
