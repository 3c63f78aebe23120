import { createReadStream } from 'node:fs'
import { lstat, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { type Draft, DRAFT_FILE_BYTES } from '../../shared/api/drafts.ts'
import { AppError } from '../../shared/errors.ts'
import { checkPictureFile } from '../importing/file-facts.ts'
import { plainLine } from '../importing/markdown-text.ts'
import { checkRoom } from '../../shared/disk-room.ts'
import { checkNewFile, checkTogether, ownBlocks, receiveFile } from './draft-files.ts'
import type { DraftFolder } from './draft-folder.ts'
import type { DraftIndex } from './draft-index.ts'
import type { StoredFile } from './stored-draft.ts'

/** Who writes has a few of them open. */
const RIGHT_FILES = 1000

export interface NewFile {
  name: string
  bytes: AsyncIterable<Uint8Array>
  /** Left out: that of the file which it replaces. */
  alt?: string
  /** As far as it is known before. */
  sizeBytes?: number
}

/** The content of a file. */
export interface DraftFileContent {
  type: string
  sizeBytes: number
  /** BLAKE2b-256 in hex. */
  hash: string
  /** Why it is not shown as a picture, though it is called one; null when it is, and for what is none. */
  notShown: string | null
  /** From byte `start` to byte `end`, inclusive. */
  open: (start: number, end: number) => Readable
}

/** Pictures and attachments of drafts. All throw NOT_FOUND for what is not there. */
export class DraftAttachments {
  #index: DraftIndex
  /** By the path of a file: as what it was read through, and had the right bytes. */
  #right = new Map<string, string>()

  constructor (index: DraftIndex) {
    this.#index = index
  }

  /**
   * Adds a file, or replaces the one of that name.
   *
   * @throws AppError BAD_NAME, TOO_LARGE, DISK_FULL, TIMED_OUT when a picture could not be looked at just now
   */
  async put (id: string, { name, bytes, alt, sizeBytes = DRAFT_FILE_BYTES }: NewFile): Promise<Draft> {
    checkNewFile((await this.#index.read(id)).files, name)
    const folder = this.#index.folder(id)
    await checkRoom(folder.path, sizeBytes)
    const path = folder.uploadPath()
    const facts = await receiveFile(path, bytes, name)
    try {
      return await this.#change(id, async files => {
        checkNewFile(files, name)
        const known = files.find(file => file.name === name)
        const file = { name, alt: alt === undefined ? known?.alt ?? '' : plainLine(alt, 2000), ...facts }
        const next = known ? files.map(other => other === known ? file : other) : [...files, file]
        checkTogether(next)
        await folder.addFile(path, facts.blake2b)
        return next
      })
    } finally {
      await rm(path, { force: true })
    }
  }

  async describe (id: string, name: string, alt: string): Promise<Draft> {
    return await this.#change(id, async files => {
      const known = fileIn(files, name)
      return files.map(file => file === known ? { ...file, alt: plainLine(alt, 2000) } : file)
    })
  }

  async remove (id: string, name: string): Promise<Draft> {
    return await this.#change(id, async files => {
      const known = fileIn(files, name)
      return files.filter(file => file !== known)
    })
  }

  /** @throws AppError DAMAGED when the bytes are others than those that were put there */
  async open (id: string, name: string): Promise<DraftFileContent> {
    const { type, blake2b: hash } = fileIn((await this.#index.read(id)).files, name)
    const folder = this.#index.folder(id)
    const path = folder.filePath(hash)
    const sizeBytes = await this.#checked(folder, hash, name)
    const verdict = type.startsWith('image/') ? await checkPictureFile(path, sizeBytes) : null
    return { type: verdict?.type ?? type, sizeBytes, hash, notShown: verdict?.notShown ?? null, open: (start, end) => createReadStream(path, { start, end }) }
  }

  /**
   * It is not shown as what it was before all of it is known to be that; a film is asked for in hundreds of parts.
   *
   * @returns its size in bytes
   */
  async #checked (folder: DraftFolder, hash: string, name: string): Promise<number> {
    const path = folder.filePath(hash)
    const found = await lstat(path, { bigint: true }).catch(() => null) // told below
    const identity = found ? `${found.ino} ${found.size} ${found.mtimeNs}` : ''
    if (found && this.#right.get(path) === identity) return Number(found.size)
    let sizeBytes = 0
    for await (const block of ownBlocks(folder, hash, name)) sizeBytes += block.length
    if (this.#right.size >= RIGHT_FILES) this.#right.clear()
    this.#right.set(path, identity)
    return sizeBytes
  }

  async #change (id: string, change: (files: StoredFile[], folder: DraftFolder) => Promise<StoredFile[]>): Promise<Draft> {
    return await this.#index.change(id, async (draft, folder) => {
      const next = { ...draft, files: await change(draft.files, folder) }
      await folder.write(next)
      await folder.dropFiles(draft, next)
      return next
    })
  }
}

function fileIn (files: StoredFile[], name: string): StoredFile {
  const file = files.find(candidate => candidate.name === name)
  if (!file) throw new AppError('NOT_FOUND', `The draft has no file ${plainLine(name, 80)}.`)
  return file
}
