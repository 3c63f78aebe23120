import { randomBytes } from 'node:crypto'
import { rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError, isAppError } from '../../shared/errors.ts'

/** Characters of a name that stand in that of what is not whole yet, which must not be too long where the name itself just fits. */
const NAME_CHARACTERS = 40

/**
 * Writes a new file or folder, which appears under its name when it is whole. What fails leaves nothing behind.
 *
 * @param write to the path that it is given, in the same folder
 * @throws AppError CONFLICT when there is something, BAD_SOURCE when nothing can be made there, DISK_FULL, and what `write` throws
 */
export async function appearing<T> (path: string, write: (draft: string) => Promise<T>): Promise<T> {
  if (await stat(path).then(() => true, () => false)) throw new AppError('CONFLICT', `${path} is already there. Name something that does not exist yet.`)
  const draft = join(dirname(path), `.${basename(path).slice(0, NAME_CHARACTERS)}.${randomBytes(4).toString('hex')}`)
  try {
    const written = await write(draft)
    await rename(draft, path)
    return written
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {}) // told below, by what came first
    throw failureAt(path, error)
  }
}

function failureAt (path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (isAppError(error) || code === undefined) return error
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', 'The disk is full; nothing was exported.', { cause: error })
  if (code === 'ENOENT') return new AppError('BAD_SOURCE', `${path} can not be made there: there is no folder ${dirname(path)}. Make it first, or name another place.`, { cause: error })
  // As the system names its failures.
  if (/^E[A-Z0-9]+$/.test(code)) return new AppError('BAD_SOURCE', `${path} can not be made there (${code}). Name another place.`, { cause: error })
  return error
}
