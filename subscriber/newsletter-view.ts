import type { Newsletter } from '../shared/api/newsletters.ts'
import { formatAddress } from '../shared/format/address.ts'
import { effectiveSeal } from '../shared/format/root-chain.ts'
import type { Follower } from './following/follower.ts'
import type { IssueCounts, LibraryNewsletter } from './library/library-issue.ts'

/** What the subscriber's side knows of a newsletter; whether its words were confirmed is the publisher's to say. */
export type NewsletterView = Omit<Newsletter, 'wordsUnconfirmed'>

export function newsletterView (newsletter: LibraryNewsletter, { followed, root }: Pick<Follower, 'followed' | 'root'>, counts: IssueCounts): NewsletterView {
  const { address, title, description, language, authors, role, problem } = newsletter
  return {
    address,
    link: formatAddress(address),
    title,
    description,
    language,
    authors,
    role,
    paused: followed.paused ?? false,
    since: followed.since,
    state: root?.chain.newest.state ?? 'active',
    rootNumber: root?.chain.newest.number ?? null,
    writers: (root?.chain.newest.writers ?? []).map(({ id, name, drive, signingKey, expires }) => ({
      id, name, drive, signingKey, sealed: effectiveSeal(id, root!.chain, root!.dispute) !== null, expires: expires ?? null
    })),
    issues: { total: counts.total, ready: counts.ready, unread: counts.unread },
    problem
  }
}
