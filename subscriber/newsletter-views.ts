import type { Newsletter } from '../shared/api/newsletters.ts'
import type { Subscription } from '../shared/api/subscriptions.ts'
import { AppError } from '../shared/errors.ts'
import type { Address } from '../shared/format/address.ts'
import type { Meeting } from '../shared/network/meeting.ts'
import type { Receipts } from '../shared/network/receipts/receipts.ts'
import type { Follower } from './following/follower.ts'
import type { Following } from './following/following.ts'
import type { Succession } from './following/succession.ts'
import { freshnessOf } from './freshness.ts'
import type { IssueCounts, LibraryNewsletter } from './library/library-issue.ts'
import type { Library } from './library/library.ts'
import type { LookAlikes } from './look-alikes.ts'
import { type NewsletterView, newsletterView } from './newsletter-view.ts'
import type { Policies } from './policy/policies.ts'
import { subscriptionView } from './subscription-view.ts'
import { isSubscription } from './subscriptions.ts'

export interface NewsletterViewsParts {
  following: Following
  library: Library
  meeting: Meeting
  receipts: Receipts
  succession: Succession
  policies: Policies
  lookAlikes: LookAlikes
  /** After so many days without a word of its writers a newsletter is called stale; 0: never. */
  staleAfterDays: number
}

/** How newsletters and subscriptions stand, put together from all that knows something of them. */
export class NewsletterViews {
  #parts: NewsletterViewsParts

  constructor (parts: NewsletterViewsParts) {
    this.#parts = parts
  }

  async newsletters (): Promise<NewsletterView[]> {
    return await Promise.all(this.#parts.following.begun.map(({ followed }) => this.newsletter(followed.address)))
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND */
  async newsletter (address: Address): Promise<NewsletterView> {
    const follower = await this.#parts.following.withRoot(address)
    const [[newsletter, counts], successionProblem] = await Promise.all([this.#known(address), this.#parts.succession.problemOf(address)])
    return newsletterView(newsletter, follower, counts, { ...await this.#standing(follower, newsletter), successionProblem })
  }

  async subscriptions (): Promise<Subscription[]> {
    const { begun } = this.#parts.following
    return await Promise.all(begun.filter(({ followed }) => isSubscription(followed)).map(({ followed }) => this.subscription(followed.address)))
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND */
  async subscription (address: Address): Promise<Subscription> {
    const follower = this.subscribed(address)
    const [newsletter, counts] = await this.#known(address)
    const standing = await this.#standing(follower, newsletter)
    const [policy, peers] = [this.#parts.policies.of(address), this.#parts.meeting.peersOf(address)]
    return subscriptionView(newsletter, follower, counts, { ...standing, policy, peers })
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND */
  subscribed (address: Address): Follower {
    const follower = this.#parts.following.get(address)
    if (!isSubscription(follower.followed)) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node has no subscription to that newsletter.')
    return follower
  }

  async #standing (follower: Follower, { address, title }: LibraryNewsletter): Promise<Pick<Newsletter, 'confirmedAt' | 'freshness' | 'looksLike'>> {
    const { receipts, lookAlikes, staleAfterDays } = this.#parts
    const [confirmedAt, aheadAt] = await Promise.all([receipts.beacons.confirmedAt(address, follower.readers), receipts.beacons.aheadAt(address)])
    return { confirmedAt, freshness: freshnessOf(follower, { confirmedAt, aheadAt }, staleAfterDays), looksLike: lookAlikes.of(address, title) }
  }

  async #known (address: Address): Promise<[LibraryNewsletter, IssueCounts]> {
    const [newsletter, counts] = await Promise.all([this.#parts.library.newsletter(address), this.#parts.library.counts(address)])
    if (!newsletter) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not follow that newsletter.')
    return [newsletter, counts]
  }
}
