import type { KeeperSettings, Kept } from '../../shared/api/keeping.ts'
import { formatAddress } from '../../shared/format/address.ts'
import type { Library } from '../library/library.ts'
import type { KeptNewsletter } from './kept-newsletters.ts'

/** What this node has promised of a newsletter, and how far it has come with it. */
export async function keptView (kept: KeptNewsletter, settings: KeeperSettings, library: Library, usedBytes: number): Promise<Kept> {
  const { address, owner, isPrivate = false, ...promised } = kept
  const [newsletter, { total, ready, removed }] = await Promise.all([library.newsletter(address), library.counts(address)])
  return {
    newsletter: address,
    link: formatAddress(address),
    title: newsletter?.title ?? '',
    ...promised,
    owner: owner || settings.owner,
    isPrivate,
    usedBytes,
    issues: { known: total, ready, removed }
  }
}
