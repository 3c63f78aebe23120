import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AppError, messageOf } from './errors.ts'

/** @throws AppError BAD_SOURCE in words for who has given the path */
export async function foundAt (path: string): Promise<Stats> {
  return await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('BAD_SOURCE', `${path} can not be read${error.code === 'ENOENT' ? ': there is nothing of that name' : error.code === 'EACCES' ? ': you may not' : `: ${messageOf(error)}`}. Is the path right?`, { cause: error })
  })
}

/** @throws AppError BAD_SOURCE, also for what is no file: reading a pipe or a device may never end */
export async function fileAt (path: string): Promise<Stats> {
  const found = await foundAt(path)
  if (found.isDirectory()) throw new AppError('BAD_SOURCE', `${path} is a folder, and not a file. Name the file in it.`)
  if (!found.isFile()) throw new AppError('BAD_SOURCE', `${path} is no file.`)
  return found
}
