import { escapeHtml } from '../../subscriber/rendering/escape-html.ts'
import { type Feed, type FeedFormat, feedFormats } from '../../subscriber/feeds/feed.ts'
import type { FeedAddresses } from './feed-addresses.ts'
import type { PageHtml } from './parts.ts'

const NAMES: Record<FeedFormat, string> = { atom: 'Atom', rss: 'RSS 2.0', json: 'JSON Feed' }

/** The page that stands for a feed: feed readers that are given its address find the feeds in its head. */
export function feedHome ({ title, description, language }: Pick<Feed, 'title' | 'description' | 'language'>, addresses: FeedAddresses): PageHtml {
  const formats = Object.keys(feedFormats) as FeedFormat[]
  const html = `<!doctype html>
<html lang="${escapeHtml(language ?? 'en')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
${formats.map(format => `<link rel="alternate" type="${feedFormats[format].type}" title="${escapeHtml(title)} (${NAMES[format]})" href="${escapeHtml(addresses.format(format))}">`).join('\n')}
</head>
<body>
<h1 dir="auto">${escapeHtml(title)}</h1>
<p dir="auto">${escapeHtml(description)}</p>
<p lang="en">For a feed reader on this machine, give it the address of this page or of one of these:</p>
<ul>
${formats.map(format => `<li><a href="${escapeHtml(addresses.format(format))}">${NAMES[format]}</a></li>`).join('\n')}
</ul>
<p lang="en">Who has one of these addresses can read the issues; keep them to yourself.</p>
</body>
</html>
`
  return { html, styleHashes: [] }
}
