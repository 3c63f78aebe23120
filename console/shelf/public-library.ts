import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { Issue, IssuePage } from '../../shared/api/issues.ts'
import type { FeedContents, FeedUrls } from '../../subscriber/feeds/feeds.ts'
import type { Feed } from '../../subscriber/feeds/feed.ts'
import type { NewsletterView } from '../../subscriber/newsletter-view.ts'
import type { IssueDocument, OpenFile } from '../../subscriber/reading/issue-reader.ts'
import type { IssuePageHtml, PageAround } from '../../subscriber/rendering/page.ts'
import type { Subscriber } from '../../subscriber/subscriber.ts'

const PAGE = 50

/** `manifestHash` stands for all that its writer has signed: two writers may give one number to different revisions. */
export type PublicIssue = Issue & { manifestHash: string }

/**
 * All that the pages for everyone can get at: what this node keeps for others and was not told to keep to itself, to be
 * read and nothing else. Everything throws NOT_FOUND for what is not shown.
 */
export class PublicLibrary {
  #subscriber: Subscriber

  constructor (subscriber: Subscriber) {
    this.#subscriber = subscriber
  }

  /** By title. */
  async newsletters (): Promise<NewsletterView[]> {
    const { keeping } = this.#subscriber
    const views = await Promise.all(keeping.publicAddresses.map(address => this.#subscriber.newsletter(address)))
    return views.filter(({ rootNumber }) => rootNumber !== null).sort((a, b) => a.title.localeCompare(b.title) || (a.address < b.address ? -1 : 1))
  }

  async newsletter (address: Address): Promise<NewsletterView> {
    this.#ensurePublic(address)
    return await this.#subscriber.newsletter(address)
  }

  /** The newest first; those that can be read. */
  async issues (address: Address, cursor?: string): Promise<IssuePage> {
    this.#ensurePublic(address)
    const page = await this.#subscriber.issues({ newsletter: address, limit: PAGE, ...(cursor && { cursor }) })
    return { ...page, issues: page.issues.filter(({ state }) => state === 'ready') }
  }

  async issue (address: Address, id: string): Promise<PublicIssue> {
    this.#ensurePublic(address)
    const { issue, proof } = await this.#subscriber.forStrangers.reading.issue({ newsletter: address, id })
    if (issue.state !== 'ready') throw notShown()
    return { ...issue, manifestHash: proof?.manifestHash ?? '' }
  }

  async page ({ newsletter, id }: Issue, fileUrl: (name: string) => string, around: PageAround): Promise<IssuePageHtml> {
    return await this.#subscriber.forStrangers.reading.page({ newsletter, id }, fileUrl, [], around)
  }

  async file (address: Address, id: string, name: string): Promise<OpenFile> {
    this.#ensurePublic(address)
    return await this.#subscriber.forStrangers.reading.file({ newsletter: address, id }, name)
  }

  async document (address: Address, id: string, name: IssueDocument): Promise<Buffer> {
    this.#ensurePublic(address)
    return await this.#subscriber.forStrangers.reading.document({ newsletter: address, id }, name)
  }

  /** Paths begin with `root/`. */
  root (address: Address): { path: string, bytes: Uint8Array }[] {
    this.#ensurePublic(address)
    return this.#subscriber.forStrangers.reading.root(address)
  }

  async feedContents (address: Address): Promise<FeedContents> {
    this.#ensurePublic(address)
    return await this.#subscriber.forStrangers.feeds.contents(address)
  }

  async feed (contents: FeedContents, urls: FeedUrls): Promise<Feed> {
    return await this.#subscriber.forStrangers.feeds.feed(contents, urls)
  }

  #ensurePublic (address: Address): void {
    if (!this.#subscriber.keeping.publicAddresses.includes(address)) throw notShown()
  }
}

function notShown (): AppError {
  return new AppError('NOT_FOUND', 'There is no such page here.')
}
