import { randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readIfThere, syncFile } from '../../shared/durable-file.ts'
import { AppError } from '../../shared/errors.ts'
import { isInside } from '../../shared/is-inside.ts'

const SECRET_BYTES = 32
const KEY_FILE = /^colporteur-key:[\w-]{43}$/

/**
 * The line in a key file, which takes the place of a passphrase. Where there is no file it is made, readable by its owner
 * alone, and on its disk when this returns.
 *
 * @throws AppError BAD_REQUEST in the home, where it would lie beside what it opens; BAD_PASSPHRASE when it is something else
 */
export async function makeKeyFile (path: string, home: string): Promise<string> {
  if (isInside(home, path)) throw new AppError('BAD_REQUEST', 'In the home the key file would lie beside what it opens. Put it on a stick, or wherever else you keep what matters.')
  const line = `colporteur-key:${randomBytes(SECRET_BYTES).toString('base64url')}`
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(`${line}\n`).finally(() => file.close())
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') return await readKeyFile(path)
    await rm(path, { force: true }).catch(() => {}) // half of one would be in the way; where there is no folder, there is none
    throw new AppError('BAD_SOURCE', `${path} can not be written (${code}): is there a folder ${dirname(resolve(path))}?`, { cause })
  }
  await syncFile(path)
  return line
}

/** @throws AppError BAD_PASSPHRASE */
export async function readKeyFile (path: string): Promise<string> {
  const content = await readIfThere(path).catch((cause: unknown) => {
    throw new AppError('BAD_PASSPHRASE', `The key file ${path} can not be read.`, { cause })
  })
  const line = content?.toString('utf8').trim() ?? ''
  if (!KEY_FILE.test(line)) throw new AppError('BAD_PASSPHRASE', content ? `${path} is no key file.` : `There is no key file ${path}.`)
  return line
}
