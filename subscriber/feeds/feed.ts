/** What a feed reader is given: one newsletter, or several together, with the newest issues in full. */
export interface Feed {
  /** An IRI that is the same on every node and for ever. */
  id: string
  title: string
  description: string
  /** BCP 47; null where several languages meet. */
  language: string | null
  authors: string[]
  /** Where a browser opens it. */
  homeUrl: string
  /** ISO 8601: the newest revision of any issue in it. */
  updatedAt: string
  items: FeedItem[]
}

export interface FeedItem {
  /** An IRI that stays through corrections, restarts and other nodes. */
  id: string
  title: string
  /** A sentence or a few, as plain text; '' where the author wrote none. */
  summary: string
  authors: string[]
  tags: string[]
  language: string
  url: string
  /** ISO 8601, as signed; a correction changes `updatedAt` alone. */
  publishedAt: string
  updatedAt: string
  /** Sanitised; names its pictures by absolute addresses. Of what is too long for a feed its summary, and a link. */
  html: string
  /** What is no picture of the text. */
  attachments: FeedAttachment[]
}

export interface FeedAttachment { url: string, type: string, sizeBytes: number, name: string }

export type FeedFormat = 'atom' | 'rss' | 'json'

/** How each format is named in an address, and its MIME type. */
export const feedFormats: Record<FeedFormat, { file: string, type: string }> = {
  atom: { file: 'atom.xml', type: 'application/atom+xml' },
  rss: { file: 'rss.xml', type: 'application/rss+xml' },
  json: { file: 'feed.json', type: 'application/feed+json' }
}
