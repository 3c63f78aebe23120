import { open, stat } from 'node:fs/promises'
import { AppError } from './errors.ts'

/**
 * What is about to be written may take the place of an older file of its kind, and of nothing else.
 *
 * @param begins with these bytes every file of the kind
 * @param kind in words: "a backup"
 * @throws AppError CONFLICT, BAD_SOURCE
 */
export async function checkReplaceable (path: string, begins: Uint8Array, kind: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw cannot(path, error)
  })
  if (!found) return
  // Reading from a pipe or a device may never end.
  if (!found.isFile()) throw new AppError('BAD_SOURCE', `${path} is no file that ${kind} can be written to. Name another one.`)
  if (!await beginsWith(path, begins)) throw new AppError('CONFLICT', `${path} is there already, and is not ${kind}. Name another file.`)
}

async function beginsWith (path: string, begins: Uint8Array): Promise<boolean> {
  try {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(begins.length), 0)
      return bytesRead === begins.length && buffer.equals(begins)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw cannot(path, cause)
  }
}

function cannot (path: string, cause: unknown): AppError {
  return new AppError('BAD_SOURCE', `${path} can not be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, { cause })
}
