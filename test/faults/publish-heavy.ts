import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestNode } from '../support/network.ts'

export interface HeavyIssue { number: number, bytes: number }

/** Publishes an issue with a file of so many random bytes, from a new folder in `root`. */
export async function publishHeavy ({ client }: TestNode, root: string, newsletter: string, { number, bytes }: HeavyIssue): Promise<void> {
  const folder = join(root, `issue-${number}`)
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), `# Issue ${number}\n\n[Data](data.bin)\n`)
  await writeFile(join(folder, 'data.bin'), randomBytes(bytes))
  await client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
}
