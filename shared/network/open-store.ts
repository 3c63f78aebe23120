import { writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Corestore from 'corestore'
import { asideOf, putAside, readIfThere, syncFile } from '../durable-file.ts'
import { AppError, isAppError, messageOf } from '../errors.ts'
import { folderBytes } from '../folder-bytes.ts'
import { isDamage, isDamageWithin, isPassing } from './damage.ts'

/** Remembers where the store was made, so that a copy is noticed. */
const DEVICE_FILE = 'CORESTORE'
/** Says that a store is not to be opened any more. */
const DAMAGED = 'DAMAGED'

/** RocksDB keeps what was deleted until every level, and every file with large values, was rewritten (its FORCE is 1 and 2). */
const EVERY_LEVEL = { blobGarbageCollectionPolicy: 1, blobGarbageCollectionAgeCutoff: 1, bottommostLevelCompaction: 2 }

export interface OpenedStore {
  store: Corestore
  /** It lies elsewhere than where it was made: another program has copied or moved it. */
  wasCopied: boolean
  /** Where one was put that could not be opened, and in whose place this one began empty; null: none was, or it was removed. */
  damaged: string | null
}

/** The store was put aside, or will be, and this process can't open another in its place: RocksDB has not let go of it. The next one can. */
export class StoreReplaced extends AppError {
  /** @param damaged where it was put; null: it is still in its place */
  constructor (damaged: string | null, cause: unknown) {
    const put = damaged === null ? 'is put aside at the next start' : `is kept as ${damaged}`
    super('HOME_LOCKED', `The store was damaged, and ${put}. Start again: what it held is fetched from others.`, { cause })
  }
}

/**
 * Opens the store of a home. One that is damaged is put aside, and an empty one takes its place: all that it held is signed
 * and comes back from others, and what is nowhere else does not lie in it.
 *
 * @throws AppError HOME_LOCKED, DISK_FULL, INTERNAL; StoreReplaced
 */
export async function openStore (folder: string): Promise<OpenedStore> {
  if (await readIfThere(join(folder, DAMAGED))) await putAside(folder)
  try {
    const store = await opened(folder, false)
    if (store) return { store, wasCopied: false, damaged: await asideOf(folder) }
    return { store: (await opened(folder, true))!, wasCopied: true, damaged: await asideOf(folder) }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'INTERNAL' || !isDamage(error.cause)) throw error
    const damaged = await putAside(folder)
    const store = await opened(folder, false).catch((cause: unknown) => { throw new StoreReplaced(damaged, cause) })
    return { store: store!, wasCopied: false, damaged }
  }
}

/**
 * Of whatever failed while a home was opened: when that is damage of the store, another takes its place at the next start.
 * All that is read then is needed, in whichever file it lies.
 */
export function condemnIfDamaged (folder: string, error: unknown): unknown {
  if (error instanceof StoreReplaced || !isDamageWithin(error)) return error
  condemnStore(folder)
  return new StoreReplaced(null, error)
}

/** From the next start on another store takes the place of this one: its damage has shown in use. */
export function condemnStore (folder: string): void {
  writeFileSync(join(folder, DAMAGED), 'See the log of the node.\n', { flush: true })
}

/**
 * Gives the disk back what was dropped from the store, which rewrites the store. One call at a time.
 *
 * @param folder where it lies
 * @returns by how much it became smaller, in bytes
 */
export async function compactStore (store: Corestore, folder: string): Promise<number> {
  const beforeBytes = await folderBytes(folder)
  await store.storage.db.flush()
  await store.storage.compact(EVERY_LEVEL)
  return Math.max(0, beforeBytes - await folderBytes(folder))
}

/** From now on the store belongs where it lies. When nothing can be written on from what others may have, too. */
export async function takeCopy (folder: string): Promise<void> {
  await rm(join(folder, DEVICE_FILE), { force: true })
}

/** Null: it was copied, and that is not allowed. */
async function opened (folder: string, allowBackup: boolean): Promise<Corestore | null> {
  const store = new Corestore(folder, { allowBackup })
  try {
    await store.ready()
    // After a power cut it would be there and empty, which looks like a copy that somebody made.
    await syncFile(join(folder, DEVICE_FILE))
    return store
  } catch (cause) {
    await store.close().catch(() => {}) // it did not open
    const message = messageOf(cause)
    if (!allowBackup && /device file/.test(message)) return null
    if (/could not be locked|No locks available|temporarily unavailable/.test(message)) {
      throw new AppError('HOME_LOCKED', 'Another process is using this home folder: perhaps a node that is starting or closing just now. Try again in a moment.', { cause })
    }
    if (/ENOSPC|No space left/.test(message)) throw new AppError('DISK_FULL', 'The disk is full. Free some space and start again; nothing was changed.', { cause })
    if (isPassing(cause)) throw new AppError('INTERNAL', `The store in ${folder} could not be opened: ${message}. Nothing says that it is damaged, and nothing was changed: put right what keeps it from being read, and start again.`, { cause })
    throw new AppError('INTERNAL', `The store in ${folder} could not be opened: ${message}. Put that folder back from a copy; or move the home away, and get your newsletters back with "colporteur restore" and what you read by subscribing.`, { cause })
  }
}
