import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { isIssueId } from '../../shared/format/id.ts'
import { factsOf } from '../importing/file-facts.ts'
import { DraftFolder } from './draft-folder.ts'
import type { DraftIndex } from './draft-index.ts'
import type { StoredDraft } from './stored-draft.ts'

/** All drafts, as backups take them and bring them back. */
export class DraftBacking {
  #index: DraftIndex

  constructor (index: DraftIndex) {
    this.#index = index
  }

  /** Files of all drafts: names as `<id>/draft.json`, and where they lie. */
  async everyFile (): Promise<{ name: string, path: string }[]> {
    const files: { name: string, path: string }[] = []
    // One after the other: each may have a text of some megabytes.
    for (const { id } of this.#index.summaries) {
      const { path } = this.#index.folder(id)
      files.push(...pathsOfDraft(await this.#index.read(id)).map(name => ({ name: `${id}/${name}`, path: join(path, name) })))
    }
    return files
  }

  /** Takes over a draft whose folder lies on the same disk; false: it is here already, or was published. */
  async adopt (from: string, draft: StoredDraft): Promise<boolean> {
    return await this.#index.adopt(from, draft)
  }
}

/** What a draft consists of on the disk: its text, earlier versions, and files; each by its path in the draft's folder. */
function pathsOfDraft ({ versions, version, files }: StoredDraft): string[] {
  return [
    'draft.json',
    ...versions.filter(kept => kept.version !== version).map(kept => `versions/${kept.version}.json`),
    ...[...new Set(files.map(({ blake2b }) => blake2b))].map(blake2b => `files/${blake2b}`)
  ]
}

/**
 * A draft that came in a backup: whole, and every file with the hash that is its name. It goes out at no time any more: the
 * machine that it came from may have published it.
 *
 * @throws AppError BAD_BACKUP
 */
export async function checkedDraft (path: string, id: string): Promise<StoredDraft> {
  const folder = new DraftFolder(path)
  const draft = isIssueId(id) ? await folder.read().catch(() => null) : null // told below
  if (draft?.id !== id) throw new AppError('BAD_BACKUP', `A draft in the backup is not as it should be (${id.slice(0, 40)}). Nothing was taken over.`)
  for (const { blake2b, sizeBytes } of draft.files) {
    const facts = await factsOf(folder.filePath(blake2b), blake2b).catch(() => null)
    if (facts?.blake2b !== blake2b || facts.sizeBytes !== sizeBytes) throw new AppError('BAD_BACKUP', `A file of the draft "${draft.title}" in the backup is not as it should be. Nothing was taken over.`)
  }
  for (const name of await readdir(join(path, 'versions')).catch(() => [])) await folder.readVersion(Number(name.replace(/\.json$/, '')))
  return { ...draft, publication: null }
}
