import { open, readFile } from 'node:fs/promises'
import type { SecretForms } from './secret-forms.ts'

const PART_BYTES = 16 * 1024 * 1024
/** What lies over the border of two parts is found as well. */
const OVERLAP_BYTES = 1_000

/** Why nobody can look into the memory of a process here; false: they can. */
export const noMemoryTold = process.platform !== 'linux' && 'only Linux shows the memory of a process'

/** Which of these secrets stand in the memory of a process, in whatever form. */
export async function secretsInMemory (pid: number, secrets: SecretForms[]): Promise<string[]> {
  const found = new Set<string>()
  const memory = await open(`/proc/${pid}/mem`, 'r')
  try {
    for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) r[w-][x-]p/.exec(line) ?? []
      if (!from || !to || line.includes('[v')) continue
      const end = parseInt(to, 16)
      for (let start = parseInt(from, 16); start < end; start += PART_BYTES) {
        const part = Buffer.alloc(Math.min(PART_BYTES + OVERLAP_BYTES, end - start))
        // What is given back meanwhile can't be read.
        const { bytesRead } = await memory.read(part, 0, part.length, start).catch(() => ({ bytesRead: 0 }))
        for (const secret of secrets) if (secret.formIn(part.subarray(0, bytesRead))) found.add(secret.name)
      }
    }
  } finally {
    await memory.close()
  }
  return [...found]
}
