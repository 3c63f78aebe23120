import type { Policy } from '../shared/api/policies.ts'
import type { Subscription } from '../shared/api/subscriptions.ts'
import { formatAddress } from '../shared/format/address.ts'
import { checkWordsOf } from '../shared/format/check-words.ts'
import type { Follower } from './following/follower.ts'
import type { IssueCounts, LibraryNewsletter } from './library/library-issue.ts'
import { progressOf } from './progress.ts'

interface Around extends Pick<Subscription, 'confirmedAt' | 'freshness' | 'looksLike'> { policy: Policy, peers: number }

export function subscriptionView (
  newsletter: LibraryNewsletter, follower: Follower, counts: IssueCounts, { confirmedAt, freshness, looksLike, policy, peers }: Around
): Subscription {
  return {
    newsletter: newsletter.address,
    link: formatAddress(newsletter.address),
    checkWords: checkWordsOf(newsletter.address),
    title: newsletter.title,
    petName: follower.followed.petName ?? '',
    looksLike,
    subscribedAt: follower.followed.since,
    paused: follower.followed.paused ?? false,
    receipts: follower.tellsReceipts,
    confirmedAt,
    freshness,
    policy,
    folder: follower.followed.folder ?? '',
    progress: progressOf(follower, newsletter, counts, peers)
  }
}
