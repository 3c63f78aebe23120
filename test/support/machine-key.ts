import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../shared/log.ts'
import { MachineKey } from '../../shared/machine-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'colporteur-machine-key-'))
process.once('exit', () => { rmSync(folder, { recursive: true, force: true }) })

/** Of all nodes that this process opens and starts, outside of their homes. A person's own stays as it is. */
export const MACHINE_KEY = join(folder, 'machine.key')

/** For {@link readOpened}: nothing, of a file that is not there any more. */
export function ifGone (error: NodeJS.ErrnoException): Buffer {
  if (error.code !== 'ENOENT') throw error
  return Buffer.alloc(0)
}

/** What stands in a file of a home, opened where the machine key has sealed it. */
export async function readOpened (path: string): Promise<Buffer> {
  const key = await MachineKey.open({ file: MACHINE_KEY, isUsual: false }, null, createLog('silent', { write: () => {} }))
  return key.open(await readFile(path), path)
}
