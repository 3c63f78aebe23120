import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { BackupEntry } from '../../shared/format/backup.ts'
import { Blake2b256Stream } from '../../shared/format/hash.ts'
import { isIssueId } from '../../shared/format/id.ts'
import { openRegular } from '../../shared/regular-file.ts'
import { sameBlocks } from '../importing/file-facts.ts'
import { DraftFolder } from './draft-folder.ts'
import type { DraftIndex } from './draft-index.ts'
import { mendedDraft } from './mended-draft.ts'
import { parseDraft, type StoredDraft } from './stored-draft.ts'

const DRAFT_NAME = 'draft.json'
/** A draft is saved every few seconds, not while each of its files is being opened. */
const TRIES = 10
const SAID_THERE = 'On the machine of the backup: '

interface OpenFile { name: string, file: FileHandle }

/** All drafts, as backups take them and bring them back. */
export class DraftBacking {
  #index: DraftIndex

  constructor (index: DraftIndex) {
    this.#index = index
  }

  /** Files of all drafts, named as `<id>/draft.json`. A draft that goes out, or is discarded, before its files are read is left out. */
  async * entries (): AsyncGenerator<BackupEntry> {
    for (const { id } of this.#index.summaries) {
      const files = await this.#opened(id)
      try {
        for (const { name, file } of files) {
          yield { name: `${id}/${name}`, sizeBytes: (await file.stat()).size, bytes: file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Uint8Array> }
        }
      } finally {
        await closed(files)
      }
    }
  }

  /** All files of a draft as it is now, whatever becomes of it while they are read: they belong together. */
  async #opened (id: string, tries = TRIES): Promise<OpenFile[]> {
    const files: OpenFile[] = []
    try {
      await this.#index.read(id) // what was damaged meanwhile is mended first
      const { path } = this.#index.folder(id)
      const draft = await openRegular(join(path, DRAFT_NAME))
      files.push({ name: DRAFT_NAME, file: draft })
      const found = parseDraft(await draft.readFile(), path).draft
      for (const name of namedIn(found)) {
        const file = await openRegular(join(path, name)).catch((error: NodeJS.ErrnoException) => {
          if (tries > 1) throw error
          return ifGone(found, name, error)
        })
        if (file) files.push({ name, file })
      }
      await checkFiles(found, files)
      return files
    } catch (error) {
      await closed(files)
      if (this.#index.summaries.every(draft => draft.id !== id)) return []
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries <= 1) throw error
      return await this.#opened(id, tries - 1)
    }
  }

  /** Takes over a draft whose folder lies on the same disk; false: it is here already, or was published. */
  async adopt (from: string, draft: StoredDraft): Promise<boolean> {
    return await this.#index.adopt(from, draft)
  }
}

async function closed (files: OpenFile[]): Promise<void> {
  await Promise.all(files.map(async ({ file }) => await file.close()))
}

/** A backup with other bytes than those that were put there would be refused whole when it is needed. @throws AppError DAMAGED */
async function checkFiles (draft: StoredDraft, opened: OpenFile[]): Promise<void> {
  for (const { name, blake2b } of draft.files) {
    const hash = new Blake2b256Stream()
    const { file } = opened.find(other => other.name === `files/${blake2b}`)!
    for await (const block of file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Uint8Array>) hash.update(block)
    if (hash.digestHex() === blake2b) continue
    throw damagedFile(draft, name)
  }
}

/** What stays away however often it is looked for: an earlier version, which is left out, or a file. @throws AppError DAMAGED */
function ifGone (draft: StoredDraft, name: string, error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error
  const file = draft.files.find(({ blake2b }) => name === `files/${blake2b}`)
  if (file) throw damagedFile(draft, file.name, error)
  return null
}

function damagedFile ({ title }: StoredDraft, name: string, cause?: unknown): AppError {
  return new AppError('DAMAGED', `The file ${name} of the draft "${title}" is not what was put there any more: it is damaged. Add it again, or take it out of the draft; then make the backup.`, { cause })
}

/** What a draft consists of on the disk besides its text: earlier versions, and files; each by its path in the draft's folder. */
function namedIn ({ versions, version, files }: StoredDraft): string[] {
  return [
    ...versions.filter(kept => kept.version !== version).map(kept => `versions/${kept.version}.json`),
    ...[...new Set(files.map(({ blake2b }) => blake2b))].map(blake2b => `files/${blake2b}`)
  ]
}

/**
 * A draft that came in a backup: whole, and every file with the hash that is its name. It goes out at no time any more: the
 * machine that it came from may have published it. A version that was damaged there says so when it is asked for.
 *
 * @throws AppError BAD_BACKUP
 */
export async function checkedDraft (path: string, id: string): Promise<StoredDraft> {
  const folder = new DraftFolder(path)
  const found = isIssueId(id) ? await folder.find().catch(() => null) : null // told below
  const mended = found && await mendedDraft(folder)
  if (mended?.failure) throw mended.failure
  const draft = mended && (mended.aside === null ? saidThere(mended.draft) : mended.draft)
  if (draft?.id !== id) throw new AppError('BAD_BACKUP', `A draft in the backup is not as it should be (${id.slice(0, 40)}). Nothing was taken over.`)
  for (const { blake2b, sizeBytes } of draft.files) {
    if (await bytesOf(folder.filePath(blake2b), blake2b) !== sizeBytes) throw new AppError('BAD_BACKUP', `A file of the draft "${draft.title}" in the backup is not as it should be. Nothing was taken over.`)
  }
  return { ...draft, publication: null }
}

/** What was found did not come along. */
function saidThere ({ problem, ...draft }: StoredDraft): StoredDraft {
  if (!problem) return draft
  const { reason } = problem
  return { ...draft, problem: { ...problem, reason: reason.startsWith(SAID_THERE) ? reason : SAID_THERE + reason, aside: null } }
}

/** How many they are. Null: they do not have this hash, or can't be read. */
async function bytesOf (path: string, blake2b: string): Promise<number | null> {
  let sizeBytes = 0
  try {
    for await (const block of sameBlocks(path, blake2b)) sizeBytes += block.length
  } catch {
    return null
  }
  return sizeBytes
}
