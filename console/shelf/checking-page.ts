import { escapeHtml } from '../../subscriber/rendering/escape-html.ts'
import type { IssuePageHtml } from '../../subscriber/rendering/page.ts'
import type { NewsletterView } from '../../subscriber/newsletter-view.ts'
import { titleOf } from './newsletter-pages.ts'
import type { ShelfAddresses } from './shelf-addresses.ts'
import { shelfPage } from './shelf-page.ts'

export interface CheckedNewsletter {
  newsletter: NewsletterView
  /** Names of the files of its root chain. */
  root: string[]
}

/** What this machine has verified, what that means, and how anybody finds out without believing it. */
export function checkingPage (checked: CheckedNewsletter[], addresses: ShelfAddresses): IssuePageHtml {
  const main = `<p>Every issue shown here was checked by this machine, byte by byte, before it was shown:</p>
<ul>
<li>the address of the newsletter is the hash of its first root keys, and a chain of signed documents leads from them to the keys of its writers;</li>
<li>the issue is signed by one of these writers, for this newsletter, and lies where the root allows it to;</li>
<li>its text and each of its files have the size and the hash that the signed manifest names.</li>
</ul>
<p>So it is known who published it, and that nothing was changed since. That does not say that it is true what it says.</p>
<p><strong>Here you have this machine’s word for that.</strong> You need not take it:</p>
<ul>
<li>Subscribe with Colporteur: <code>colporteur subscribe ADDRESS</code>. Your machine fetches from anybody, and checks everything itself; <code>colporteur verify ISSUE</code> shows it step by step. What matters is that you have the address from the author, not from a page like this.</li>
<li>Or with tools that have nothing to do with Colporteur: <a href="https://jedisct1.github.io/minisign/" rel="noopener noreferrer">minisign</a> and <code>b2sum</code>. At the foot of each issue are its <code>issue.json</code>, <code>issue.json.minisig</code> and <code>body.md</code>; save them and say
<pre><code>minisign -Vm issue.json -P KEY
b2sum -l 256 body.md          compare with "blake2b" in issue.json</code></pre>
with the key of its writer from below. The trusted comment names newsletter, issue and revision.</li>
<li>The keys stand in the newest root document, which is signed by the keys in the file <code>keys</code>; the hash of that, <code>b2sum -l 256 keys</code>, in z-base-32 is the address.</li>
</ul>
${checked.map(one => newsletterKeys(one, addresses)).join('')}`
  return shelfPage({ title: 'What is verified, and how to check', main }, addresses)
}

function newsletterKeys ({ newsletter, root }: CheckedNewsletter, addresses: ShelfAddresses): string {
  const { address, link, writers, problem } = newsletter
  const rows = writers.map(({ name, signingKey, sealed }) =>
    `<tr><td dir="auto">${escapeHtml(name)}${sealed ? ' (retired)' : ''}</td><td><code>${escapeHtml(signingKey)}</code></td></tr>\n`)
  const files = root.map(name => `<a href="${addresses.root(address, encodeURIComponent(name))}">${escapeHtml(name)}</a>`)
  return `<section id="${address}">
<h2 dir="auto"><a href="${addresses.newsletter(address)}">${escapeHtml(titleOf(newsletter))}</a></h2>
<p><code>${escapeHtml(link)}</code></p>
${problem ? `<p>Not verified as a whole: ${escapeHtml(problem.reason)}</p>\n` : ''}<p>Root: ${files.join(', ')}</p>
<div class="table"><table>
<tr><th>Writer</th><th>minisign key</th></tr>
${rows.join('')}</table></div>
</section>
`
}
