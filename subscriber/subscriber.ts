import type { Issue, IssuePage } from '../shared/api/issues.ts'
import type { Subscription, SubscriptionChange, Unsubscribed } from '../shared/api/subscriptions.ts'
import type { WriterDetails } from '../shared/api/writers.ts'
import { AppError, messageOf } from '../shared/errors.ts'
import { type Address, parseAddress } from '../shared/format/address.ts'
import { Resource } from '../shared/resource.ts'
import { Bundles } from './bundles/bundles.ts'
import { Feeds } from './feeds/feeds.ts'
import { Following, type FollowingParts } from './following/following.ts'
import { type SeenDrive, seenDrive } from './following/seen-drive.ts'
import { Succession } from './following/succession.ts'
import { type Holding, holdingsOf } from './holdings.ts'
import { type IssueKey, IssueViews } from './issue-view.ts'
import { Keeping, type KeepingParts } from './keeping/keeping.ts'
import { type IssueCounts, isReadable, type ListFilter, type PageOptions } from './library/library-issue.ts'
import { LookAlikes } from './look-alikes.ts'
import { issueNamed, newsletterNamed } from './names.ts'
import type { NewsletterView } from './newsletter-view.ts'
import { NewsletterViews, type NewsletterViewsParts } from './newsletter-views.ts'
import { Marking } from './reading/marking.ts'
import type { Reading } from './reading/reading.ts'
import { Readings, type ReadingsParts } from './reading/readings.ts'
import { WordCounting } from './reading/word-counting.ts'
import { Subscribing } from './subscribing.ts'
import { type Carried, type Choice, isSubscription } from './subscriptions.ts'
import { writerDetails } from './writer-details.ts'
import { WriterHistories } from './writer-histories.ts'

export interface SubscriberParts extends Omit<FollowingParts, 'wish' | 'onCorrectionOver' | 'endLooking'>, Omit<KeepingParts, 'following'>,
  Pick<NewsletterViewsParts, 'staleAfterDays'>, Pick<ReadingsParts, 'renderer' | 'strangersRenderer'> {
  arrivalsFile: string
}

interface SubscriberEvents {
  newsletterChanged: [address: Address]
  newsletterRemoved: [address: Address]
  issueChanged: [issue: Issue]
  /** Many were marked at once: in one newsletter, or in the whole inbox (null). */
  issuesMarked: [newsletter: Address | null]
  subscriptionProgressed: [address: Address]
}

/** The reading side of a node: what it follows, what it holds, and how it is read. */
export class Subscriber extends Resource<SubscriberEvents> {
  #parts: SubscriberParts
  #following: Following
  #counting: WordCounting
  #succession: Succession
  #lookAlikes: LookAlikes
  #newsletters: NewsletterViews
  #readings: Readings
  readonly views: IssueViews
  readonly reading: Reading
  readonly marking: Marking
  readonly feeds: Feeds
  /** The same, for others than the owner of this machine. */
  readonly forStrangers: { readonly reading: Reading, readonly feeds: Feeds }
  readonly bundles: Bundles
  readonly keeping: Keeping
  readonly subscribing: Subscribing
  readonly histories: WriterHistories

  constructor (parts: SubscriberParts) {
    super()
    const { library, log } = parts
    this.#parts = parts
    const wish: FollowingParts['wish'] = async issue => await this.keeping.admits(issue) ? await this.subscribing.policies.wish(issue) : { parts: [], textFirst: false }
    const onCorrectionOver: FollowingParts['onCorrectionOver'] = it => { for (const one of [this.keeping, this.subscribing.policies]) one.correctionOver(it) }
    this.#following = new Following({ ...parts, wish, onCorrectionOver, endLooking: address => this.keeping.endLooking(address) })
    this.keeping = new Keeping({ ...parts, following: this.#following })
    this.#succession = new Succession({ ...parts, following: this.#following })
    this.histories = new WriterHistories({ ...parts, following: this.#following })
    this.views = new IssueViews({ following: this.#following, library })
    this.#readings = new Readings({ ...parts, following: this.#following, views: this.views })
    this.reading = this.#readings.own
    this.#counting = new WordCounting({ library, log, reading: this.reading, onCounted: key => this.#inBackground(this.#tellIssue(key)) })
    this.marking = new Marking({ library, views: this.views })
    this.bundles = new Bundles({ ...parts, following: this.#following })
    const isKept = (address: Address): boolean => this.keeping.isKept(address)
    const isSure = (address: Address): boolean => this.keeping.damage === null && parts.subscriptions.isSure(address) // a promise may be missing, too
    this.subscribing = new Subscribing({ ...parts, following: this.#following, views: this.views, reading: this.reading, isKept, isSure })
    this.feeds = new Feeds({ library, views: this.views, reading: this.reading })
    const reading = this.#readings.strangers
    this.forStrangers = { reading, feeds: new Feeds({ library, views: this.views, reading }) }
    this.#lookAlikes = new LookAlikes({ following: this.#following, library, log })
    this.#newsletters = new NewsletterViews({
      ...parts, following: this.#following, succession: this.#succession, policies: this.subscribing.policies, lookAlikes: this.#lookAlikes
    })
  }

  protected override async _open (): Promise<void> {
    this.#following.on('newsletterChanged', address => this.emit('newsletterChanged', address))
    this.#following.on('newsletterRemoved', address => this.emit('newsletterRemoved', address))
    this.#following.on('issueChanged', key => this.#inBackground(this.#tellIssue(key)))
    this.#following.on('progressed', address => this.#tellProgress(address))
    this.#lookAlikes.on('changed', address => {
      this.emit('newsletterChanged', address)
      this.#tellProgress(address)
    })
    this.marking.on('issueChanged', issue => this.#changed(issue))
    this.marking.on('saved', ({ newsletter }) => this.subscribing.policies.soon(newsletter))
    this.keeping.on('keptChanged', address => this.subscribing.policies.soon(address))
    this.marking.on('issuesMarked', newsletter => {
      this.emit('issuesMarked', newsletter)
      for (const { followed: { address } } of this.#following.all) if (newsletter === null || newsletter === address) this.emit('newsletterChanged', address)
    })
    await this.keeping.load()
    await this.#lookAlikes.ready()
    await this.#following.ready()
    await this.#succession.ready()
    await this.keeping.ready()
    await this.subscribing.policies.resume()
    if (this.#parts.readsNew) this.#counting.wake()
  }

  protected override async _close (): Promise<void> {
    this.bundles.stop()
    await this.#counting.stop()
    await this.subscribing.stop()
    await this.keeping.close()
    await this.#succession.close()
    await this.#lookAlikes.close()
    await this.#following.close()
    await this.#readings.close()
  }

  /**
   * Subscribes by any spelling of an address; again is not an error. One that is written here comes into the inbox as well.
   *
   * @throws AppError BAD_ADDRESS
   */
  async subscribe (text: string, choice: Choice = {}): Promise<Subscription> {
    const { address } = parseAddress(text)
    await this.#following.follow(address, this.#isOwn(address) ? 'own' : 'subscribed', { ...choice, readsOn: true })
    return await this.subscription(address)
  }

  /** Follows a newsletter as it was followed on another machine: killed under it, not at all. */
  async carryOver (address: Address, role: 'subscribed' | 'unsubscribed', carried: Carried): Promise<void> {
    await this.#following.follow(address, role, carried)
  }

  /** Follows a newsletter that is written here, so that the author reads it as readers do, or (false) goes on as a reader, unless that has ended since. */
  async followOwn (address: Address, own: boolean, announce?: boolean): Promise<void> {
    if (own || this.#isOwn(address)) await this.#following.follow(address, own ? 'own' : 'subscribed', { announce })
  }

  /** Lets others find this node by a newsletter, in whatever role it is here, or (false) nobody. */
  async announce (address: Address, announce: boolean): Promise<void> { await this.#following.announce(address, announce) }

  /** How far a writer's drive is known, or up to one of its issues. */
  async seen (address: Address, writer: string, lastIssue?: string): Promise<SeenDrive> {
    const { library } = this.#parts
    const key = lastIssue === undefined ? null : await this.resolveIssue(lastIssue)
    return await seenDrive(this.#following.get(address), library, writer, key && await library.issue(key.newsletter, key.id))
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT for what a writer can not choose */
  async change (address: Address, { paused, receipts, ...named }: SubscriptionChange): Promise<Subscription> {
    const { followed: { role } } = this.#newsletters.subscribed(address)
    if (role === 'own' && (paused || receipts === false)) throw new AppError('CONFLICT', 'This device writes in this newsletter, so it is always looked for, and it says what is held of it.')
    if (paused !== undefined) await this.#following.pause(address, paused)
    if (receipts !== undefined) await this.#following.tellReceipts(address, receipts)
    const trimmed = Object.entries(named).map(([what, name]) => [what, name.trim()])
    if (trimmed.length > 0) await this.#following.remember(address, Object.fromEntries(trimmed) as typeof named)
    return await this.subscription(address)
  }

  /**
   * Ends a subscription. What is here of it is deleted, unless this node keeps it for others, or kept to be read; what was kept once is deleted the same way.
   *
   * One that is written here only leaves the inbox.
   *
   * @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT for a newsletter that is written here, and not subscribed to
   */
  async unsubscribe (address: Address, { keep = false }: { keep?: boolean } = {}): Promise<Unsubscribed> {
    if (this.#isOwn(address)) {
      if (!this.isSubscribed(address)) throw new AppError('CONFLICT', 'This newsletter is written on this node and can not be unsubscribed from.')
      await this.#following.follow(address, 'own', { readsOn: false })
      return { newsletter: address, kept: true, freedBytes: 0 }
    }
    if (this.keeping.isKept(address)) {
      await this.#following.follow(address, 'keeping')
      return { newsletter: address, kept: true, freedBytes: 0 }
    }
    if (keep) {
      await this.#following.keep(address)
      return { newsletter: address, kept: true, freedBytes: 0 }
    }
    await this.#following.unfollow(address)
    return { newsletter: address, kept: false, freedBytes: await this.#parts.peer.compact() }
  }

  /** Its issues come into the inbox. */
  isSubscribed (address: Address): boolean { return this.#following.has(address) && isSubscription(this.#following.get(address).followed) }

  async subscriptions (): Promise<Subscription[]> { return await this.#newsletters.subscriptions() }

  async subscription (address: Address): Promise<Subscription> { return await this.#newsletters.subscription(address) }

  async holdings (): Promise<Holding[]> { return await holdingsOf(this.#following, this.#parts.library) }

  async newsletters (): Promise<NewsletterView[]> { return await this.#newsletters.newsletters() }

  async newsletter (address: Address): Promise<NewsletterView> { return await this.#newsletters.newsletter(address) }

  async writers (address: Address): Promise<Omit<WriterDetails, 'isHere'>[]> { return await writerDetails(this.#following.get(address), this.#parts.library) }

  /** The newsletter that a person means: by its address in any spelling, or by its title. */
  async resolveNewsletter (name: string): Promise<Address> { return await newsletterNamed(name, this.#following, this.#parts.library) }

  /** The issue that a person means: by its id, with `@<address>` where two newsletters use one id. */
  async resolveIssue (ref: string): Promise<IssueKey> { return await issueNamed(ref, this.#parts.library) }

  async issues (page: PageOptions & ListFilter): Promise<IssuePage> { return await this.views.page(page) }

  async caughtUp (address: Address, { checked = false } = {}): Promise<void> { await this.#following.get(address).caughtUp({ checked }) }

  /** Empties the library's index and reads every drive again. Read marks stay. */
  async reindex (): Promise<{ newsletters: number, issues: number, elapsedMs: number }> {
    const [startedMs, newsletters] = [Date.now(), await this.#following.reindex()]
    return { newsletters, issues: (await this.counts()).total, elapsedMs: Date.now() - startedMs }
  }

  async counts (): Promise<IssueCounts> { return await this.#parts.library.counts() }

  async #tellIssue (key: IssueKey): Promise<void> {
    const issue = await this.views.find(key)
    if (issue) this.#changed(issue)
  }

  #changed (issue: Issue): void {
    this.emit('issueChanged', issue)
    // What of it is ready and unread may have changed.
    if (this.#following.has(issue.newsletter)) this.emit('newsletterChanged', issue.newsletter)
    if (isReadable(issue) && issue.minutes === null) this.#counting.wake()
  }

  #tellProgress (address: Address): void {
    if (this.isSubscribed(address)) this.emit('subscriptionProgressed', address)
  }

  #isOwn (address: Address): boolean { return this.#following.has(address) && this.#following.get(address).followed.role === 'own' }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'subscriber')
    })
  }
}
