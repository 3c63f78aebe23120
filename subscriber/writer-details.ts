import type { WriterDetails } from '../shared/api/writers.ts'
import type { Follower } from './following/follower.ts'
import type { Library } from './library/library.ts'
import { writerView } from './newsletter-view.ts'

/** The writers of a newsletter in the order of its root, with what this node has of each; which of them is this device is the publisher's to say. */
export async function writerDetails (follower: Follower, library: Library): Promise<Omit<WriterDetails, 'isHere'>[]> {
  await follower.applied
  const { root, followed: { address } } = follower
  if (!root) return []
  return await Promise.all(root.chain.newest.writers.map(async writer => {
    const length = follower.drive(writer.id)?.heads.index ?? 0
    const { before, newestAt } = await library.writerCounts(address, writer.id, length)
    const seal = writer.sealed ? { length: writer.sealed.length, at: writer.sealed.at, reason: writer.sealed.reason } : null
    return { writer: writerView(writer, root, follower.historyOf(writer.id)), seal, length, issues: before, newestAt }
  }))
}
