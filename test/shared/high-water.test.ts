import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type Corestore from 'corestore'
import t, { type Test } from 'tap'
import { HighWater } from '../../shared/network/high-water.ts'

interface Synced { inode: number, sizeBytes: number, isFolder: boolean, wasInPlace: boolean }

/** What is made safe of a folder from now on, and whether it was in the place of `path` then. */
async function watchSyncs (t: Test, path: string): Promise<Synced[]> {
  const some = await open(t.testdirName, 'r')
  const prototype = Object.getPrototypeOf(some) as FileHandle
  await some.close()
  const { sync } = prototype
  t.teardown(() => { prototype.sync = sync })
  const synced: Synced[] = []
  const inodeAt = async (): Promise<number | null> => await stat(path).then(({ ino }) => ino, () => null)
  prototype.sync = async function () {
    const found = await this.stat()
    synced.push({ inode: found.ino, sizeBytes: found.size, isFolder: found.isDirectory(), wasInPlace: await inodeAt() === found.ino })
    await sync.call(this)
  }
  return synced
}

t.test('a mark is on the disk, whole, before it takes the place of the one before, and that it did is, too', { skip: process.platform === 'win32' ? 'Windows syncs no folders' : false }, async t => {
  const folder = t.testdir()
  const path = join(folder, 'marks.json')
  const synced = await watchSyncs(t, path)
  const events: string[] = []
  const store = { storage: { db: { flush: async () => { events.push(`flushed after ${synced.length}`) } } } } as unknown as Corestore
  const highWater = new HighWater(store, path)
  const head = (length: number): { length: number, fork: number, treeHash: string } => ({ length, fork: 0, treeHash: 'ab'.repeat(32) })
  for (const length of [1, 2]) {
    synced.length = 0
    await highWater.sync({ key: 'drive', head: async () => ({ index: head(length), blobs: head(0) }) })
    const { ino, size } = await stat(path)
    t.same(synced, [
      { inode: ino, sizeBytes: size, isFolder: false, wasInPlace: false },
      { inode: (await stat(folder)).ino, sizeBytes: (await stat(folder)).size, isFolder: true, wasInPlace: false }
    ])
  }
  t.same(events, ['flushed after 0', 'flushed after 0'], 'and all that it tells of was before')
  t.match(await new HighWater(store, path).markOf('drive'), { index: { length: 2 } })
})
