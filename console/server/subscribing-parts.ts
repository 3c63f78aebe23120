import type { ExportFormat, NewsletterExported } from '../../shared/api/exports.ts'
import type { Highlight, NewHighlight } from '../../shared/api/highlights.ts'
import type { Notification, Notifications } from '../../shared/api/notifications.ts'
import type { OpmlTaken } from '../../shared/api/opml.ts'
import type { Policy, PolicyEffect, PolicySet } from '../../shared/api/policies.ts'
import type { Preparation } from '../../shared/api/preparing.ts'

/** What of each subscription is held here. NEWSLETTER_NOT_FOUND, CONFLICT for a newsletter that this node has promised to keep. */
export interface PoliciesPart {
  effect (address: string, policy: Policy): Promise<PolicyEffect>
  set (address: string, policy: Policy): Promise<PolicySet>
  /** ISSUE_NOT_FOUND, NOT_VERIFIED, CONFLICT for what is not fetched at the moment. */
  fetch (key: IssueKey, fetched: boolean): Promise<void>
}

export interface Tells<Events extends Record<keyof Events, unknown[]>> {
  on<E extends keyof Events> (event: E, listener: (...args: Events[E]) => void): unknown
  off<E extends keyof Events> (event: E, listener: (...args: Events[E]) => void): unknown
}

interface IssueKey { newsletter: string, id: string }

/** What a reader does with subscriptions besides reading them. */
export interface SubscribingPart {
  readonly policies: PoliciesPart
  readonly preparing: PreparingPart
  readonly lists: ListsPart
  readonly exporting: ExportingPart
  readonly highlighting: HighlightingPart
}

/** What the reader highlights. NOT_FOUND, ISSUE_NOT_FOUND, TOO_LARGE. */
export interface HighlightingPart extends Tells<{ highlightsChanged: [issue: IssueKey] }> {
  /** Of everything (null), of a newsletter, or of an issue. */
  all (of: { newsletter: string, id?: string } | null): Promise<Highlight[]>
  add (key: IssueKey, highlight: NewHighlight): Promise<Highlight>
  note (id: string, note: string): Promise<Highlight>
  remove (id: string): Promise<void>
}

/** Tells of issues that have come. `test` throws as the program fails. */
export interface NotifierPart extends Tells<{ notified: [notification: Notification] }> {
  readonly settings: Notifications
  test (): Promise<Notification>
}

/** A file to be kept: its name, and its bytes as they are made. */
export interface ExportedFile { name: string, type: string, bytes: AsyncIterable<Uint8Array> }

/** Writes what is complete so that other programs read it. NOT_COMPLETE, NOT_VERIFIED, NOT_FOUND, CONFLICT, BAD_SOURCE, DISK_FULL. */
export interface ExportingPart {
  issue (key: IssueKey, format: ExportFormat, path: string): Promise<{ path: string, files: string[], sizeBytes: number }>
  newsletter (address: string, format: ExportFormat, path: string): Promise<NewsletterExported>
  issueFile (key: IssueKey, format: ExportFormat): Promise<ExportedFile>
  newsletterFile (address: string, format: ExportFormat): Promise<ExportedFile>
}

/** Lists of subscriptions, as OPML. */
export interface ListsPart {
  write (feedUrlOf: (newsletter: string) => string): Promise<string>
  /** BAD_SOURCE. */
  take (text: string): Promise<OpmlTaken>
}

/** Gets what is unread before all else. */
export interface PreparingPart {
  prepare (newsletters: string[] | null, whole: boolean): Promise<Preparation>
  view (): Promise<Preparation | null>
}
