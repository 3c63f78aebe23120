import { createHash } from 'node:crypto'
import { feedFormats } from '../../subscriber/feeds/feed.ts'
import { escapeHtml } from '../../subscriber/rendering/escape-html.ts'
import { type IssuePageHtml, PAGE_HEAD, type PageAround } from '../../subscriber/rendering/page.ts'
import { PAGE_STYLE } from '../../subscriber/rendering/page-style.ts'
import type { NewsletterView } from '../../subscriber/newsletter-view.ts'
import type { ShelfAddresses } from './shelf-addresses.ts'

const SHELF_STYLE = `${PAGE_STYLE}
.issues { padding: 0; list-style: none; }
.issues li { margin: 0 0 24px; }
.issues p { margin: 0; }
.issues small { color: var(--muted); font: 13px/18px var(--sans); }
.address { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; margin: 48px 0; font: 15px/22px var(--sans); }
.address svg { width: 160px; height: 160px; }
.address div { flex: 1 1 20rem; }
`

const STYLE_HASH = `sha256-${createHash('sha256').update(SHELF_STYLE).digest('base64')}`

export interface ShelfPage {
  title: string
  /** BCP 47, of the main part. */
  language?: string
  /** HTML. */
  head?: string
  main: string
}

/** A page that needs no script and loads nothing. The frame speaks English. */
export function shelfPage ({ title, language = 'en', head = '', main }: ShelfPage, addresses: ShelfAddresses): IssuePageHtml {
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
${PAGE_HEAD}<title>${escapeHtml(title)}</title>
${head}<style>${SHELF_STYLE}</style>
</head>
<body>
<header>
<h1 dir="auto">${escapeHtml(title)}</h1>
</header>
<main>
${main}</main>
<footer lang="en">
<p><a href="${addresses.home}">All newsletters kept here</a> · <a href="${addresses.checking}">What is verified, and how to check</a></p>
</footer>
</body>
</html>
`
  return { html, styleHashes: [STYLE_HASH] }
}

/** By which feed readers find the feeds of a newsletter from any of its pages. */
export function feedLinks ({ address, title }: Pick<NewsletterView, 'address' | 'title'>, addresses: ShelfAddresses): string {
  const link = (format: 'atom' | 'json', name: string): string =>
    `<link rel="alternate" type="${feedFormats[format].type}" title="${escapeHtml(title)} (${name})" href="${addresses.feed(address, format)}">\n`
  return link('atom', 'Atom') + link('json', 'JSON Feed')
}

/** What stands around an issue here. */
export function aroundIssue (newsletter: Pick<NewsletterView, 'address' | 'title'>, id: string, addresses: ShelfAddresses): PageAround {
  const own = (name: string): string => `<a href="${addresses.issue(newsletter.address, id)}/${name}">${name}</a>`
  return {
    head: feedLinks(newsletter, addresses),
    above: `<nav lang="en"><p><a href="${addresses.newsletter(newsletter.address)}">← All issues</a></p></nav>\n`,
    below: `<p>Shown by a keeper, whose machine has verified it. <a href="${addresses.checking}">How to check that yourself</a>: ` +
      `${own('issue.json')}, ${own('issue.json.minisig')}, ${own('body.md')}</p>`
  }
}

/** The same day for everyone: 23 November 2026. */
export function dayInWords (time: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(time))
}
