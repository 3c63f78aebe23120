import { open, readlink } from 'node:fs/promises'
import type { Test } from 'tap'

type Sync = (this: { fd: number, stat: () => Promise<{ isDirectory (): boolean }> }) => Promise<void>

/** Folders that are made safe on the disk from now on; where `fails`, the disk refuses it. Paths are told on Linux alone. */
export async function folderSyncs (t: Test, { fails = false } = {}): Promise<{ folders: string[], end (): void }> {
  const file = await open('.')
  const handles = Object.getPrototypeOf(file) as { sync: Sync }
  await file.close()
  const { sync } = handles
  const folders: string[] = []
  handles.sync = async function () {
    if ((await this.stat()).isDirectory()) {
      folders.push(await readlink(`/proc/self/fd/${this.fd}`).catch(() => ''))
      if (fails) throw new Error('EIO: i/o error, fsync')
    }
    await sync.call(this)
  }
  const end = (): void => { handles.sync = sync }
  t.teardown(end)
  return { folders, end }
}
