import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../shared/config.ts'
import { pathsOf } from '../shared/config.ts'
import { readOrMake } from '../shared/durable-file.ts'
import { AppError } from '../shared/errors.ts'

const TOKEN_BYTES = 32
const SEED_BYTES = 32
const TOKEN = /^[\w-]{43}$/
const SEED = /^[0-9a-f]{64}$/

/** The secrets that a home has from its first day. */
export interface HomeSecrets {
  /** By which programs of this user speak with the node. */
  programToken: string
  /** Seed of the key by which other nodes know this one. */
  nodeSeed: Buffer
}

/**
 * Makes the home where it is missing, and sees to it that nobody else on the machine can look inside.
 *
 * @throws AppError HOME_UNSAFE, BAD_CONFIG when the folder holds something else
 */
export async function openHome ({ home }: Config): Promise<HomeSecrets> {
  await makeFolder(home)
  const paths = pathsOf(home)
  return {
    programToken: await secret(paths.token, () => randomBytes(TOKEN_BYTES).toString('base64url'), TOKEN, 'Remove it: the node then makes another.'),
    nodeSeed: Buffer.from(await secret(paths.nodeKey, () => randomBytes(SEED_BYTES).toString('hex'), SEED, 'Put it back from where you have it, or remove it: others then see this node as one that they do not know.'), 'hex')
  }
}

async function makeFolder (home: string): Promise<void> {
  try {
    await makePath(home)
    const names = await readdir(home)
    if (names.length > 0 && !names.includes('token') && names.some(name => !name.startsWith('.') && name !== 'config.json')) {
      throw new AppError('BAD_CONFIG', `${home} holds other things and is not a home of Colporteur. Name an empty folder, or one that does not exist yet.`)
    }
    const { mode, uid } = await stat(home)
    if (process.platform === 'win32' || (mode & 0o077) === 0) return
    if (uid !== process.getuid?.()) throw new AppError('HOME_UNSAFE', `${home} belongs to another user, who could read your keys. Name a folder of your own.`)
    await chmod(home, 0o700)
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new AppError('BAD_CONFIG', `The home ${home} can not be used (${code}). Name another with --home.`, { cause: error })
  }
}

/** Like `mkdir` with `recursive`, which never ends where a file system makes no folders, such as /proc. */
async function makePath (path: string): Promise<void> {
  const isThere = async (path: string): Promise<boolean> => await stat(path).then(found => found.isDirectory(), () => false)
  if (await isThere(path)) return
  const parent = dirname(path)
  if (parent !== path && !await isThere(parent)) await makePath(parent)
  await mkdir(path, { mode: 0o700 }).catch(async (error: NodeJS.ErrnoException) => {
    // Another process was quicker.
    if (error.code !== 'EEXIST' || !await isThere(path)) throw error
  })
}

async function secret (path: string, make: () => string, shape: RegExp, advice: string): Promise<string> {
  const text = (await readOrMake(path, () => make() + '\n')).trim()
  if (!shape.test(text)) throw new AppError('BAD_CONFIG', `${path} is damaged. ${advice}`)
  return text
}
