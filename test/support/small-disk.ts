import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient, fetchSender } from '../../shared/api/client.ts'
import type { Ends } from './namespaces.ts'
import { ColporteurProcess, type NodeProcess } from './processes.ts'

const MOUNT = 'mount -t tmpfs -o mode=700,size='
/** Mounting a small disk of one's own takes user namespaces, which some systems have switched off. */
export const noDisk = spawnSync('unshare', ['-rm', 'sh', '-c', `${MOUNT}9m tmpfs /mnt`]).status === 0 ? false : 'no small disk can be mounted here'

/** A node whose home is a disk of its own, which nobody else sees but by `disk`. */
export async function startOnSmallDisk (t: Ends, home: string, bootstrap: string, size = '160m'): Promise<NodeProcess & { disk: string }> {
  await mkdir(home)
  const process = new ColporteurProcess(['start', '--headless', '--port', '0', '--home', home, '--bootstrap', bootstrap, '--bind', '127.0.0.1'],
    { within: ['unshare', '-rm', 'sh', '-c', `${MOUNT}${size} tmpfs "$0" && exec "$@"`, home] })
  t.teardown(() => process.kill())
  const url = new URL(await process.firstLine()).origin
  const disk = join('/proc', String(process.child.pid), 'root', home)
  const token = (await readFile(join(disk, 'token'), 'utf8')).trim()
  return { process, client: createClient(fetchSender({ url, token })), url, token, disk }
}

/** Writes until not one byte fits any more. */
export async function fill (path: string): Promise<void> {
  const file = await open(path, 'w')
  for (const size of [1_000_000, 4_096, 1]) {
    const chunk = Buffer.alloc(size)
    const writeOn = async (): Promise<void> => await file.write(chunk).then(writeOn, (error: NodeJS.ErrnoException) => { if (error.code !== 'ENOSPC') throw error })
    await writeOn()
  }
  await file.close()
}

/** Fills a disk but for so many bytes, with a file `filler`. */
export async function leaveFree (disk: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(disk)
  await writeFile(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
}

/** A small disk that is there until the test ends, whoever writes to it; gives its path. */
export async function smallDisk (t: Ends, folder: string, size = '400m'): Promise<string> {
  const place = join(folder, 'disk')
  await mkdir(place)
  const holder = spawn('unshare', ['-m', 'sh', '-c', `${MOUNT}${size} tmpfs "$0" && echo mounted && exec cat`, place], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(async () => {
    const ended = once(holder, 'close')
    holder.kill('SIGKILL')
    await ended
  })
  await once(holder.stdout, 'data')
  return join('/proc', String(holder.pid), 'root', place)
}
