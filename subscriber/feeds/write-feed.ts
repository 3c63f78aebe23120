import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { generateAtomFeed, generateJsonFeed, generateRssFeed, type JsonFeed } from 'feedsmith'
import type { Feed, FeedFormat, FeedItem } from './feed.ts'
import { xmlText } from './xml-text.ts'

/**
 * A feed as text. It has megabytes, so each issue is put into its place in a turn of its own.
 *
 * @param selfUrl where this format of it is read from
 */
export async function writeFeed (feed: Feed, format: FeedFormat, selfUrl: string): Promise<string> {
  // Nobody can write it into an issue: it is another one each time.
  const place = `content-${randomBytes(16).toString('hex')}`
  const frame = frameOf({ ...feed, items: feed.items.map(item => ({ ...item, html: place })) }, format, selfUrl)
  const [first, ...others] = frame.split(format === 'json' ? JSON.stringify(place) : place)
  const parts = [first]
  for (const [i, part] of others.entries()) {
    const html = feed.items[i]!.html.trim()
    parts.push(format === 'json' ? JSON.stringify(html) : characterData(html), part)
    await setImmediate()
  }
  return parts.join('')
}

function frameOf (feed: Feed, format: FeedFormat, selfUrl: string): string {
  switch (format) {
    case 'atom': return tight(atom(feed, selfUrl))
    case 'rss': return tight(rss(feed, selfUrl))
    case 'json': return json(feed, selfUrl)
  }
}

function characterData (html: string): string {
  return `<![CDATA[${xmlText(html).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

function atom (feed: Feed, selfUrl: string): string {
  return generateAtomFeed({
    id: feed.id,
    title: text(feed.title),
    ...(feed.description && { subtitle: text(feed.description) }),
    updated: feed.updatedAt,
    authors: named(feed.authors),
    links: [{ href: selfUrl, rel: 'self', type: 'application/atom+xml' }, { href: feed.homeUrl, rel: 'alternate', type: 'text/html' }],
    ...(feed.language && { xml: { lang: feed.language } }),
    entries: feed.items.map(item => ({
      id: item.id,
      title: text(item.title),
      published: item.publishedAt,
      updated: item.updatedAt,
      // Each entry has to name somebody where the feed names nobody.
      authors: named(item.authors.length > 0 || feed.authors.length > 0 ? item.authors : [feed.title]),
      categories: item.tags.map(tag => ({ term: xmlText(tag) })),
      links: [
        { href: item.url, rel: 'alternate', type: 'text/html' },
        ...item.attachments.map(({ url, type, sizeBytes, name }) => ({ href: url, rel: 'enclosure', type, length: sizeBytes, title: xmlText(name) }))
      ],
      ...(item.summary && { summary: text(item.summary) }),
      content: { value: item.html, type: 'html' },
      xml: { lang: item.language }
    }))
  })
}

function rss (feed: Feed, selfUrl: string): string {
  return generateRssFeed({
    title: xmlText(feed.title),
    link: feed.homeUrl,
    // RSS wants one.
    description: xmlText(feed.description || feed.title),
    ...(feed.language && { language: feed.language }),
    lastBuildDate: new Date(feed.updatedAt),
    atom: { links: [{ href: selfUrl, rel: 'self', type: 'application/rss+xml' }] },
    items: feed.items.map(item => ({
      title: xmlText(item.title),
      link: item.url,
      guid: { value: item.id, isPermaLink: false },
      pubDate: new Date(item.publishedAt),
      ...(item.summary && { description: xmlText(item.summary) }),
      dc: { creators: item.authors.map(xmlText) },
      atom: { updated: new Date(item.updatedAt) },
      categories: item.tags.map(tag => ({ name: xmlText(tag) })),
      content: { encoded: item.html },
      enclosures: item.attachments.map(({ url, type, sizeBytes }) => ({ url, type, length: sizeBytes }))
    }))
  })
}

function json (feed: Feed, selfUrl: string): string {
  return JSON.stringify(generateJsonFeed({
    title: feed.title,
    description: feed.description || undefined,
    language: feed.language ?? undefined,
    home_page_url: feed.homeUrl,
    feed_url: selfUrl,
    authors: feed.authors.length > 0 ? feed.authors.map(name => ({ name })) : undefined,
    items: feed.items.map(itemOfJson)
  }), null, 1) + '\n'
}

function itemOfJson (item: FeedItem): JsonFeed.Item<Date> {
  return {
    id: item.id,
    url: item.url,
    title: item.title,
    summary: item.summary || undefined,
    content_html: item.html,
    date_published: new Date(item.publishedAt),
    date_modified: new Date(item.updatedAt),
    authors: item.authors.length > 0 ? item.authors.map(name => ({ name })) : undefined,
    tags: item.tags.length > 0 ? item.tags : undefined,
    language: item.language,
    attachments: item.attachments.length > 0
      ? item.attachments.map(({ url, type, sizeBytes, name }) => ({ url, mime_type: type, size_in_bytes: sizeBytes, title: name }))
      : undefined
  }
}

/** The generator sets character data on a line of its own, where not every reader takes off the space around it. */
function tight (xml: string): string {
  return xml.replace(/>\s+<!\[CDATA\[/g, '><![CDATA[').replace(/\]\]>\s+<\//g, ']]></')
}

function text (value: string): { value: string, type: string } {
  return { value: xmlText(value), type: 'text' }
}

function named (authors: string[]): { name: string }[] {
  return authors.map(name => ({ name: xmlText(name) }))
}
