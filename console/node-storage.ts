import { statfs } from 'node:fs/promises'
import type { Storage } from '../shared/api/machine.ts'
import { pathsOf } from '../shared/config.ts'
import { folderBytes } from '../shared/folder-bytes.ts'
import type { Subscriber } from '../subscriber/subscriber.ts'

/** What newsletters and the home take of the disk, and what is free. */
export async function nodeStorage ({ subscriber, home }: { subscriber: Subscriber, home: string }): Promise<Storage> {
  const paths = pathsOf(home)
  const [newsletters, { bavail, blocks, bsize }, totalBytes, storeBytes, libraryBytes, draftsBytes] = await Promise.all([
    subscriber.holdings(), statfs(home), folderBytes(home), folderBytes(paths.store), folderBytes(paths.library), folderBytes(paths.drafts)
  ])
  return {
    newsletters: newsletters.sort((a, b) => b.haveBytes - a.haveBytes),
    home: { totalBytes, storeBytes, libraryBytes, draftsBytes },
    disk: { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  }
}
