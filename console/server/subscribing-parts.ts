import type { OpmlTaken } from '../../shared/api/opml.ts'
import type { Policy, PolicyEffect, PolicySet } from '../../shared/api/policies.ts'
import type { Preparation } from '../../shared/api/preparing.ts'

/** What of each subscription is held here. NEWSLETTER_NOT_FOUND, CONFLICT for a newsletter that this node has promised to keep. */
export interface PoliciesPart {
  effect (address: string, policy: Policy): Promise<PolicyEffect>
  set (address: string, policy: Policy): Promise<PolicySet>
  /** ISSUE_NOT_FOUND, NOT_VERIFIED, CONFLICT for what is not fetched at the moment. */
  fetch (key: { newsletter: string, id: string }, fetched: boolean): Promise<void>
}

/** What a reader does with subscriptions besides reading them. */
export interface SubscribingPart {
  readonly policies: PoliciesPart
  readonly preparing: PreparingPart
  readonly lists: ListsPart
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
