import type { IssueCopies, NewsletterCopies } from './copies.ts'
import type { DraftSummary } from './drafts.ts'
import type { Issue } from './issues.ts'
import type { Eviction, Kept } from './keeping.ts'
import type { Peers } from './machine.ts'
import type { Newsletter } from './newsletters.ts'
import type { Notification } from './notifications.ts'
import type { Status } from './node.ts'
import type { Subscription } from './subscriptions.ts'

/** Server-sent events of `GET /api/events`: first what is (`state`), then what changes. The data is JSON. */
export interface NodeEvents {
  state: { status: Status, newsletters: Newsletter[], subscriptions: Subscription[], copies: NewsletterCopies[] }
  statusChanged: Status
  newsletterChanged: Newsletter
  /** `newsletter`: the address. */
  newsletterRemoved: { newsletter: string }
  subscriptionProgressed: Subscription
  /** Somebody came or went, or bytes did; at most every two seconds. */
  peersChanged: Peers
  /** An issue came to be known, was downloaded, verified, refused or marked. */
  issueChanged: Issue
  /** Issues have come that nobody was told of. */
  notified: Notification
  /** `issue`: its ref. */
  highlightsChanged: { issue: string }
  /** Many were marked read, or unread again, at once: in one newsletter, or in the whole inbox (null). */
  issuesMarked: { newsletter: string | null }
  /** Of a newsletter that is written or kept here. */
  copiesChanged: NewsletterCopies
  /** Told of the newest issues; `copiesChanged` tells of all together. */
  issueCopiesChanged: IssueCopies
  /** What is kept, promised or dropped; null: dropped. */
  keptChanged: { newsletter: string, kept: Kept | null }
  issueEvicted: Eviction
  /** Saved, changed in its files, or about to go out. */
  draftChanged: DraftSummary
  /** `published`: the ref of the issue that it became; null when it was discarded. */
  draftRemoved: { draft: string, published: string | null }
  importProgressed: { newsletter: string, done: number, total: number, name: string }
}

export type NodeEventName = keyof NodeEvents
export const eventsPath = '/api/events'
