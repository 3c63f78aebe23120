import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Corestore from 'corestore'
import { AppError, messageOf } from '../errors.ts'

/** Remembers where the store was made, so that a copy is noticed. */
const DEVICE_FILE = 'CORESTORE'

export interface OpenedStore {
  store: Corestore
  /** It lies elsewhere than where it was made: another program has copied or moved it. */
  wasCopied: boolean
}

/** @throws AppError HOME_LOCKED, DISK_FULL, INTERNAL */
export async function openStore (folder: string): Promise<OpenedStore> {
  const store = await opened(folder, false)
  if (store) return { store, wasCopied: false }
  return { store: (await opened(folder, true))!, wasCopied: true }
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
    return store
  } catch (cause) {
    await store.close().catch(() => {}) // it did not open
    const message = messageOf(cause)
    if (!allowBackup && /device file/.test(message)) return null
    if (/could not be locked|No locks available|temporarily unavailable/.test(message)) {
      throw new AppError('HOME_LOCKED', 'Another process is using this home folder: perhaps a node that is starting or closing just now. Try again in a moment.', { cause })
    }
    if (/ENOSPC|No space left/.test(message)) throw new AppError('DISK_FULL', 'The disk is full. Free some space and start again; nothing was changed.', { cause })
    throw new AppError('INTERNAL', `The store in ${folder} could not be opened: ${message}. Put that folder back from a copy; or move the home away, and get your newsletters back with "colporteur restore" and what you read by subscribing.`, { cause })
  }
}
