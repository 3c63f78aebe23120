import { createHash } from 'node:crypto'
import type { Issue } from '../../shared/api/issues.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { type Address, formatAddress } from '../../shared/format/address.ts'
import { type IssueKey, type IssueViews, refOf } from '../issue-view.ts'
import { isReadable } from '../library/library-issue.ts'
import type { Library } from '../library/library.ts'
import type { Article } from '../reading/issue-reader.ts'
import type { Reading } from '../reading/reading.ts'
import { escapeHtml } from '../rendering/escape-html.ts'
import type { Feed, FeedItem } from './feed.ts'

/** As many issues stand in a feed. */
const ITEMS = 50
/** So many characters of HTML they have together; what is more stands as its summary and a link. A long article has 100,000. */
const HTML_CHARACTERS = 8 * 1024 * 1024
/** So many are made for it, also in vain: a short text can make long HTML, and what comes then is not even tried. */
const MADE_CHARACTERS = 4 * HTML_CHARACTERS
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

  /** The whole feed: renders the issues in it. What can not be shown any more is left out. */
  async feed ({ head, describedAt, issues }: FeedContents, urls: FeedUrls): Promise<Feed> {
    const items: FeedItem[] = []
    let left = HTML_CHARACTERS
    let mayMake = MADE_CHARACTERS
    for (const issue of issues) {
      const made = mayMake > 0 ? await this.#article(issue, urls) : null
      if (made === 'gone') continue
      mayMake -= made ? made.html.length : HTML_CHARACTERS
      const fits = made !== null && made.html.length <= left
      if (fits) left -= made.html.length
      const item = itemOf(issue, made, urls)
      items.push({
        ...item,
        ...(head.language === null && { title: `${item.title} · ${issue.newsletterTitle}` }),
        ...(!fits && { html: summaryOf(item) })
      })
    }
    const updatedAt = items.reduce((latest, item) => item.updatedAt > latest ? item.updatedAt : latest, describedAt || new Date(0).toISOString())
    return { ...head, homeUrl: urls.home, updatedAt, items }
  }

  /** @throws AppError ISSUE_NOT_FOUND for an issue that the feed does not have */
  async ensureHolds (newsletter: Address | null, key: IssueKey): Promise<void> {
    const known = await this.#parts.library.newsletter(key.newsletter)
    if (newsletter === null ? !known?.subscribed : key.newsletter !== newsletter) throw new AppError('ISSUE_NOT_FOUND', 'The feed does not have that issue.')
  }

  /** Null where it is too large to be shown. */
  async #article (issue: Issue, { file }: FeedUrls): Promise<Article | 'gone' | null> {
    const ref = refOf(issue)
    return await this.#parts.reading.article(issue, name => file(ref, name)).catch((error: unknown) => {
      if (!isAppError(error)) throw error
      return error.code === 'TOO_LARGE' ? null : 'gone'
    })
  }
}

function itemOf (issue: Issue, made: Article | null, { issue: issueUrl, file }: FeedUrls): FeedItem {
  const ref = refOf(issue)
  const { title, authors, tags, language, publishedAt } = issue
  return {
    id: `${formatAddress(issue.newsletter)}/${issue.id}`,
    title,
    summary: issue.summary || issue.subtitle,
    authors,
    tags,
    language,
    url: issueUrl(ref),
    publishedAt,
    updatedAt: made?.manifest.revisedAt ?? publishedAt,
    html: made?.html ?? '',
    attachments: (made?.manifest.files ?? []).filter(({ type }) => !type.startsWith('image/')).map(({ path, type, size }) => {
      const name = path.slice('files/'.length)
      return { url: file(ref, name), type, sizeBytes: size, name }
    })
  }
}

/** What stands for a text that is too long for a feed. */
function summaryOf ({ summary, url }: FeedItem): string {
  return `${summary && `<p>${escapeHtml(summary)}</p>\n`}<p><a href="${escapeHtml(url)}">This issue is too long for a feed: read it as a page.</a></p>`
}
