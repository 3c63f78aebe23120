import { basename } from 'node:path'
import type { DraftVersion } from '../../shared/api/drafts.ts'
import { type AppError, isAppError } from '../../shared/errors.ts'
import { factsOf } from '../importing/file-facts.ts'
import type { DraftFolder } from './draft-folder.ts'
import { type FoundDraft, type StoredDraft, type StoredFile, waits } from './stored-draft.ts'

/** `aside`: where its file was put as it was found; null: it is as it was written. */
export interface MendedDraft { draft: StoredDraft, aside: string | null }

/**
 * The draft in a folder in which nobody else writes meanwhile. One that something else than this program has changed is
 * kept as it was found, and marked, so that its author is told and it does not go out before somebody has looked: what can
 * be read of it counts, or else the newest version from before.
 *
 * @returns null when there is none
 * @throws AppError BAD_CONFIG when nothing of it can be read
 */
export async function mendedDraft (folder: DraftFolder): Promise<MendedDraft | null> {
  const found = await folder.find().catch(ifUnreadable)
  if (found === null) return null
  if (!isAppError(found) && found.check !== 'wrong') return { draft: found.draft, aside: null }
  const { newest, kept } = await versionsIn(folder)
  if (isAppError(found) && !newest) throw found
  const read = isAppError(found) ? { ...newest!, publication: null, published: null } : await readDraft(found, folder)
  const others = kept.filter(({ version }) => read.versions.every(known => known.version !== version))
  const versions = [...read.versions, ...others].sort((a, b) => a.version - b.version)
  const mended = { ...read, newsletter: newest?.newsletter ?? read.newsletter, versions }
  const aside = await folder.keepAside()
  const draft = marked({ ...mended, id: basename(folder.path) }, basename(aside), isAppError(found))
  await folder.write(draft)
  return { draft, aside }
}

/** What of a draft's file can't be read is said by a value, and everything else thrown. */
export function ifUnreadable (error: unknown): AppError {
  if (isAppError(error) && error.code === 'BAD_CONFIG') return error
  throw error
}

/** Each by itself: texts are long. */
async function versionsIn (folder: DraftFolder): Promise<{ newest: StoredDraft | null, kept: DraftVersion[] }> {
  let newest: StoredDraft | null = null
  const kept: DraftVersion[] = []
  for await (const draft of folder.rightVersions()) {
    const { version, savedAt, words, versions } = draft
    const entry = versions.find(known => known.version === version) ?? { version, savedAt, words, kept: 'saved' as const }
    kept.push(entry)
    // What was refused was never the draft's text.
    if (entry.kept === 'saved') newest = draft
  }
  return { newest, kept }
}

/** What the files of the draft tell of themselves is taken from them: it may be damaged here, too. */
async function readDraft ({ draft }: FoundDraft, folder: DraftFolder): Promise<StoredDraft> {
  const files: StoredFile[] = []
  for (const file of draft.files) {
    const facts = await factsOf(folder.filePath(file.blake2b), file.name).catch(() => null) // told when it is asked for
    files.push(facts?.blake2b === file.blake2b ? { ...file, ...facts } : file)
  }
  return { ...draft, files }
}

/** It goes out when somebody says so anew. */
function marked (draft: StoredDraft, aside: string, isOlder: boolean): StoredDraft {
  const what = isOlder
    ? 'is so damaged that it can not be read. This is the newest version from before; files that were added since may be missing'
    : 'was changed by something other than this program: damage, a hand, or an earlier version of it'
  const reason = `The file of this draft ${what}. As it was found it is kept as ${aside} in its folder, drafts/${draft.id}. Look through the text, and compare it with its versions: it counts as right when it is saved or published.`
  const { publication } = draft
  const why = { code: 'DAMAGED', reason: 'Its file was changed by something other than this program, so it waits until you have looked at it.' }
  return { ...draft, problem: { code: 'DAMAGED', reason }, publication: waits(publication) ? { ...publication, state: 'failed', problem: why } : publication }
}
