import type { Freshness } from '../shared/api/freshness.ts'
import type { Follower } from './following/follower.ts'
import { isLive } from './subscriptions.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Whether it is long ago that what is here was confirmed to be all. What was never confirmed counts from when it is followed.
 *
 * @param told what its writers confirmed, and what the clock of one said that goes ahead of this node's
 * @param staleAfterDays 0: never
 */
export function freshnessOf (
  { followed, root }: Pick<Follower, 'followed' | 'root'>,
  { confirmedAt, aheadAt }: { confirmedAt: string | null, aheadAt: string | null },
  staleAfterDays: number
): Freshness {
  // Of one that rests or has ended nothing is to come, and who has paused it knows.
  const isWatched = staleAfterDays > 0 && isLive(followed) && followed.role !== 'own' && (root?.chain.newest.state ?? 'active') === 'active'
  const staleAtMs = Date.parse(confirmedAt ?? followed.since) + staleAfterDays * DAY_MS
  // A time that can't be read comes from a damaged file, and is no reason to say nothing of all other newsletters.
  if (!isWatched || Number.isNaN(staleAtMs)) return { staleAt: null, stale: false, aheadAt }
  return { staleAt: new Date(staleAtMs).toISOString(), stale: staleAtMs <= Date.now(), aheadAt }
}
