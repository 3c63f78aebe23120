import type { Issue } from '../../shared/api/issues.ts'
import { EVERYTHING } from '../../shared/api/policies.ts'
import type { Subscription } from '../../shared/api/subscriptions.ts'

/** Addresses of two newsletters, and one issue of the second. */
export const OWN = 'y'.repeat(52)
export const OTHER = 'b'.repeat(52)
export const ISSUE = '01j00000000000000000000001'
export const REF = `${ISSUE}@${OTHER}`
export const LIMITS = {
  indexBytes: 12_000, mostIndexBytes: 1_073_741_824, mostEntriesPerWriter: 16_777_216, mostIssueBytes: 2_147_483_648, mostFileBytes: 1_073_741_824,
  mostRequestsPerPeerAndSecond: 30_000
}
export const WORDS = 'ability able about above absent absorb'
export const TOKEN = 'program-token-of-the-test-0123456789'
export const PICTURE = Buffer.from('0123456789')

export function issueNamed (title: string): Issue {
  return {
    ref: REF, id: ISSUE, newsletter: OTHER, newsletterTitle: 'The Long Road', petName: '', number: 1, revision: 1, change: 'original', withdrawnByWriter: false, title,
    subtitle: '', summary: '', authors: ['Bo'], tags: [], language: 'en', publishedAt: '2026-01-05T00:00:00.000Z',
    state: 'ready', problem: null, sizeBytes: 10, haveBytes: 10, parts: 2, haveParts: 2, wantedBytes: 10, wantedParts: 2, read: false, saved: false,
    minutes: 1, place: null
  }
}

export function subscriptionWith (peers: number): Subscription {
  const [issues, bytes] = [{ known: 1, ready: 1, partial: 0, notVerified: 0, removed: 0 }, { known: 10, have: 10 }]
  const progress = { state: 'upToDate' as const, peers, issues, bytes, arriving: null, problem: null }
  return { newsletter: OTHER, link: `colporteur://${OTHER}`, checkWords: WORDS, title: 'The Long Road', petName: '', looksLike: null, subscribedAt: '2026-01-01T00:00:00.000Z', paused: false, receipts: true, confirmedAt: null, freshness: { staleAt: null, stale: false, aheadAt: null }, policy: EVERYTHING, folder: '', progress }
}
