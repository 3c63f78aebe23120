import { createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { appearing } from './appearing.ts'
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
