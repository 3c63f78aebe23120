import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../shared/config.ts'
import { pathsOf } from '../shared/config.ts'
import { eraseDrafts, readIfThere, readOrMake, replaceSecret } from '../shared/durable-file.ts'
import { AppError } from '../shared/errors.ts'
import type { Log } from '../shared/log.ts'
import type { MachineKey } from '../shared/machine-key.ts'

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
export async function openHome ({ home }: Pick<Config, 'home'>, machineKey: MachineKey, log: Log): Promise<HomeSecrets> {
  await makeFolder(home)
  const paths = pathsOf(home)
  const token = await readOrMake(paths.token, () => randomBytes(TOKEN_BYTES).toString('base64url') + '\n')
  return {
    programToken: checked(token, TOKEN, paths.token, 'Remove it: the node then makes another.'),
    nodeSeed: Buffer.from(await readNodeSeed(paths.nodeKey, machineKey, log), 'hex')
  }
}

/**
 * Of a home that a node had open before: where its disk is away, another one that is made there would be that of somebody else.
 *
 * @throws AppError BAD_CONFIG
 */
export async function checkIsThere ({ home }: Pick<Config, 'home'>): Promise<void> {
  const { token, nodeKey } = pathsOf(home)
  // Either is made anew where somebody has removed it.
  await stat(token).catch(async () => await stat(nodeKey)).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('BAD_CONFIG', `The home ${home} is not there any more, or can not be read (${cause.code}). When it is, the node goes on.`, { cause })
  })
}

async function makeFolder (home: string): Promise<void> {
  try {
    await makePath(home)
    const names = await readdir(home)
    if (names.length > 0 && !names.includes('token') && names.some(name => !name.startsWith('.') && name !== 'config.json')) {
      throw new AppError('BAD_CONFIG', `${home} holds other things and is not a home of Colporteur. Name an empty folder, or one that does not exist yet.`)
    }
    if (process.platform === 'win32') return
    if ((await stat(home)).uid !== process.getuid?.()) throw new AppError('HOME_UNSAFE', `${home} belongs to another user, who could read your keys. Name a folder of your own.`)
    if (await isClosed(home)) return
    await chmod(home, 0o700).catch(() => {}) // whether it helped is looked at
    if (!await isClosed(home)) {
      throw new AppError('HOME_UNSAFE', `Others on this machine can read ${home}, and that can not be changed there: so it is on many disks that other systems can read, too, and on shares. Name a folder elsewhere with --home.`)
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new AppError('BAD_CONFIG', `The home ${home} can not be used (${code}). Name another with --home.`, { cause: error })
  }
}

async function isClosed (folder: string): Promise<boolean> {
  return ((await stat(folder)).mode & 0o077) === 0
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

/** While what seals it is missing, this node is one that nobody knows; it is itself again when that is back. */
async function readNodeSeed (path: string, machineKey: MachineKey, log: Log): Promise<string> {
  const make = (): string => randomBytes(SEED_BYTES).toString('hex') + '\n'
  const there = await readIfThere(path)
  const made = there ? '' : await machineKey.seal(make())
  const stored = there ?? Buffer.from(await readOrMake(path, () => made))
  if (!await machineKey.canOpen(stored)) {
    if (!machineKey.problem) log.warn(`The key by which other nodes know this one, ${path}, is sealed with a machine key that is not here: until it is, they see a node that they do not know.`)
    return make().trim()
  }
  const opened = (await machineKey.open(stored, path)).toString('utf8')
  return checked(opened, SEED, path, 'Put it back from where you have it, or remove it: others then see this node as one that they do not know.')
}

/** Seals it anew where that is due, in a home that no other process has open. */
export async function sealNodeSeed ({ home }: Pick<Config, 'home'>, machineKey: MachineKey): Promise<void> {
  const path = pathsOf(home).nodeKey
  await eraseDrafts(dirname(path))
  const stored = await readFile(path)
  if (machineKey.isDue(stored)) await replaceSecret(path, await machineKey.seal((await machineKey.open(stored, path)).toString('utf8')))
}

function checked (text: string, shape: RegExp, path: string, advice: string): string {
  if (shape.test(text.trim())) return text.trim()
  throw new AppError('BAD_CONFIG', `${path} is damaged. ${advice}`)
}
