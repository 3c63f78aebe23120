import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../shared/errors.ts'
import type { Entry } from './book.ts'

/** Writes a new file, which appears when it is whole. @throws AppError CONFLICT, BAD_SOURCE, DISK_FULL */
export async function writeNewFile (path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  return await appearing(path, async draft => {
    await pipeline(Readable.from(bytes), createWriteStream(draft, { flags: 'wx' }))
    return (await stat(draft)).size
  })
}

/** Writes a new folder, which appears when it is whole. @throws AppError CONFLICT, BAD_SOURCE, DISK_FULL */
export async function writeNewFolder (path: string, entries: AsyncIterable<Entry>): Promise<{ files: string[], sizeBytes: number }> {
  return await appearing(path, async draft => {
    const files: string[] = []
    let sizeBytes = 0
    await mkdir(draft)
    for await (const { path: name, bytes } of entries) {
      const file = join(draft, name)
      await mkdir(dirname(file), { recursive: true })
      await pipeline(Readable.from(bytes), createWriteStream(file, { flags: 'wx' }))
      files.push(name)
      sizeBytes += (await stat(file)).size
    }
    return { files, sizeBytes }
  })
}

async function appearing<T> (path: string, write: (draft: string) => Promise<T>): Promise<T> {
  if (await stat(path).then(() => true, () => false)) throw new AppError('CONFLICT', `${path} is already there. Name something that does not exist yet.`)
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`)
  try {
    const written = await write(draft)
    await rename(draft, path)
    return written
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new AppError('DISK_FULL', 'The disk is full; nothing was exported.', { cause: error })
    if (code && ['ENOENT', 'EACCES', 'EROFS', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) throw new AppError('BAD_SOURCE', `${path} can not be made there (${code}).`, { cause: error })
    throw error
  }
}
