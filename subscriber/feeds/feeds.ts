import { createHash } from 'node:crypto'
import type { Issue } from '../../shared/api/issues.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { type IssueKey, type IssueViews, refOf } from '../issue-view.ts'
import { isReadable } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import type { Reading } from '../reading/reading.ts'
import type { Feed, FeedItem } from './feed.ts'

/** As many issues stand in a feed, in full. */
const ITEMS = 50
/** So many of the newest are looked through for those that are ready. */
const LOOKED_THROUGH = 200

/** Where a feed's readers find what it names; absolute. */
export interface FeedUrls {
  home: string
  issue: (ref: string) => string
  file: (ref: string, name: string) => string
}

/** What a feed is made of, before anything of it is rendered. */
export interface FeedContents {
  /** Changes whenever the feed does. */
  tag: string
  head: Omit<Feed, 'homeUrl' | 'updatedAt' | 'items'>
  /** When the newsletter was described. */
  describedAt: string
  issues: Issue[]
}

export interface FeedsParts { library: Library, views: IssueViews, reading: Reading }

/** Makes feeds of what can be read here: of one newsletter, or of the inbox (null). */
export class Feeds {
  #parts: FeedsParts

  constructor (parts: FeedsParts) {
    this.#parts = parts
  }

  /** @throws AppError NEWSLETTER_NOT_FOUND */
  async contents (newsletter: Address | null): Promise<FeedContents> {
    const { library, views } = this.#parts
    const known = newsletter === null ? null : await library.newsletter(newsletter)
    if (newsletter !== null && !known) throw new AppError('NEWSLETTER_NOT_FOUND', 'This node does not follow that newsletter.')
    const page = await views.page({ limit: LOOKED_THROUGH, ...(newsletter !== null && { newsletter }) })
    const issues = page.issues.filter(isReadable).slice(0, ITEMS)
    const head = known
      ? {
          id: formatAddress(known.address),
          title: known.title || 'A newsletter without a title',
          description: known.description,
          language: known.language,
          authors: known.authors
        }
      : { id: 'urn:colporteur:inbox', title: 'Colporteur', description: 'The newsletters that this machine subscribes to', language: null, authors: [] }
    const describedAt = known?.describedAt ?? ''
    const tag = createHash('sha256').update(JSON.stringify([head, describedAt, issues.map(({ ref, revision, newsletterTitle }) => [ref, revision, newsletterTitle])]))
    return { tag: tag.digest('base64url').slice(0, 22), head, describedAt, issues }
  }

  /** The whole feed: renders every issue in it. What can not be shown any more is left out. */
  async feed ({ head, describedAt, issues }: FeedContents, urls: FeedUrls): Promise<Feed> {
    const items: FeedItem[] = []
    for (const issue of issues) {
      const item = await this.#item(issue, head.language === null, urls).catch((error: unknown) => {
        if (isAppError(error)) return null
        throw error
      })
      if (item) items.push(item)
    }
    const updatedAt = items.reduce((latest, item) => item.updatedAt > latest ? item.updatedAt : latest, describedAt || new Date(0).toISOString())
    return { ...head, homeUrl: urls.home, updatedAt, items }
  }

  /** @throws AppError ISSUE_NOT_FOUND for an issue that the feed does not have */
  async ensureHolds (newsletter: Address | null, key: IssueKey): Promise<void> {
    const known = await this.#parts.library.newsletter(key.newsletter)
    if (newsletter === null ? known?.role !== 'subscribed' : key.newsletter !== newsletter) throw new AppError('ISSUE_NOT_FOUND', 'The feed does not have that issue.')
  }

  async #item (issue: Issue, namesNewsletter: boolean, { issue: issueUrl, file }: FeedUrls): Promise<FeedItem> {
    const ref = refOf(issue)
    const { manifest, html } = await this.#parts.reading.article(issue, name => file(ref, name))
    const { title, authors, tags, language, publishedAt } = issue
    return {
      id: `${formatAddress(issue.newsletter)}/${issue.id}`,
      title: namesNewsletter ? `${title} · ${issue.newsletterTitle}` : title,
      summary: issue.summary || issue.subtitle,
      authors,
      tags,
      language,
      url: issueUrl(ref),
      publishedAt,
      updatedAt: manifest.revisedAt ?? publishedAt,
      html,
      attachments: manifest.files.filter(({ type }) => !type.startsWith('image/')).map(({ path, type, size }) => {
        const name = path.slice('files/'.length)
        return { url: file(ref, name), type, sizeBytes: size, name }
      })
    }
  }
}
