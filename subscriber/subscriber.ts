import type { Issue, IssueDetails, IssuePage, Verification } from '../shared/api/issues.ts'
import type { Subscription } from '../shared/api/subscriptions.ts'
import { AppError, messageOf } from '../shared/errors.ts'
import { type Address, formatAddress, parseAddress } from '../shared/format/address.ts'
import type { Log } from '../shared/log.ts'
import type { Meeting } from '../shared/network/meeting.ts'
import type { Peer } from '../shared/network/peer.ts'
import type { RootStore } from '../shared/network/root-store.ts'
import { Resource } from '../shared/resource.ts'
import { Downloads } from './following/downloads.ts'
import { Follower } from './following/follower.ts'
import { issueDetails, type IssueKey, issueView } from './issue-view.ts'
import type { Library } from './library/library.ts'
import type { IssueCounts, LibraryIssue, LibraryNewsletter } from './library/library-issue.ts'
import { type NewsletterView, newsletterView } from './newsletter-view.ts'
import { progressOf } from './progress.ts'
import { exportIssue } from './reading/export-issue.ts'
import { IssueReader, type OpenFile, type ReadableIssue } from './reading/issue-reader.ts'
import type { IssuePageHtml } from './rendering/page.ts'
import type { Renderer } from './rendering/renderer.ts'
import type { Followed, Subscriptions } from './subscriptions.ts'
import { writerOf } from './verification/issue-manifest.ts'
import { verifyIssue } from './verification/verify-issue.ts'

const PAGE = 50
/** Progress is told at most so often for each newsletter. */
const PROGRESS_MS = 250

export interface SubscriberParts {
  peer: Peer
  meeting: Meeting
  roots: RootStore
  library: Library
  renderer: Renderer
  subscriptions: Subscriptions
  log: Log
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
  #reader: IssueReader
  #downloads = new Downloads()
  #followers = new Map<Address, Follower>()
  #progressTimers = new Map<Address, NodeJS.Timeout>()
  #onRootChanged = (address: Address): void => this.#inBackground(this.#followers.get(address)?.rootChanged())
  #onRootRefused = (address: Address, error: AppError): void => this.#inBackground(this.#followers.get(address)?.rootRefused(error))
  #onPeersChanged = (address: Address): void => this.#progressed(address)

  constructor (parts: SubscriberParts) {
    super()
    this.#parts = parts
    this.#reader = new IssueReader(parts.renderer)
  }

  protected override async _open (): Promise<void> {
    const { meeting, subscriptions } = this.#parts
    meeting.on('rootChanged', this.#onRootChanged)
    meeting.on('rootRefused', this.#onRootRefused)
    meeting.on('peersChanged', this.#onPeersChanged)
    for (const followed of await subscriptions.load()) await this.#start(followed)
  }

  protected override async _close (): Promise<void> {
    const { meeting } = this.#parts
    meeting.off('rootChanged', this.#onRootChanged)
    meeting.off('rootRefused', this.#onRootRefused)
    meeting.off('peersChanged', this.#onPeersChanged)
    for (const timer of this.#progressTimers.values()) clearTimeout(timer)
    await Promise.all([...this.#followers.values()].map(follower => follower.close()))
  }

  /** Subscribes by any spelling of an address; again is not an error. */
  async subscribe (text: string): Promise<Subscription> {
    const { address } = parseAddress(text)
    if (!this.#parts.subscriptions.get(address)) await this.#follow({ address, role: 'subscribed', since: new Date().toISOString() })
    else if (this.#parts.subscriptions.get(address)!.role === 'own') throw new AppError('CONFLICT', 'This newsletter is written on this node, so it is here already.')
    return await this.subscription(address)
  }

  /** Follows a newsletter that is written here, so that the author reads it as readers do. */
  async followOwn (address: Address): Promise<void> {
    if (this.#parts.subscriptions.get(address)?.role !== 'own') await this.#follow({ address, role: 'own', since: new Date().toISOString() })
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND, CONFLICT for a newsletter that is written here */
  async unsubscribe (address: Address): Promise<void> {
    const follower = this.#follower(address)
    if (follower.followed.role === 'own') throw new AppError('CONFLICT', 'This newsletter is written on this node and can not be unsubscribed from.')
    await follower.clear()
    this.#followers.delete(address)
    await follower.close()
    await this.#parts.subscriptions.remove(address)
    await this.#parts.library.removeNewsletter(address)
    await this.#parts.roots.remove(address)
    this.emit('newsletterRemoved', address)
  }

  /** Returns when the library knows every issue of the newsletter that is here. */
  async caughtUp (address: Address): Promise<void> {
    await this.#follower(address).caughtUp()
  }

  async subscriptions (): Promise<Subscription[]> {
    const subscribed = [...this.#followers.values()].filter(({ followed }) => followed.role === 'subscribed')
    return await Promise.all(subscribed.map(({ followed }) => this.subscription(followed.address)))
  }

  async subscription (address: Address): Promise<Subscription> {
    const follower = this.#follower(address)
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
    return await Promise.all([...this.#followers.keys()].map(address => this.newsletter(address)))
  }

  async newsletter (address: Address): Promise<NewsletterView> {
    const { root } = this.#follower(address)
    const [newsletter, counts] = await this.#known(address)
    return newsletterView(newsletter, root, counts)
  }

  /** The newsletter that a person means: by its address in any spelling, or by its title. */
  async resolveNewsletter (name: string): Promise<Address> {
    const titled = (await this.#parts.library.newsletters()).filter(({ title }) => title.toLowerCase() === name.trim().toLowerCase())
    if (titled.length > 1) throw new AppError('AMBIGUOUS', `${titled.length} newsletters have this title. Name it by its address:\n${titled.map(({ address }) => formatAddress(address)).join('\n')}`)
    if (titled.length === 1) return titled[0]!.address
    const address = addressIn(name)
    if (address && this.#followers.has(address)) return address
    throw new AppError('NEWSLETTER_NOT_FOUND', `There is no newsletter ${JSON.stringify(name.slice(0, 100))} on this node. "colporteur newsletter list" tells which there are.`)
  }

  /** The issue that a person means: by its id, with `@<address>` where two newsletters use one id. */
  async resolveIssue (ref: string): Promise<IssueKey> {
    const [id = '', place] = ref.trim().toLowerCase().split('@', 2)
    const issues = await this.#parts.library.issuesWithId(id)
    const wanted = place === undefined ? issues : issues.filter(({ newsletter }) => newsletter === addressIn(place))
    if (wanted.length > 1) throw new AppError('AMBIGUOUS', `${wanted.length} newsletters have an issue with this id. Name it as <id>@<address>.`)
    if (wanted.length === 0) throw new AppError('ISSUE_NOT_FOUND', `There is no issue ${JSON.stringify(ref.slice(0, 100))} on this node. "colporteur inbox" tells which there are.`)
    return wanted[0]!
  }

  async issues (address: Address, { limit = PAGE, cursor }: PageRequest): Promise<IssuePage> {
    this.#follower(address)
    const page = await this.#parts.library.issues(address, { limit, cursor })
    return { ...page, issues: page.issues.map(listing => this.#view(listing)) }
  }

  async inbox ({ limit = PAGE, cursor, unread = false }: PageRequest & { unread?: boolean }): Promise<IssuePage> {
    const page = await this.#parts.library.inbox({ limit, cursor, unread })
    return { ...page, issues: page.issues.map(listing => this.#view(listing)) }
  }

  async issue (key: IssueKey): Promise<IssueDetails> {
    const issue = await this.#issue(key)
    const follower = this.#follower(key.newsletter)
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
    const follower = this.#follower(key.newsletter)
    return await verifyIssue(issue, follower.root, follower.drive(issue.writer))
  }

  async exportIssue (key: IssueKey, folder: string): Promise<{ path: string, files: string[], sizeBytes: number }> {
    const { issue, reader } = await this.#readable(key)
    return await exportIssue(issue, this.#follower(key.newsletter).root!, reader, folder)
  }

  /** Empties the library's index and reads every drive again. Read marks stay. */
  async reindex (): Promise<{ newsletters: number, issues: number, elapsedMs: number }> {
    const startedMs = Date.now()
    await this.#parts.library.clearIndex()
    await Promise.all([...this.#followers.values()].map(follower => follower.reindex()))
    const { total } = await this.counts()
    return { newsletters: this.#followers.size, issues: total, elapsedMs: Date.now() - startedMs }
  }

  async counts (): Promise<IssueCounts> {
    return await this.#parts.library.counts()
  }

  async #follow (followed: Followed): Promise<void> {
    await this.#parts.subscriptions.add(followed)
    const follower = this.#followers.get(followed.address)
    if (follower) await follower.close()
    await this.#start(followed)
    this.emit('newsletterChanged', followed.address)
  }

  async #start (followed: Followed): Promise<void> {
    const { peer, meeting, roots, library, log } = this.#parts
    const follower = new Follower(followed, { peer, meeting, roots, library, downloads: this.#downloads, log })
    this.#followers.set(followed.address, follower)
    follower.on('changed', () => this.emit('newsletterChanged', followed.address))
    follower.on('progressed', () => this.#progressed(followed.address))
    follower.on('issueChanged', id => this.#inBackground(this.#tellIssue({ newsletter: followed.address, id })))
    await follower.ready()
  }

  async #tellIssue (key: IssueKey): Promise<void> {
    const listing = await this.#parts.library.listing(key.newsletter, key.id)
    if (listing) this.emit('issueChanged', this.#view(listing))
  }

  #progressed (address: Address): void {
    if (this.closing || this.#progressTimers.has(address) || this.#followers.get(address)?.followed.role !== 'subscribed') return
    this.#progressTimers.set(address, setTimeout(() => {
      this.#progressTimers.delete(address)
      if (this.#followers.has(address)) this.#inBackground(this.subscription(address).then(subscription => { this.emit('subscriptionProgressed', subscription) }))
    }, PROGRESS_MS))
  }

  #follower (address: Address): Follower {
    const follower = this.#followers.get(address)
    if (!follower) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not follow that newsletter.')
    return follower
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

  #view (listing: Parameters<typeof issueView>[0]): Issue {
    const haveBytes = listing.state === 'ready' ? null : this.#followers.get(listing.newsletter)?.haveBytesOf(listing.writer, listing.id)
    return issueView({ ...listing, haveBytes: haveBytes ?? listing.haveBytes })
  }

  async #readable (key: IssueKey): Promise<ReadableIssue> {
    const issue = await this.#issue(key)
    if (issue.state === 'notVerified') throw new AppError('NOT_VERIFIED', `The issue is not verified, so its content is not shown: ${issue.problem?.reason ?? 'the reason is not known'}`)
    if (issue.state !== 'ready') throw new AppError('NOT_COMPLETE', 'The issue is not complete on this node yet. It opens when every byte is here.')
    const follower = this.#follower(key.newsletter)
    const reader = follower.drive(issue.writer)
    if (!follower.root || !reader) throw new AppError('NOT_COMPLETE', 'The drive of this issue is not open.')
    const { title } = (await this.#known(key.newsletter))[0]
    const { name, signingKey } = writerOf(follower.root, issue.writer)
    return { issue, reader, newsletterTitle: title, writerName: name, signingKey }
  }

  #inBackground (work: Promise<unknown> | undefined): void {
    work?.catch((error: unknown) => {
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'subscriber')
    })
  }
}

function addressIn (text: string): Address | null {
  try {
    return parseAddress(text).address
  } catch {
    return null // a title, then
  }
}
