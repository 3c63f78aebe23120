import { toString } from 'qrcode'
import type { Issue, IssuePage } from '../../shared/api/issues.ts'
import { escapeHtml } from '../../subscriber/rendering/escape-html.ts'
import type { IssuePageHtml } from '../../subscriber/rendering/page.ts'
import type { NewsletterView } from '../../subscriber/newsletter-view.ts'
import type { ShelfAddresses } from './shelf-addresses.ts'
import { dayInWords, feedLinks, shelfPage } from './shelf-page.ts'

/** Every newsletter that is shown. */
export function indexPage (newsletters: NewsletterView[], keeper: string, addresses: ShelfAddresses): IssuePageHtml {
  const items = newsletters.map(newsletter => `<li>
<h2 dir="auto"><a href="${addresses.newsletter(newsletter.address)}">${escapeHtml(titleOf(newsletter))}</a></h2>
${newsletter.authors.length > 0 ? `<p dir="auto">${escapeHtml(newsletter.authors.join(', '))}</p>\n` : ''}<p dir="auto">${escapeHtml(newsletter.description)}</p>
<p lang="en"><small>${counted(newsletter)}</small></p>
</li>
`)
  const main = items.length > 0
    ? `<p>These newsletters are carried by their readers. This machine keeps copies of them${keeper && `, and belongs to ${escapeHtml(keeper)}`}.</p>\n<ul class="issues">\n${items.join('')}</ul>\n`
    : '<p>Nothing is shown here yet.</p>\n'
  return shelfPage({ title: 'Newsletters kept here', main }, addresses)
}

/** A newsletter with its issues, its address, and how fresh this copy of it is. */
export async function newsletterPage (newsletter: NewsletterView, { issues, next }: IssuePage, addresses: ShelfAddresses): Promise<IssuePageHtml> {
  const { address, link, checkWords, description, language, authors, confirmedAt, problem, state, successor } = newsletter
  const head = feedLinks({ address, title: titleOf(newsletter) }, addresses)
  const notes = [
    problem && `Not verified as a whole: ${problem.reason}`,
    state === 'ended' && 'This newsletter has ended.',
    state === 'resting' && 'This newsletter rests.',
    confirmedAt === null ? 'Its author has not confirmed yet that this is all.' : `Its author last confirmed on ${dayInWords(confirmedAt)} that this is all.`
  ].filter(note => typeof note === 'string')
  const main = `${authors.length > 0 ? `<p class="byline" dir="auto">${escapeHtml(authors.join(', '))}</p>\n` : ''}<p dir="auto">${escapeHtml(description)}</p>
<p lang="en"><small>${counted(newsletter)}. ${notes.map(escapeHtml).join(' ')}${successor === null ? '' : ` It goes on as <code>colporteur://${escapeHtml(successor)}</code>.`}</small></p>
<ul class="issues">
${issues.map(issue => issueItem(issue, addresses)).join('')}</ul>
${next === null ? '' : `<p lang="en"><a rel="next" href="${addresses.newsletter(address, next)}">Older issues</a></p>\n`}<section class="address" lang="en">
${(await toString(link, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 })).trim()}
<div>
<p>Its address, for life: <code>${escapeHtml(link)}</code></p>
<p>Its check words: <code>${escapeHtml(checkWords)}</code>. Compare them with those that its author tells; who shows you a page can show what they like.</p>
<p>With Colporteur on your own machine, <code>colporteur subscribe ${escapeHtml(link)}</code> brings every issue to you, to be read without a network, and checked there.</p>
<p>In a feed reader: <a href="${addresses.feed(address, 'atom')}">Atom</a>, <a href="${addresses.feed(address, 'json')}">JSON Feed</a>, with whole issues.</p>
</div>
</section>
`
  return shelfPage({ title: titleOf(newsletter), language: language || 'en', head, main }, addresses)
}

function issueItem ({ newsletter, id, number, title, subtitle, summary, publishedAt, language, change }: Issue, addresses: ShelfAddresses): string {
  const about = summary || subtitle
  return `<li>
<p dir="auto" lang="${escapeHtml(language)}"><a href="${addresses.issue(newsletter, id)}">${escapeHtml(title)}</a></p>
${about && `<p dir="auto" lang="${escapeHtml(language)}">${escapeHtml(about)}</p>\n`}<p lang="en"><small>Issue ${number} · <time datetime="${escapeHtml(publishedAt)}">${dayInWords(publishedAt)}</time>${change === 'original' ? '' : ' · changed since'}</small></p>
</li>
`
}

export function titleOf ({ title }: Pick<NewsletterView, 'title'>): string {
  return title || 'A newsletter without a title'
}

function counted ({ issues: { total, ready } }: NewsletterView): string {
  const issues = total === 1 ? '1 issue' : `${total} issues`
  return ready === total ? issues : `${ready} of ${issues} are here`
}
