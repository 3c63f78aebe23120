import type { Issue, IssueDetails, IssuePage, Verification } from '../shared/api/issues.ts'
import type { Subscription } from '../shared/api/subscriptions.ts'
import { AppError, messageOf } from '../shared/errors.ts'
import { type Address, formatAddress, parseAddress } from '../shared/format/address.ts'
import { Resource } from '../shared/resource.ts'
import { Following, type FollowingParts } from './following/following.ts'
import { issueDetails, type IssueKey, issueView } from './issue-view.ts'
import type { IssueCounts, IssueListing, LibraryIssue, LibraryNewsletter } from './library/library-issue.ts'
import { type NewsletterView, newsletterView } from './newsletter-view.ts'
import { issueNamed, newsletterNamed } from './names.ts'
import { progressOf } from './progress.ts'
import { exportIssue } from './reading/export-issue.ts'
import { IssueReader, type OpenFile, type ReadableIssue } from './reading/issue-reader.ts'
import type { IssuePageHtml } from './rendering/page.ts'
import type { Renderer } from './rendering/renderer.ts'
import { writerOf } from './verification/issue-manifest.ts'
import { verifyIssue } from './verification/verify-issue.ts'

export interface SubscriberParts extends FollowingParts {
  renderer: Renderer
}

interface SubscriberEvents {
  newsletterChanged: [address: Address]
  newsletterRemoved: [address: Address]
  issueChanged: [issue: Issue]
  subscriptionProgressed: [subscription: Subscription]
}

export interface PageRequest { limit?: number, cursor?: string }

/** The reading side of a node: what it follows, what it holds, and how it is read. */
export class Subscriber extends Resource<SubscriberEvents> {
  #parts: SubscriberParts
  #following: Following
  #reader: IssueReader

  constructor (parts: SubscriberParts) {
    super()
    this.#parts = parts
    this.#following = new Following(parts)
    this.#reader = new IssueReader(parts.renderer)
  }

  protected override async _open (): Promise<void> {
    this.#following.on('newsletterChanged', address => this.emit('newsletterChanged', address))
    this.#following.on('newsletterRemoved', address => this.emit('newsletterRemoved', address))
    this.#following.on('issueChanged', key => this.#inBackground(this.#tellIssue(key)))
    this.#following.on('progressed', address => this.#inBackground(this.#tellProgress(address)))
    await this.#following.ready()
  }

  protected override async _close (): Promise<void> {
    await this.#following.close()
  }

  /**
   * Subscribes by any spelling of an address; again is not an error.
   *
   * @throws AppError BAD_ADDRESS, CONFLICT for a newsletter that is written here
   */
  async subscribe (text: string): Promise<Subscription> {
    const { address } = parseAddress(text)
    if (this.#isOwn(address)) throw new AppError('CONFLICT', 'This newsletter is written on this node, so it is here already.')
    await this.#following.follow(address, 'subscribed')
    return await this.subscription(address)
  }

  /** Follows a newsletter that is written here, so that the author reads it as readers do. */
  async followOwn (address: Address): Promise<void> {
    await this.#following.follow(address, 'own')
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT for a newsletter that is written here */
  async unsubscribe (address: Address): Promise<void> {
    if (this.#isOwn(address)) throw new AppError('CONFLICT', 'This newsletter is written on this node and can not be unsubscribed from.')
    await this.#following.unfollow(address)
  }

  async subscriptions (): Promise<Subscription[]> {
    const subscribed = this.#following.all.filter(({ followed }) => followed.role === 'subscribed')
    return await Promise.all(subscribed.map(({ followed }) => this.subscription(followed.address)))
  }

  async subscription (address: Address): Promise<Subscription> {
    const follower = this.#following.get(address)
    const [newsletter, counts] = await this.#known(address)
    return {
      newsletter: address,
      link: formatAddress(address),
      title: newsletter.title,
      subscribedAt: follower.followed.since,
      progress: progressOf(follower, newsletter, counts, this.#parts.meeting.peersOf(address))
    }
  }

  async newsletters (): Promise<NewsletterView[]> {
    return await Promise.all(this.#following.all.map(({ followed }) => this.newsletter(followed.address)))
  }

  async newsletter (address: Address): Promise<NewsletterView> {
    const { root } = this.#following.get(address)
    const [newsletter, counts] = await this.#known(address)
    return newsletterView(newsletter, root, counts)
  }

  /** The newsletter that a person means: by its address in any spelling, or by its title. */
  async resolveNewsletter (name: string): Promise<Address> {
    return await newsletterNamed(name, this.#following, this.#parts.library)
  }

  /** The issue that a person means: by its id, with `@<address>` where two newsletters use one id. */
  async resolveIssue (ref: string): Promise<IssueKey> {
    return await issueNamed(ref, this.#parts.library)
  }

  async issues (address: Address, { limit, cursor }: PageRequest): Promise<IssuePage> {
    this.#following.get(address)
    const page = await this.#parts.library.issues(address, { limit, cursor })
    return { ...page, issues: page.issues.map(listing => this.#view(listing)) }
  }

  async inbox ({ limit, cursor, unread }: PageRequest & { unread?: boolean }): Promise<IssuePage> {
    const page = await this.#parts.library.inbox({ limit, cursor, unread })
    return { ...page, issues: page.issues.map(listing => this.#view(listing)) }
  }

  async issue (key: IssueKey): Promise<IssueDetails> {
    const issue = await this.#issue(key)
    const follower = this.#following.get(key.newsletter)
    const reader = follower.drive(issue.writer)
    return await issueDetails(await this.#viewOf(key), issue, follower.root, async part => reader !== null && await reader.has(part))
  }

  /** @throws AppError NOT_COMPLETE, NOT_VERIFIED with the reason; like {@link page} and {@link file} */
  async content (key: IssueKey, format: 'text' | 'markdown' | 'html'): Promise<string> {
    return await this.#reader.content(await this.#readable(key), format)
  }

  async page (key: IssueKey, fileUrl: (name: string) => string): Promise<IssuePageHtml> {
    return await this.#reader.page(await this.#readable(key), fileUrl)
  }

  async file (key: IssueKey, name: string): Promise<OpenFile> {
    return this.#reader.file(await this.#readable(key), name)
  }

  async mark (key: IssueKey, read: boolean): Promise<Issue> {
    await this.#issue(key)
    await this.#parts.library.mark(key.newsletter, key.id, read)
    const view = await this.#viewOf(key)
    this.emit('issueChanged', view)
    return view
  }

  async verify (key: IssueKey): Promise<Verification> {
    const issue = await this.#issue(key)
    const follower = this.#following.get(key.newsletter)
    return await verifyIssue(issue, follower.root, follower.drive(issue.writer))
  }

  async exportIssue (key: IssueKey, folder: string): Promise<{ path: string, files: string[], sizeBytes: number }> {
    const { issue, reader } = await this.#readable(key)
    return await exportIssue(issue, this.#following.get(key.newsletter).root!, reader, folder)
  }

  /** Returns when the library knows every issue of the newsletter that is here. */
  async caughtUp (address: Address): Promise<void> {
    await this.#following.get(address).caughtUp()
  }

  /** Empties the library's index and reads every drive again. Read marks stay. */
  async reindex (): Promise<{ newsletters: number, issues: number, elapsedMs: number }> {
    const startedMs = Date.now()
    const followers = this.#following.all
    await Promise.all(followers.map(follower => follower.pause()))
    await this.#parts.library.clearIndex()
    await Promise.all(followers.map(follower => follower.reindex()))
    const { total } = await this.counts()
    return { newsletters: followers.length, issues: total, elapsedMs: Date.now() - startedMs }
  }

  /** Of all newsletters. */
  async counts (): Promise<IssueCounts> {
    return await this.#parts.library.counts()
  }

  async #tellIssue (key: IssueKey): Promise<void> {
    const listing = await this.#parts.library.listing(key.newsletter, key.id)
    if (listing) this.emit('issueChanged', this.#view(listing))
  }

  async #tellProgress (address: Address): Promise<void> {
    if (!this.#isOwn(address)) this.emit('subscriptionProgressed', await this.subscription(address))
  }

  #isOwn (address: Address): boolean {
    return this.#following.has(address) && this.#following.get(address).followed.role === 'own'
  }

  async #known (address: Address): Promise<[LibraryNewsletter, IssueCounts]> {
    const [newsletter, counts] = await Promise.all([this.#parts.library.newsletter(address), this.#parts.library.counts(address)])
    if (!newsletter) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not follow that newsletter.')
    return [newsletter, counts]
  }

  async #issue ({ newsletter, id }: IssueKey): Promise<LibraryIssue> {
    const issue = await this.#parts.library.issue(newsletter, id)
    if (!issue) throw new AppError('ISSUE_NOT_FOUND', 'There is no such issue on this node.')
    return issue
  }

  async #viewOf ({ newsletter, id }: IssueKey): Promise<Issue> {
    const listing = await this.#parts.library.listing(newsletter, id)
    if (!listing) throw new AppError('ISSUE_NOT_FOUND', 'There is no such issue on this node.')
    return this.#view(listing)
  }

  /** As in the library, with the bytes that are on their way right now. */
  #view (listing: IssueListing): Issue {
    const { newsletter, writer, id, state, haveBytes } = listing
    const follower = state !== 'ready' && this.#following.has(newsletter) ? this.#following.get(newsletter) : null
    return issueView({ ...listing, haveBytes: follower?.haveBytesOf(writer, id) ?? haveBytes })
  }

  async #readable (key: IssueKey): Promise<ReadableIssue> {
    const issue = await this.#issue(key)
    if (issue.state === 'notVerified') throw new AppError('NOT_VERIFIED', `The issue is not verified, so its content is not shown: ${issue.problem?.reason ?? 'the reason is not known'}`)
    if (issue.state !== 'ready') throw new AppError('NOT_COMPLETE', 'The issue is not complete on this node yet. It opens when every byte is here.')
    const follower = this.#following.get(key.newsletter)
    const reader = follower.drive(issue.writer)
    if (!follower.root || !reader) throw new AppError('NOT_COMPLETE', 'The drive of this issue is not open.')
    const { title } = (await this.#known(key.newsletter))[0]
    const { name, signingKey } = writerOf(follower.root, issue.writer)
    return { issue, reader, newsletterTitle: title, writerName: name, signingKey }
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'subscriber')
    })
  }
}
