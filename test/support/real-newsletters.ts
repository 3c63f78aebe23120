import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Why tests with real newsletters are skipped. */
export const NO_REAL_NEWSLETTERS = 'COLPORTEUR_REAL_NEWSLETTERS names no folder with <newsletter>/issues in it'

/** The newsletters in the folder that COLPORTEUR_REAL_NEWSLETTERS names; none when it is not set. */
export async function realNewsletters (): Promise<{ name: string, folder: string }[]> {
  const root = process.env['COLPORTEUR_REAL_NEWSLETTERS']
  if (!root) return []
  const found = []
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const folders = await readdir(join(root, entry.name))
    if (folders.includes('issues')) found.push({ name: entry.name, folder: join(root, entry.name, 'issues') })
  }
  return found
}
