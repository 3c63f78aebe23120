import type Corestore from 'corestore'
import { AppError, messageOf } from '../errors.ts'

/** Opens a store, and says in the person's words why it can't. */
export async function openStore (store: Corestore): Promise<void> {
  try {
    await store.ready()
  } catch (cause) {
    const message = messageOf(cause)
    if (/could not be locked|No locks available|temporarily unavailable/.test(message)) {
      throw new AppError('HOME_LOCKED', 'Another process is using this home folder.', { cause })
    }
    if (/device file/.test(message)) {
      throw new AppError('BEHIND', 'The store was copied or moved by another program. A copy must never be written on beside its original: restore from the recovery words instead, or move the folder itself.', { cause })
    }
    if (/ENOSPC|No space left/.test(message)) throw new AppError('DISK_FULL', 'The disk is full. Free some space and start again; nothing was changed.', { cause })
    throw new AppError('INTERNAL', `The store could not be opened: ${message}`, { cause })
  }
}
