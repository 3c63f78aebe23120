import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestNode } from './network.ts'

/** Everything that lies in the store of a node. */
export async function bytesOf ({ home }: TestNode): Promise<Buffer> {
  const entries = await readdir(join(home, 'store'), { recursive: true, withFileTypes: true })
  return Buffer.concat(await Promise.all(entries.filter(entry => entry.isFile()).map(entry => readFile(join(entry.parentPath, entry.name)))))
}
