import type { Newsletter, Writer } from '../shared/api/newsletters.ts'
import { formatAddress } from '../shared/format/address.ts'
import { checkWordsOf } from '../shared/format/check-words.ts'
import { DRIVE_BLOCKS, FILE_BYTES, ISSUE_BYTES } from '../shared/format/limits.ts'
import { effectiveSeal, type RootWriter } from '../shared/format/root-chain.ts'
import type { DriveHistory } from '../shared/network/histories/stored-history.ts'
import { REQUESTS_A_SECOND } from '../shared/network/peer-budget.ts'
import type { KnownRoot } from '../shared/network/root-store.ts'
import type { Follower } from './following/follower.ts'
import type { IssueCounts, LibraryNewsletter } from './library/library-issue.ts'
import { otherHistoryOf } from './other-history.ts'
import { isAnnounced } from './subscriptions.ts'

/** What the subscriber's side knows of a newsletter; whether its words were confirmed, and whether this device may write, is the publisher's to say. */
export type NewsletterView = Omit<Newsletter, 'wordsUnconfirmed' | 'keys' | 'notWriting'>

export function newsletterView (
  newsletter: LibraryNewsletter, { followed, root, historyOf, indexBytes, mostIndexBytes }: Pick<Follower, 'followed' | 'root' | 'historyOf' | 'indexBytes' | 'mostIndexBytes'>, counts: IssueCounts,
  { confirmedAt, freshness, looksLike, successionProblem }: Pick<Newsletter, 'confirmedAt' | 'freshness' | 'looksLike' | 'successionProblem'>
): NewsletterView {
  const { address, title, description, language, authors, licence, website, rhythm, role, subscribed, problem } = newsletter
  return {
    address,
    link: formatAddress(address),
    checkWords: checkWordsOf(address),
    title,
    looksLike,
    description,
    language,
    authors,
    licence,
    website,
    rhythm,
    role,
    subscribed,
    paused: followed.paused ?? false,
    announce: isAnnounced(followed),
    since: followed.since,
    state: root?.chain.newest.state ?? 'active',
    successor: root?.chain.newest.successor ?? null,
    continues: followed.continues ?? null,
    successionProblem,
    rootNumber: root?.chain.newest.number ?? null,
    writers: (root?.chain.newest.writers ?? []).map(writer => writerView(writer, root!, historyOf(writer.id))),
    confirmedAt,
    freshness,
    issues: { total: counts.total, ready: counts.ready, unread: counts.unread },
    problem,
    limits: {
      indexBytes, mostIndexBytes, mostEntriesPerWriter: DRIVE_BLOCKS, mostIssueBytes: ISSUE_BYTES, mostFileBytes: FILE_BYTES,
      mostRequestsPerPeerAndSecond: REQUESTS_A_SECOND
    }
  }
}

export function writerView (writer: RootWriter, { chain, dispute }: KnownRoot, history: DriveHistory | null): Writer {
  const { id, name, drive, signingKey, expires } = writer
  const sealed = effectiveSeal(id, chain, dispute) !== null
  return { id, name, drive, signingKey, sealed, expires: expires ?? null, otherHistory: otherHistoryOf(writer, sealed, history) }
}
