import { escapeHtml } from '../rendering/escape-html.ts'
import { isTombstone } from '../../shared/format/issue.ts'
import { formatAddress } from '../../shared/format/address.ts'
import { directionOf } from '../../shared/format/direction.ts'
import type { Chapter } from './book.ts'

/** Attributes of what holds a chapter; XML wants the language twice. */
export function languageAttributes (language: string, isXml: boolean): string {
  const tag = escapeHtml(language || 'und')
  return `lang="${tag}"${isXml ? ` xml:lang="${tag}"` : ''} dir="${directionOf(language)}"`
}

/** As it stands in a list, where there has to be something to see. */
export function titleOf ({ number, manifest: { title } }: Pick<Chapter, 'number' | 'manifest'>): string {
  return /[^\p{C}\p{Z}\p{M}]/u.test(title) ? title : `№ ${number}`
}

/** What stands above the text of a chapter, well formed for XML as well. */
export function chapterHead ({ number, newsletterTitle, manifest: { title, subtitle = '', authors, publishedAt, revision, change, note = '' } }: Chapter): string {
  const names = authors.map(({ name }) => `<bdi>${escapeHtml(name)}</bdi>`).join(', ')
  const isChanged = change !== 'original'
  return `<header>
<p class="kicker"><bdi>${escapeHtml(newsletterTitle)}</bdi> · ${number} · <time datetime="${escapeHtml(publishedAt)}">${escapeHtml(publishedAt.slice(0, 10))}</time></p>
<h1>${escapeHtml(title)}</h1>
${subtitle && `<p class="deck">${escapeHtml(subtitle)}</p>\n`}${names && `<p class="byline">${names}</p>\n`}${
  isChanged ? `<p class="change"><strong lang="en">${escapeHtml(change)} (revision ${revision})</strong> ${escapeHtml(isTombstone({ change }) ? '' : note)}</p>\n` : ''}</header>`
}

/** Who signed it, where it comes from, and what is not in the file. */
export function chapterFoot ({ manifest: { newsletter, id, files }, signer }: Chapter, included: Set<string>): string {
  const missing = files.filter(({ path }) => !included.has(path)).map(({ path }) => path.slice('files/'.length))
  return `<footer lang="en" dir="ltr">
${missing.length > 0 ? `<p>Not in this file: ${missing.map(name => `<bdi>${escapeHtml(name)}</bdi>`).join(', ')}</p>\n` : ''}<p>Signed by <bdi>${escapeHtml(signer.name)}</bdi>, key <code>${escapeHtml(signer.keyId)}</code>. Exported from <code>${escapeHtml(`${formatAddress(newsletter)}/${id}`)}</code>; this file itself carries no signature.</p>
</footer>`
}
