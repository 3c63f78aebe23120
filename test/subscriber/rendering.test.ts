import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { AppError, isAppError } from '../../shared/errors.ts'
import { sanitize } from '../../subscriber/rendering/allowed-html.ts'
import { type FileInIssue, IssueFiles } from '../../subscriber/rendering/issue-files.ts'
import { renderMarkdown } from '../../subscriber/rendering/markdown.ts'
import { type PageIssue, renderPage } from '../../subscriber/rendering/page.ts'
import { renderPlainText } from '../../subscriber/rendering/plain-text.ts'
import { TooLargeTexts } from '../../subscriber/reading/too-large-texts.ts'
import { Renderer } from '../../subscriber/rendering/renderer.ts'
import { countTurns } from '../support/count-turns.ts'
import { parseHtml } from '../support/parsed-html.ts'

const FILES: FileInIssue[] = [
  { path: 'files/harbour.jpg', type: 'image/jpeg', alt: 'The harbour at noon', width: 1600, height: 900 },
  { path: 'files/old map é.png', type: 'image/png', alt: '' },
  { path: 'files/ledger.pdf', type: 'application/pdf', alt: '' },
  { path: 'files/bomb.png', type: 'image/png', alt: 'A <map>', notShown: 'it claims too much' }
]
const fileUrl = (name: string): string => `/mine/${encodeURIComponent(name)}`
const render = (markdown: string): string => renderMarkdown(markdown, FILES, fileUrl).trim()
const EXTERNAL = 'rel="noopener noreferrer nofollow ugc" target="_blank" referrerpolicy="no-referrer"'

const TAGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'a', 'em', 'strong', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'hr', 'br',
  'img', 'figure', 'figcaption', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'sup', 'section', 'div'])
const ATTRIBUTES = new Set(['id', 'class', 'href', 'src', 'alt', 'title', 'width', 'height', 'loading', 'start', 'rel', 'target', 'referrerpolicy',
  'tabindex', 'role', 'aria-label'])

/** What a reader's browser could be made to do by this HTML, beyond showing text and the issue's own files. */
function dangersOf (html: string): string[] {
  const { tags, others } = parseHtml(html)
  const dangers = [...others]
  for (const { name, attributes } of tags) {
    if (!TAGS.has(name)) dangers.push(`<${name}>`)
    for (const [attribute, value] of Object.entries(attributes)) {
      if (!ATTRIBUTES.has(attribute)) dangers.push(`${name} ${attribute}=${value}`)
      // As a browser reads an address: without control characters and spaces around, tabs and line ends anywhere.
      const address = value.replace(/^[\0-\x20]+|[\0-\x20]+$|[\t\r\n]/g, '')
      if (attribute === 'src' && !address.startsWith('/mine/')) dangers.push(`${name} src=${value}`)
      if (attribute === 'href' && !/^(?:https?:\/\/|mailto:|colporteur:\/\/|#|\/mine\/)/i.test(address)) dangers.push(`${name} href=${value}`)
      if (attribute === 'href' && /^[a-z]+:/i.test(address) && !attributes.rel?.includes('noreferrer')) dangers.push(`${name} tells ${value} where from`)
      if (attribute === 'class' && /url\(/.test(value)) dangers.push(value)
    }
  }
  return dangers
}

const HOSTILE = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '<iframe src="https://tracker.test/"></iframe>',
  '<p style="background:url(https://tracker.test/p)">x</p>', '<a href="javascript:alert(1)">x</a>', '<form action="https://tracker.test"><input>',
  '<math><mi//xlink:href="data:x,<script>alert(1)</script>">', '<video poster="https://tracker.test/p" src=x>', '<!--><img src=x onerror=alert(1)>-->',
  '<!-- --!><img src=x onerror=alert(1)> -->', '<br onclick=alert(1)>', '<br/onclick=alert(1)>', '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
  '[x](javascript:alert(1))', '[x](JaVaScRiPt:alert(1))', '[x](java&#10;script:alert(1))', '[x](&#106;avascript:alert(1))', '[x](<java\tscript:alert(1)>)',
  '[x](\u0001javascript:alert(1))', '[x](vbscript:x)', '[x](data:text/html,<script>alert(1)</script>)', '[x](file:///etc/passwd)', '<javascript:alert(1)>',
  '[x](//tracker.test/p)', '[x](\\\\tracker.test\\p)', '[x](blob:https://tracker.test/1)', '[x][1]\n\n[1]: javascript:alert(1)', '[x](http:javascript:alert(1))',
  '![x](https://tracker.test/p)', '![x](//tracker.test/p)', '![x](data:image/svg+xml;base64,PHN2Zy8+)', '![x](files/../../secret)', '![x](files/%2e%2e/secret)',
  '![x](files/harbour.jpg?https://tracker.test)', '![" onerror="alert(1)](files/harbour.jpg)', '![x](files/harbour.jpg "\\" onload=\\"alert(1)")',
  '```"onmouseover="alert(1)\nx\n```', '```js" onload="alert(1)"\nx\n```', '| a |\n|:-:"onload=x|\n| <script> |', '# <img src=x onerror=alert(1)>',
  '[^x" onload="alert(1)]\n\n[^x" onload="alert(1)]: <script>', '^[<script>alert(1)</script>]', '<https://x.test/"onload="alert(1)>', 'https://x.test/"onclick=alert(1)',
  '[a](https://x.test "\'><script>alert(1)</script>")', '<style>@import "https://tracker.test/p"</style>', '<base href="https://tracker.test/">',
  '<meta http-equiv=refresh content="0;url=https://tracker.test">', '[![x](https://tracker.test/p)](javascript:alert(1))', '![[x](javascript:alert(1))](javascript:1)'
]

t.test('a hostile text comes out without anything that runs, loads or leads astray', async t => {
  for (const markdown of HOSTILE) t.same(dangersOf(render(markdown)), [], markdown)
  const issueFiles = new IssueFiles(FILES, fileUrl)
  for (const html of HOSTILE) t.same(dangersOf(sanitize(html, issueFiles)), [], `though the parser let it through: ${html}`)
  const seen = dangersOf('<!-- --><p onclick=x><script></script><img src="https://a.test"><a href="java\nscript:x"><a href="https://a.test">')
  t.equal(seen.length, 7, 'and the check sees what is there')
})

t.test('every collected attack comes out harmless', async t => {
  const folder = process.env.COLPORTEUR_HOSTILE_DOCUMENTS
  if (!folder) return t.pass('COLPORTEUR_HOSTILE_DOCUMENTS is not set')
  const issueFiles = new IssueFiles(FILES, fileUrl)
  let documents = 0
  for (const name of ['html.jsonl', 'remote-loads.jsonl']) {
    if (!existsSync(join(folder, name))) continue
    for (const line of readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')) {
      const { id, html } = JSON.parse(line) as { id: string, html: string }
      documents++
      for (const markdown of [html, `A line. ${html} More.`, `> - ${html}`, `[${html}](${html})`, `![${html}](${html} "${html}")`, `| a |\n|---|\n| ${html} |`]) {
        const dangers = dangersOf(render(markdown))
        if (dangers.length > 0) t.fail(`${id} comes out dangerous`, { markdown, dangers })
      }
      const dangers = dangersOf(sanitize(html, issueFiles))
      if (dangers.length > 0) t.fail(`${id} comes through the second lock`, { html, dangers })
    }
  }
  t.ok(documents > 0, `${documents} documents`)
})

t.test('a text has headings, lists, tables, code, strikethrough, tasks and bare addresses', async t => {
  t.equal(render('*a* **b** ~~c~~ `d`'), '<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>')
  t.equal(render('3. a\n4. b'), '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>')
  t.equal(render('- [ ] a\n- [x] b'), '<ul>\n<li class="task">☐ a</li>\n<li class="task">☑ b</li>\n</ul>')
  t.match(render('```js\nlet a\n```'), '<pre tabindex="0"><code class="language-js">let a\n</code></pre>')
  const table = render('| a | b |\n|--:|---|\n| 1 | x<br>y |')
  t.match(table, '<div class="table" role="region" aria-label="Table" tabindex="0">\n<table>')
  t.match(table, '<th class="right">a</th>')
  t.match(table, '<td>x<br />\ny</td>')
  t.notMatch(table, 'style')
  t.equal(render('At https://a.test/b now'), `<p>At <a href="https://a.test/b" ${EXTERNAL}>https://a.test/b</a> now</p>`)
  t.equal(render('See README.md and //a.test and ftp://a.test'), '<p>See README.md and //a.test and ftp://a.test</p>', 'no guesses')
  const address = `colporteur://${'y'.repeat(52)}`
  t.match(render(`Read ${address}.`), `<a href="${address}" ${EXTERNAL}>${address}</a>.`)
})

t.test('comments vanish, <br> breaks the line, and all other HTML is seen as text', async t => {
  t.equal(render('a <!-- b --> c'), '<p>a  c</p>')
  t.equal(render('<!-- a\n\n# b -->\n\nc'), '<p>c</p>')
  t.equal(render('<!-- a\nb --> *c*\n\nd'), '<p><em>c</em></p>\n<p>d</p>', 'what follows a comment on its line stays')
  t.equal(render('a\n<!-- b\n\nb -->\nc'), '<p>a</p>\n\n<p>c</p>', 'a comment ends a paragraph')
  t.equal(render('> <!-- a\n> b -->\n> c'), '<blockquote>\n\n<p>c</p>\n</blockquote>')
  t.equal(render('> <!-- a\n\nb -->'), '<blockquote>\n<p>&lt;!-- a</p>\n</blockquote>\n<p>b --&gt;</p>', 'a comment ends inside its quote or is none')
  t.equal(render('- a\n  <!-- b\n  c --> d\n- e'), '<ul>\n<li>a\nd</li>\n<li>e</li>\n</ul>')
  t.equal(render('a <!--> b'), '<p>a  b</p>')
  t.equal(render('<!-- never closed'), '<p>&lt;!-- never closed</p>')
  t.equal(render('`<!-- a -->`'), '<p><code>&lt;!-- a --&gt;</code></p>')
  t.equal(render('    <!-- a -->'), '<pre tabindex="0"><code>&lt;!-- a --&gt;\n</code></pre>')
  t.equal(render('a<br>b<BR/>c<br />d'), '<p>a<br />\nb<br />\nc<br />\nd</p>')
  t.equal(render('<div class="x">\n<b>a</b>\n</div>'), '<p>&lt;div class="x"&gt;\n&lt;b&gt;a&lt;/b&gt;\n&lt;/div&gt;</p>')
})

t.test('a picture of the issue is shown with its size, and no other picture is', async t => {
  t.equal(render('a ![Boats](files/harbour.jpg)'), '<p>a <img src="/mine/harbour.jpg" alt="Boats" width="1600" height="900" loading="lazy" /></p>')
  t.match(render('![](./files/harbour.jpg)'), 'alt="The harbour at noon"', 'the manifest describes it where the text does not')
  t.match(render('![a](files/old%20map%20%C3%A9.png)'), 'src="/mine/old%20map%20%C3%A9.png"')
  t.match(render('![a](<files/old map e\u0301.png>)'), 'src="/mine/old%20map%20%C3%A9.png"', 'however its name is composed')
  t.equal(render('![a](files/harbour.jpg "At noon")'),
    '<figure><img src="/mine/harbour.jpg" alt="a" width="1600" height="900" loading="lazy" /><figcaption>At noon</figcaption></figure>')
  t.match(render('[![a](files/harbour.jpg)](https://a.test)'), `<figure><a href="https://a.test" ${EXTERNAL}><img src="/mine/harbour.jpg"`)
  t.equal(render('![The *bay*](https://a.test/p.png)'), `<p><a href="https://a.test/p.png" ${EXTERNAL}>Picture: The bay</a></p>`)
  t.equal(render('![](https://a.test/p.png)'), `<p><a href="https://a.test/p.png" ${EXTERNAL}>Picture</a></p>`)
  t.equal(render('[a ![b](https://a.test/p.png)](https://c.test)'), `<p><a href="https://c.test" ${EXTERNAL}>a Picture: b</a></p>`)
  t.equal(render('![](files/bomb.png)'), '<p><a href="/mine/bomb.png" title="Save the file as it is" rel="noopener" target="_blank">Picture not shown (A &lt;map&gt;): it claims too much</a></p>')
  t.equal(render('[![It](files/bomb.png)](https://a.test/)'), `<p><a href="https://a.test/" ${EXTERNAL}>Picture not shown (It): it claims too much</a></p>`)
  t.equal(render('![gone](files/gone.jpg) ![data](data:image/png;base64,aa)'), '<p>gone data</p>')
  t.equal(render('![The ledger](files/ledger.pdf)'), '<p><a href="/mine/ledger.pdf" rel="noopener" target="_blank">The ledger</a></p>', 'a file that is no picture is a link')
})

t.test('links lead to the web, to mail, to newsletters, to files and into the text, and nowhere else', async t => {
  for (const href of ['https://a.test/', 'http://a.test/', 'mailto:a@b.test', 'colporteur://yyy']) {
    t.equal(render(`[a](${href})`), `<p><a href="${href}" ${EXTERNAL}>a</a></p>`)
  }
  t.equal(render('[a](files/ledger.pdf)'), '<p><a href="/mine/ledger.pdf" rel="noopener" target="_blank">a</a></p>')
  for (const href of ['javascript:x', 'data:x', 'file:///x', 'tel:1', '/settings', '../x', 'files/gone.pdf', 'files/%', '//a.test', '?x', '#', '']) {
    t.equal(render(`[a *b*](${href})`), '<p>a <em>b</em></p>', `[a](${href})`)
  }
})

t.test('headings and footnotes have ids that the text can link to and the page does not use', async t => {
  const html = render('[up](#the-ums-rock)\n\n# The *Ümś* rock!\n\n## The Ümś rock\n\n## ?!\n\nA[^1] b[^1] c^[inline]\n\n[^1]: Note')
  const { tags } = parseHtml(html)
  const ids = tags.flatMap(({ attributes }) => attributes.id ?? [])
  t.same(ids.slice(0, 3), ['text-the-ümś-rock', 'text-the-ümś-rock-1', 'text-section'])
  t.equal(new Set(ids).size, ids.length)
  const fragments = tags.flatMap(({ attributes }) => attributes.href?.startsWith('#') ? [attributes.href.slice(1)] : [])
  t.equal(fragments.shift(), 'text-the-ums-rock')
  t.equal(fragments.length, 6, 'three marks and three ways back')
  for (const fragment of fragments) t.ok(ids.includes(fragment), `#${fragment} is there`)
  t.ok(ids.every(id => id.includes('text-')))
  const [link] = parseHtml(render('[a](#café)\n\n# Café')).tags.filter(({ name }) => name === 'a')
  t.equal(decodeURIComponent(link!.attributes.href!), '#text-café')
})

t.test('the plain text is 80 columns wide, names links and pictures, and can not steer a terminal', async t => {
  const words = 'word '.repeat(60)
  const text = renderPlainText(render(`# Title\n\n${words}\n\n[a](https://a.test) <https://b.test/> [file](files/ledger.pdf)\n\n` +
    '![Boats](files/harbour.jpg "Noon")\n\n- x\n- y\n\n| Name | Age |\n|---|---|\n| Ada | 36 |\n\nNote[^1]\n\n[^1]: The *note*'))
  t.ok(text.split('\n').every(line => line.length <= 80))
  t.match(text, /^Title\n/)
  t.match(text, 'a <https://a.test> https://b.test/ file </mine/ledger.pdf>')
  t.match(text, '[Picture: Boats]\nNoon')
  t.match(text, ' * x\n * y')
  t.match(text, /Name +Age\nAda +36/)
  t.match(text, /Note\[1\][^]*1\. The note\n$/)
  const steering = renderPlainText(render('a\u001b[31mred\u001b]0;title\u0007 b\u009b2J c\u202ed \u0008e\u007f f\u001b g') + '<p>&#27;[2Jh &#x9b;2J</p>')
  t.notMatch(steering, /[^\P{Cc}\n]|\u202e/u)
  t.match(steering, 'ared b cd e f')
})

t.test('a page is complete, escapes every word it is given, and names the hash of its style', async t => {
  const evil = '<script>"\'&'
  const issue: PageIssue = {
    newsletterTitle: `The Tidal Post ${evil}`, address: 'y'.repeat(52), number: 41, revision: 2, change: 'correction', note: `The date ${evil}`,
    title: `The harbour master ${evil}`, subtitle: `Forty years ${evil}`, authors: [`Inés ${evil}`, 'Bo'], language: 'en" onload="x',
    publishedAt: '2026-11-23T23:30:00.000Z', signer: { name: `laptop ${evil}`, keyId: 'F00D' }
  }
  const { html, styleHashes } = renderPage(issue, '<p>Body</p>\n')
  const { tags, text } = parseHtml(html)
  t.match(html, /^<!doctype html>\n<html lang="/)
  t.same(tags.find(({ name }) => name === 'html')?.attributes, { lang: issue.language })
  t.notOk(tags.some(({ name }) => ['script', 'link', 'img', 'iframe'].includes(name)))
  t.notOk(tags.some(({ attributes }) => 'style' in attributes || 'onload' in attributes || 'src' in attributes))
  for (const words of [issue.newsletterTitle, issue.title, issue.subtitle, `${issue.authors[0]}, Bo`, 'Issue 41 · 23 November 2026', '<p>Body</p>',
    `Corrected (revision 2): ${issue.note}`, `colporteur://${issue.address}`, `Verified: signed by ${issue.signer!.name}, key F00D`,
    'Read from this machine’s own copy']) t.ok((words.startsWith('<p>') ? html : text).includes(words), words)
  const style = /<style>([^]*?)<\/style>/.exec(html)![1]!
  t.same(styleHashes, [`sha256-${createHash('sha256').update(style).digest('base64')}`])
  t.notMatch(style, /url\(|@import|<\//)
  t.match(renderPage(issue, '', ['/assets/a"b.css']).html, '<link rel="stylesheet" href="/assets/a&#34;b.css">\n<style>', 'what it is lent')
  const plain = parseHtml(renderPage({ ...issue, revision: 1, change: 'original', note: '', subtitle: '', authors: [] }, '').html)
  t.notOk(plain.tags.some(({ attributes }) => ['deck', 'byline', 'change'].includes(attributes.class ?? '')), 'nothing stands empty')
})

t.test('the renderer renders in its thread, one document after the other', async t => {
  const renderer = new Renderer()
  await renderer.ready()
  t.teardown(() => renderer.close())
  const urls = { 'harbour.jpg': '/a' }
  const [html, text, other] = await Promise.all([
    renderer.html('![b](files/harbour.jpg) ![c](files/ledger.pdf)', FILES, urls),
    renderer.text('[c](files/ledger.pdf)', FILES),
    renderer.html('![b](files/__proto__)', [{ path: 'files/__proto__', type: 'image/png', alt: '' }], urls)
  ])
  t.match(html, /<img src="\/a".*> c/)
  t.equal(text, 'c <files/ledger.pdf>\n')
  t.equal(other, '<p>b</p>\n', 'a file without an address is not shown')
  await renderer.close()
  await t.rejects(renderer.html('a', [], {}), { code: 'INTERNAL' })
})

t.test('a text made to take forever is given up, and the next one is rendered', { timeout: 120_000 }, async t => {
  const renderer = new Renderer()
  await renderer.ready()
  t.teardown(() => renderer.close())
  const many = 200_000
  const texts = {
    brackets: '['.repeat(many), emphasis: '*a_ '.repeat(many), pictures: '!['.repeat(many), footnotes: '^['.repeat(many), quotes: '>'.repeat(many),
    'closed footnotes': '^['.repeat(5000) + ']'.repeat(5000), lists: '- '.repeat(5000) + 'a', backticks: Array.from({ length: 1000 }, (_, i) => '`'.repeat(i)).join(' '),
    comments: '<!--\n'.repeat(many), 'inline comments': 'a <!-- '.repeat(many), angles: '<'.repeat(many), headings: '# a\n'.repeat(many / 4),
    links: '[a](b'.repeat(many), tables: `|${'a|'.repeat(2000)}\n|${'-|'.repeat(2000)}\n${'|\n'.repeat(2000)}`, addresses: 'https://a.test/'.repeat(many / 4)
  }
  for (const [name, markdown] of Object.entries(texts)) {
    const started = performance.now()
    const outcome = await renderer.html(markdown, FILES, {}).catch((error: unknown) => error)
    const elapsedMs = Math.round(performance.now() - started)
    t.ok(typeof outcome === 'string' || (isAppError(outcome) && outcome.code === 'TOO_LARGE'), `${name}: ${typeof outcome === 'string' ? 'shown' : outcome} (${elapsedMs} ms)`)
    t.equal(await renderer.html('a', [], {}), '<p>a</p>\n')
  }
  const hasty = new Renderer({ limitMs: 1 })
  t.teardown(() => hasty.close())
  const slow = hasty.html(texts.emphasis, [], {})
  await t.rejects(slow, { code: 'TOO_LARGE', message: /longer than 0\.001 s/ })
})

t.test('a short text that becomes very long is given up', async t => {
  const renderer = new Renderer({ limitMs: 60_000 })
  await renderer.ready()
  t.teardown(() => renderer.close())
  const multiplied = (times: number): string => `[a]: http://x.test/ "${'y'.repeat(18_000)}"\n\n${'[a] '.repeat(times)}`
  t.match(await renderer.html(multiplied(100), [], {}), /title="yyy/)
  for (const made of [renderer.html(multiplied(1200), [], {}), renderer.text(multiplied(1200), [])]) await t.rejects(made, { code: 'TOO_LARGE', message: /too long/ })
})

t.test('texts are compared, and led to other files, while others have their turn', async t => {
  const renderer = new Renderer()
  await renderer.ready()
  t.teardown(() => renderer.close())
  t.equal(await renderer.renamed('[a](files/x?)', new Map([['x?', 'x-']])), '[a](files/x-)')
  t.same(await renderer.compared('a\nb\n', 'a\nc\n'), [{ kind: 'same', text: 'a' }, { kind: 'removed', text: 'b' }, { kind: 'added', text: 'c' }])
  const long = (seed: number): string => Array.from({ length: 24_000 }, (_, i) => `${(i * seed) % 1_000_003} ${'x'.repeat(150)}`).join('\n')
  const { result: lines, turns } = await countTurns(async () => await renderer.compared(long(7), long(11)))
  t.ok(lines!.length >= 24_000)
  t.ok(turns > 100, `${turns} turns`)
})

t.test('a text that was too large is not tried for each who asks', async t => {
  const texts = new TooLargeTexts()
  let tried = 0
  const show = (outcome: () => string) => async (): Promise<string> => {
    tried++
    return outcome()
  }
  const failing = (code: 'TOO_LARGE' | 'INTERNAL') => show(() => { throw new AppError(code, code) })
  for (let i = 0; i < 3; i++) await t.rejects(texts.trying('a', failing('TOO_LARGE')), { code: 'TOO_LARGE' })
  t.equal(tried, 1)
  for (let i = 0; i < 3; i++) await t.rejects(texts.trying('b', failing('INTERNAL')), { code: 'INTERNAL' })
  t.equal(tried, 4, 'what failed otherwise is tried again')
  t.equal(await texts.trying('b', show(() => 'shown')), 'shown')
  for (let i = 0; i < 1_000; i++) await t.rejects(texts.trying(`c${i}`, failing('TOO_LARGE')))
  t.equal(await texts.trying('a', show(() => 'shown')), 'shown', 'of many, the oldest is forgotten')
})

t.test('closing ends a document that is being rendered', async t => {
  const renderer = new Renderer({ limitMs: 60_000 })
  await renderer.ready()
  const rendered = renderer.html('*a_ '.repeat(1_000_000), [], {})
  const refused = t.rejects(rendered, { code: 'INTERNAL' })
  await renderer.close()
  await refused
})
