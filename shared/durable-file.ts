import { randomBytes } from 'node:crypto'
import { constants, copyFile, type FileHandle, link, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** What is long comes in pieces, so that it is never there as a whole. */
type Content = Uint8Array | string | AsyncIterable<string>

/** What is written beside a file, before it takes its place. */
const DRAFT = /^\..+\.[0-9a-f]{8}$/

/**
 * Replaces a file so that after a power cut either the old or the new content is there, whole: written beside it,
 * fsynced, renamed, and the folder fsynced too. Only its owner can read it unless `mode` says otherwise.
 */
export async function writeDurably (path: string, content: Content, mode = 0o600): Promise<void> {
  await rename(await writeBeside(path, content, mode), path)
  await syncFolder(dirname(path))
}

/** The text of a file, which is made when there is none. Of several processes that make it at once, all get what one of them made. */
export async function readOrMake (path: string, make: () => string): Promise<string> {
  const there = await readIfThere(path)
  if (there) return there.toString('utf8')
  const draft = await writeBeside(path, make(), 0o600)
  try {
    await link(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return await readFile(path, 'utf8')
}

/** Writes a file that is on the disk, whole, when this returns; false, and nothing is written, where there is one already. */
export async function writeNew (path: string, content: string): Promise<boolean> {
  const draft = await writeBeside(path, content, 0o600)
  try {
    await secondName(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
  await syncFile(path)
  return true
}

async function secondName (from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw error
    // File systems of memory cards have one name for each file.
    await copyNew(from, to)
  })
}

async function copyNew (from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(to, { force: true })
    throw error
  }
}

/** Gives a file or folder another path on its disk, for good: after a power cut it lies there. */
export async function renameDurably (from: string, to: string): Promise<void> {
  await rename(from, to)
  for (const folder of new Set([dirname(to), dirname(from)])) await syncFolder(folder)
}

/** @returns the path of the synced file, which has another name */
async function writeBeside (path: string, content: Content, mode: number): Promise<string> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `.${basename(path)}.${randomBytes(4).toString('hex')}`)
  const file = await open(draft, 'w', mode)
  try {
    await writeFile(file, content)
    await file.sync()
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await file.close()
  }
  return draft
}

/**
 * Replaces or removes (null) a file that holds a secret, and overwrites what stood in it: as far as a program can, which
 * on a disk that keeps old versions of a block is not all the way.
 *
 * @param beforeRename sees the file that is about to take the place of the other one
 */
export async function replaceSecret (path: string, content: string | null, beforeRename: (draft: string) => Promise<void> = async () => {}): Promise<void> {
  const before = await openToErase(path)
  try {
    if (content !== null) await putInPlace(path, content, beforeRename)
    else await removeIfThere(path)
    if (!before) return
    await before.write(Buffer.alloc((await before.stat()).size), 0)
    await before.sync()
  } finally {
    await before?.close()
  }
}

/** Removes a file, if there is one, for good: a power cut does not bring it back. */
export async function removeIfThere (path: string): Promise<void> {
  try {
    await rm(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await syncFolder(dirname(path))
}

async function putInPlace (path: string, content: string, beforeRename: (draft: string) => Promise<void>): Promise<void> {
  const draft = await writeBeside(path, content, 0o600)
  try {
    await beforeRename(draft)
    await rename(draft, path)
  } catch (error) {
    await replaceSecret(draft, null)
    throw error
  }
  await syncFolder(dirname(path))
}

/** Erases what a killed process was about to put in the place of files of this folder: it may be a secret that has left its file since. */
export async function eraseDrafts (folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (DRAFT.test(name)) await replaceSecret(join(folder, name), null)
}

/** Null also for what has another name as well, or is only one for something elsewhere: that is somebody else's to erase. */
async function openToErase (path: string): Promise<FileHandle | null> {
  try {
    const found = await lstat(path)
    return found.isFile() && found.nlink === 1 ? await open(path, 'r+') : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The content of a file, or null when there is none. */
export async function readIfThere (path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * Puts a file aside that can't be read, under a name that no other file has: what is in it may be worth something to a
 * person yet.
 *
 * @returns its new path
 */
export async function putAside (path: string): Promise<string> {
  const aside = `${path}.damaged-${Date.now()}`
  await rename(path, aside)
  await syncFolder(dirname(path))
  return aside
}

/** The last of a file or folder that was put aside, and that nobody has removed since. */
export async function asideOf (path: string): Promise<string | null> {
  const names = await readdir(dirname(path))
  const last = names.filter(name => name.startsWith(`${basename(path)}.damaged-`)).sort().at(-1)
  return last === undefined ? null : join(dirname(path), last)
}

/**
 * Keeps a file as it is under a name that no other file has, before it is replaced: the name of its own stays taken, whatever
 * happens in between. Only for a file that is never changed in place.
 *
 * @returns its other path
 */
export async function keepAside (path: string): Promise<string> {
  const aside = `${path}.damaged-${Date.now()}`
  await secondName(path, aside)
  try {
    await syncFile(aside)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  return aside
}

/**
 * Replaces a file that something else has changed, and keeps what was found like {@link keepAside}. Where that fails, the file is as it
 * was found, and no other: on a full disk each try would leave one behind.
 *
 * @param contentFor by the path under which the other one is kept
 * @returns that path
 */
export async function replaceKept (path: string, contentFor: (aside: string) => string): Promise<string> {
  const aside = await keepAside(path)
  try {
    await writeDurably(path, contentFor(aside))
  } catch (error) {
    // Where only its folder could not be synced the new one has its place. Two names of one file both stay when it is given the one for the other.
    await rename(aside, path).then(() => rm(aside, { force: true })).catch(() => {}) // told is what failed first
    throw error
  }
  return aside
}

/** Sees to it that a file that a library has written is on the disk as it is now. */
export async function syncFile (path: string): Promise<void> {
  // Windows syncs only what is open for writing.
  const file = await open(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(dirname(path))
}

async function syncFolder (path: string): Promise<void> {
  // Windows can't open a folder, and needs no sync of it.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
