import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import type { DraftVersion } from '../../shared/api/drafts.ts'
import { type AppError, isAppError, messageOf } from '../../shared/errors.ts'
import { factsOf } from '../importing/file-facts.ts'
import type { DraftFolder } from './draft-folder.ts'
import { type FoundDraft, type StoredDraft, type StoredFile, waits } from './stored-draft.ts'

/**
 * `aside`: where its file was put as it was found; null: it is as it was written, or lies there as it was found. `failure`: why
 * it lies there so, and what counts of it is here alone; null: it stands in its file.
 */
export interface MendedDraft { draft: StoredDraft, aside: string | null, failure: Error | null }

interface FoundVersions {
  /** The newest one that is as it was written, or else that can be read. */
  newest: FoundDraft | null
  kept: DraftVersion[]
}

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
  if (!isAppError(found) && found.check !== 'wrong') return { draft: found.draft, aside: null, failure: null }
  const numbers = await folder.versionNumbers()
  const { newest, kept } = await versionsIn(folder, numbers)
  if (isAppError(found) && !newest) throw found
  // Which issue it was to become is known then, too, if it is out already.
  const read = isAppError(found) ? { ...newest!.draft, published: null } : await readDraft(found, folder)
  // An older text knows versions that were thinned out since, and a number may be damaged.
  const there = new Set([read.version, ...numbers])
  const known = new Map([...kept, entryOf(read), ...read.versions].map(entry => [entry.version, entry]))
  const versions = [...known.values()].filter(({ version }) => version > 0 && there.has(version)).sort((a, b) => a.version - b.version)
  const newsletter = newest && newest.check !== 'wrong' ? newest.draft.newsletter : read.newsletter
  return await written({ ...read, id: basename(folder.path), newsletter, versions }, folder, isAppError(found))
}

/** What of a draft's file can't be read is said by a value, and everything else thrown. */
export function ifUnreadable (error: unknown): AppError {
  if (isAppError(error) && error.code === 'BAD_CONFIG') return error
  throw error
}

/** Each by itself: texts are long. */
async function versionsIn (folder: DraftFolder, numbers: number[]): Promise<FoundVersions> {
  let newest: FoundDraft | null = null
  const kept: DraftVersion[] = []
  for (const number of numbers) {
    const found = await folder.findVersion(number).catch(() => null) // damaged as well
    if (found?.draft.version !== number) continue
    const entry = entryOf(found.draft)
    kept.push(entry)
    // What was refused was never the draft's text.
    if (entry.kept === 'saved' && (found.check !== 'wrong' || !newest || newest.check === 'wrong')) newest = found
  }
  return { newest, kept }
}

/** Of the draft's own text among its versions. */
function entryOf ({ version, savedAt, words, versions }: StoredDraft): DraftVersion {
  return versions.find(known => known.version === version) ?? { version, savedAt, words, kept: 'saved' }
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

/** On a full disk what counts of it is known nevertheless, and its file stays as it was found. */
async function written (mended: StoredDraft, folder: DraftFolder, isOlder: boolean): Promise<MendedDraft> {
  let aside: string | null = null
  try {
    aside = await folder.keepAside()
    const draft = marked(mended, basename(aside), isOlder)
    await folder.write(draft)
    return { draft, aside, failure: null }
  } catch (error) {
    // Each time that it is asked for would leave another one. Where only its folder could not be synced, it was written.
    const isWritten = await folder.find().then(found => found?.check === 'right', () => false)
    if (aside !== null && !isWritten) await rm(aside, { force: true })
    return { draft: marked(mended, null, isOlder), aside: null, failure: error instanceof Error ? error : new Error(messageOf(error)) }
  }
}

/** It goes out when somebody says so anew. */
function marked (draft: StoredDraft, aside: string | null, isOlder: boolean): StoredDraft {
  const what = isOlder
    ? 'is so damaged that it can not be read. This is the newest version from before: it may have been changed, scheduled or published since, and files that were added since may be missing'
    : 'was changed by something other than this program: damage, a hand, or an earlier version of it'
  const where = aside === null
    ? `It stays as it was found in its folder, drafts/${draft.id}, and nothing of it can be changed before that can be put aside: free some space on the disk.`
    : `As it was found it is kept as ${aside} in its folder, drafts/${draft.id}.`
  const reason = `The file of this draft ${what}. ${where} Look through the text, and compare it with its versions: it counts as right when you say so on its page, publish it or schedule it.`
  const { publication } = draft
  const why = { code: 'DAMAGED', reason: 'Its file was changed by something other than this program, so it was taken off the schedule: look at it, then schedule it again.' }
  return { ...draft, problem: { code: 'DAMAGED', reason, isOlder, aside }, publication: waits(publication) ? { ...publication, state: 'failed', problem: why } : publication }
}
