import { createHash } from 'node:crypto'
import { formatAddress } from '../../shared/format/address.ts'
import { directionOf } from '../../shared/format/direction.ts'
import { type IssueManifest, isTombstone } from '../../shared/format/issue.ts'
import { escapeHtml } from './escape-html.ts'
import { PAGE_STYLE } from './page-style.ts'

/** An issue, as its page names it. */
export interface PageIssue {
  newsletterTitle: string
  /** z32, without scheme. */
  address: string
  number: number
  revision: number
  change: IssueManifest['change']
  /** Why it was changed; '' when nobody said. */
  note: string
  title: string
  subtitle: string
  authors: string[]
  /** BCP 47. */
  language: string
  /** ISO 8601. */
  publishedAt: string
  /** Whose signature holds; null while it is a draft. */
  signer: { name: string, keyId: string } | null
}

/** What stands around an issue where it is shown, as HTML; it is put in as it is. */
export interface PageAround { head: string, above: string, below: string }

/** What every page begins with that may be shown to anybody: it tells nobody where its reader came from. */
export const PAGE_HEAD = `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
`

const OWN_COPY: PageAround = { head: '', above: '', below: '<p>Read from this machine’s own copy</p>' }

export interface IssuePageHtml {
  html: string
  /** For the `style-src` of the page's content security policy: `sha256-…`. */
  styleHashes: string[]
}

const CHANGES: Record<Exclude<PageIssue['change'], 'original'>, string> = {
  typo: 'Slips of the pen corrected',
  correction: 'Corrected',
  update: 'Updated',
  retraction: 'Retracted',
  erasure: 'Erased'
}

/**
 * A complete page that needs no script and loads nothing but the pictures that `bodyHtml` shows, and what it is lent.
 *
 * @param bodyHtml what renderMarkdown gave; it is put in as it is
 * @param stylesheets paths of more, for a place that has fonts to lend
 */
export function renderPage (issue: PageIssue, bodyHtml: string, stylesheets: string[] = [], around: PageAround = OWN_COPY): IssuePageHtml {
  const { newsletterTitle, title, subtitle, authors, language } = issue
  // A text that is written from right to left may begin with a word that is not.
  const direction = directionOf(language) === 'rtl' ? 'rtl' : 'auto'
  // The frame speaks English, whatever the language of the text.
  const html = `<!doctype html>
<html lang="${escapeHtml(language)}"${direction === 'rtl' ? ' dir="rtl"' : ''}>
<head>
${PAGE_HEAD}<title>${escapeHtml(title)} · ${escapeHtml(newsletterTitle)}</title>
${around.head}${stylesheets.map(path => `<link rel="stylesheet" href="${escapeHtml(path)}">\n`).join('')}<style>${PAGE_STYLE}</style>
</head>
<body>
${around.above}<header>
<p class="masthead" dir="auto">${escapeHtml(newsletterTitle)}</p>
<p class="kicker" lang="en">Issue ${issue.number} · <time datetime="${escapeHtml(issue.publishedAt)}">${dateWords(issue.publishedAt)}</time></p>
<h1 dir="auto">${escapeHtml(title)}</h1>
${subtitle && `<p class="deck" dir="auto">${escapeHtml(subtitle)}</p>\n`}${
  authors.length > 0 ? `<p class="byline" dir="auto">${escapeHtml(authors.join(', '))}</p>\n` : ''}${changeHtml(issue)}</header>
<main dir="${direction}">
${bodyHtml}</main>
<footer lang="en">
<p>${escapeHtml(newsletterTitle)} · <code>${escapeHtml(formatAddress(issue.address))}</code></p>
${signatureHtml(issue)}
${around.below}
</footer>
</body>
</html>
`
  return { html, styleHashes: [`sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}`] }
}

function changeHtml ({ revision, change, note }: PageIssue): string {
  if (change === 'original') return ''
  // The text of what was withdrawn is the note itself.
  const why = isTombstone({ change }) ? '' : note
  return `<p class="change"><strong lang="en">${CHANGES[change]} (revision ${revision})${why && ':'}</strong> ${escapeHtml(why)}</p>\n`
}

function signatureHtml ({ signer }: PageIssue): string {
  if (!signer) return '<p>A draft: nobody has signed it, and no reader has it</p>'
  return `<p><span class="verified">Verified:</span> signed by ${escapeHtml(signer.name)}, key <code>${escapeHtml(signer.keyId)}</code></p>`
}

/** The same day for every reader: 23 November 2026. */
function dateWords (time: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(time))
}
