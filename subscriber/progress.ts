import type { Progress } from '../shared/api/subscriptions.ts'
import type { Unfinished } from './following/arriving-issues.ts'
import type { Follower } from './following/follower.ts'
import { refOf } from './issue-view.ts'
import type { IssueCounts, LibraryNewsletter } from './library/library-issue.ts'
import { isLive } from './subscriptions.ts'

/** How far a newsletter has come, in words and numbers. Never says more than is known. */
export function progressOf (follower: Follower, newsletter: LibraryNewsletter, counts: IssueCounts, peers: number): Progress {
  const { unfinished } = follower
  const knownBytes = Math.max(0, counts.knownBytes - counts.leftOutBytes - unfinished.leftOutBytes)
  return {
    state: stateOf(follower, newsletter, counts, unfinished, peers),
    peers,
    issues: { known: counts.total, ready: counts.ready, partial: counts.partial, notVerified: counts.notVerified, removed: counts.removed },
    bytes: { known: knownBytes, have: Math.min(knownBytes, counts.heldBytes + unfinished.haveBytes) },
    arriving: arrivingOf(follower),
    problem: newsletter.problem
  }
}

function arrivingOf ({ arriving, followed: { address } }: Follower): Progress['arriving'] {
  if (!arriving) return null
  const { id, title, wantedParts, haveParts, wantedBytes, haveBytes } = arriving
  return { ref: refOf({ newsletter: address, id }), title, parts: wantedParts, haveParts, sizeBytes: wantedBytes, haveBytes }
}

function stateOf (follower: Follower, { problem }: LibraryNewsletter, counts: IssueCounts, unfinished: Unfinished, peers: number): Progress['state'] {
  if (problem) return 'notVerified'
  if (!isLive(follower.followed)) return 'paused'
  const missing = counts.total - counts.ready - counts.partial - counts.notVerified - counts.removed + unfinished.missing
  if (peers === 0 && (missing > 0 || follower.scanning)) return 'alone'
  if (follower.settled && missing === 0) return 'upToDate'
  // Everything that is known is here, but nobody has told in this run whether there is more.
  if (peers === 0 || !follower.root) return 'looking'
  return 'downloading'
}
