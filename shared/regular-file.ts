import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

// Windows has neither: what is opened by its name there is a file, or refused.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/** Opens what is a file itself, to be read: not what a link leads to, nor a pipe or a device, of which opening or reading may never end. */
export async function openRegular (path: string): Promise<FileHandle> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is no file')
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The content of what is a file itself; null when there is nothing. */
export async function readRegularIfThere (path: string): Promise<Buffer | null> {
  const file = await openRegular(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  try {
    return await file?.readFile() ?? null
  } finally {
    await file?.close()
  }
}
