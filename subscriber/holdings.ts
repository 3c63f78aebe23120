import type { Storage } from '../shared/api/machine.ts'
import type { Following } from './following/following.ts'
import type { Library } from './library/library.ts'

/** What a newsletter takes of the disk: bytes that are here, of those that are wanted here of its known issues. */
export type Holding = Storage['newsletters'][number]

/** What each newsletter takes of the disk. */
export async function holdingsOf (following: Following, library: Library): Promise<Holding[]> {
  return await Promise.all(following.all.map(async ({ followed: { address, role }, unfinished }) => {
    const [newsletter, { total, ready, heldBytes, leftOutBytes, ...counts }] = await Promise.all([library.newsletter(address), library.counts(address)])
    const knownBytes = Math.max(0, counts.knownBytes - leftOutBytes - unfinished.leftOutBytes)
    const haveBytes = Math.min(knownBytes, heldBytes + unfinished.haveBytes)
    return { newsletter: address, title: newsletter?.title ?? '', role, issues: { total, ready }, haveBytes, knownBytes }
  }))
}
