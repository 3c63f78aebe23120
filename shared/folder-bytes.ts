import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Sizes of all files under a folder together; 0 when there is none. Files that go away meanwhile are left out. */
export async function folderBytes (folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []) // gone meanwhile: nothing of it is left
  const sizes = await Promise.all(entries.map(async entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return await folderBytes(path)
    return await lstat(path).then(({ size }) => size, () => 0)
  }))
  return sizes.reduce((sum, size) => sum + size, 0)
}
