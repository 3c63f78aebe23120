import { rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { findIssues } from '../../publisher/importing/find-issues.ts'
import { textThread } from '../../publisher/texts/text-thread.ts'
import { convertHtml } from '../../publisher/importing/convert-html.ts'
import { IssueFolder } from '../../publisher/importing/issue-folder.ts'
import { type IssueFiles, prepareFile, prepareFolder, preparePath, prepareText } from '../../publisher/importing/prepare-issue.ts'
import type { PreparedIssue } from '../../publisher/importing/prepared-issue.ts'
import { SafeNames } from '../../publisher/importing/safe-names.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { PictureThread } from '../../shared/pictures/picture-thread.ts'
import { png } from '../support/pictures.ts'
import { NO_REAL_NEWSLETTERS, realNewsletters } from '../support/real-newsletters.ts'

const bodyOf = ({ body }: PreparedIssue): string => new TextDecoder().decode(body)
const published = async (markdown: string): Promise<string> => bodyOf(await prepareText(markdown, null)).trimEnd()
const named = async (name: string): Promise<PreparedIssue> => await prepareText('Words.', name)

t.test('the front matter says what the issue is, and is not published', async t => {
  const issue = await prepareText([
    '---', 'layout: post', 'title: ! \'Issue #0\'', 'subtitle: The first', 'description: What it is', 'authors:', '  - Ann', '  - name: Ben', 'author: Ann',
    'tags: swift server', 'categories: [News, "Open source"]', 'date: 2015-12-06 18:30:00 +0200', 'lang: pt_br', 'title: ! \'Issue #0\'', '---', '', 'Words.'
  ].join('\n'), '2001-01-01-other.md')
  t.match(issue, {
    sourceName: '2001-01-01-other', title: 'Issue #0', subtitle: 'The first', summary: 'What it is', authors: ['Ann', 'Ben'],
    tags: ['swift', 'server', 'News', 'Open source'], language: 'pt-BR', publishedAt: '2015-12-06T16:30:00.000Z', files: []
  })
  t.same(issue.notes, [])
  t.equal(bodyOf(issue), 'Words.\n')
})

t.test('a front matter that is no YAML is refused with its line; what Jekyll accepts is accepted', async t => {
  await t.rejects(prepareText('---\ntitle: A\ntags: [b\nx: "\n---\nWords.', null), { code: 'BAD_SOURCE', message: /line 4/ })
  await t.rejects(prepareText('---\na: &a [x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n' +
    'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n---\nWords.', null), { code: 'BAD_SOURCE', message: /alias/i })
  const quoted = await prepareText('---\nsponsor:\n    body: \'Come\n<br />\nTopics: it\'\'s Swift\'\ntitle: Kept\n---\nWords.', null)
  t.equal(quoted.title, 'Kept')
  t.equal(await published('---\nJust a text between rules.\n---\nWords.'), '---\nJust a text between rules.\n---\nWords.')
  const unreadable = await prepareText('---\ndate: someday\nlang: "?"\n---\nWords.', '2014-12-04-x.md')
  t.match(unreadable, { publishedAt: '2014-12-04T12:00:00.000Z', language: null })
  t.equal(unreadable.notes.length, 2)
})

t.test('HTML that would keep the converter busy without end is converted', { timeout: 120_000 }, async t => {
  const many = 1_000_000
  const hostile = {
    breaks: `<div>a${'<br>\n'.repeat(20_000)}c</div>`, spaces: `<p>a${' '.repeat(many)}b</p>`, comments: `<div>\n${'<!-- '.repeat(many / 5)}\n</div>`,
    heading: `<h2>a${' '.repeat(many)}b</h2>`, code: `<pre>a${' '.repeat(many)}b</pre>`,
    pictures: `<div><a href="http://x.test/">${'!['.repeat(many / 4)}</a></div>`, 'link with space': `<div><a href="http://x.test/">a${' '.repeat(many)}b</a></div>`
  }
  for (const [name, html] of Object.entries(hostile)) t.match((await textThread.run('converted', html)).text, /[abc!]/, name)

  const honest = [
    ['a <b>b</b><br>\n<br>\n', 'a **b**'], ['<p>a  \t\nb \n</p>', 'a\nb'], ['<h2>a <br>\n  b</h2>', '## a b'], ['<div>a<!-- x -->b</div>', 'ab'], ['<!-- x', '<!-- x'],
    ['<pre>\n a \n\n b \n </pre>', '```\n a\n\n b\n```'], ['<a href="http://x.test/"> a\n b </a>c', '[a b](http://x.test/) c'],
    ['<a href="http://x.test/">![a \\[b\\] c](http://y.test/a_(b).png) d</a>', '[![a \\[b\\] c](http://y.test/a_(b).png) d](http://x.test/)']
  ]
  for (const [html, markdown] of honest) t.equal(convertHtml(html!, () => {}).trim(), markdown, html!)
})

t.test('front matter that would keep the parser busy without end is refused', async t => {
  const refused = { code: 'BAD_SOURCE', message: /front matter (is longer than 64 kB|has values in values)/ }
  const hostile = ['? '.repeat(2000), '['.repeat(2000), '{'.repeat(500_000), '[{'.repeat(500_000), '[:{'.repeat(2000), '- '.repeat(2000), ': '.repeat(2000), '&a ? !b - '.repeat(2000),
    '[ - }'.repeat(400), 'a: ? '.repeat(400), `\n${Array.from({ length: 300 }, (_, i) => `${' '.repeat(i + 1)}? - a`).join('\n')}`]
  for (const value of hostile) {
    await t.rejects(prepareText(`---\ntitle: A\nx: ${value}\n---\nWords.`, null), refused, value.slice(0, 10))
    if (!value.startsWith('a:')) t.equal(await published(`---\n${value}\n---\nWords.`), await published(`\n---\n${value}\n---\nWords.`), 'between two rules it is text')
  }
  await t.rejects(prepareText(`---\n# Long\n\n"title": ${'a '.repeat(40_000)}\n---\nWords.`, null), refused)

  const deep = await prepareText(`---\ntitle: "A [draft] {1} - or: so"\nauthors: [{ name: Ann }, { name: "Ben" }]\nextra:\n  - a:\n    - b: { c: [1, 2, [3, 4]] }\n---\nWords.`, null)
  t.match(deep, { title: 'A [draft] {1} - or: so', authors: ['Ann', 'Ben'] })
})

t.test('the title comes from the first heading, which leaves the text only when it opens it as a title', async t => {
  const titled = await prepareText('\n# The *first* `one` &amp; [more](x)\n\nWords.', 'name.md')
  t.equal(titled.title, 'The first one & more')
  t.equal(bodyOf(titled), 'Words.\n')
  const underlined = await prepareText('Set\ntwo lines\n===\nWords.', null)
  t.equal(underlined.title, 'Set two lines')
  t.equal(bodyOf(underlined), 'Words.\n')
  t.equal((await prepareText('# [RFC] A [link][] and [one](y)\n\n[link]: x', null)).title, '[RFC] A link and one')
  const second = await prepareText('## Level two\n\nWords.', null)
  t.equal(second.title, 'Level two')
  t.equal(bodyOf(second), '## Level two\n\nWords.\n')
  const later = await prepareText('Words.\n\n```\n# code\n```\n\n### Three\n\n# One', null)
  t.equal(later.title, 'One')
  t.match(bodyOf(later), /# One$/m)
  t.equal((await named('2014-12-04-the_good-news.md')).title, 'The good news')
  t.equal((await named('003-2016-Jan-12.md')).title, 'Issue 3')
  t.equal((await named('2014-12-04.md')).title, '2014-12-04')
  t.equal((await prepareText('Words.', null)).title, 'Untitled')
  t.equal((await prepareText(`# ${'long '.repeat(200)}`, null)).title.length <= 500, true)
})

t.test('a file name tells the date, at noon UTC', async t => {
  const dates: Record<string, string | null> = {
    '2014-12-04-name.md': '2014-12-04', '003-2016-Jan-12.md': '2016-01-12', '006-2016-March-7.md': '2016-03-07', '001-2015-Dec.md': '2015-12-01',
    '016-2018-oct-30.md': '2018-10-30', '087-2020-04-28.md': '2020-04-28', '057-2019-sept-3.md': '2019-09-03', '051-2019-july-23-chinese.md': '2019-07-23',
    'issue-12.md': null, '2016-13-45.md': null, '2016-02-30-x.md': null, '2016-decimal.md': null, '2016-12.md': null
  }
  for (const [name, date] of Object.entries(dates)) t.equal((await named(name)).publishedAt, date && `${date}T12:00:00.000Z`, name)
  const written: Record<string, string> = {
    '2016-01-02': '2016-01-02T12:00:00.000Z', '2016-01-02T03:04:05Z': '2016-01-02T03:04:05.000Z', '2016-01-02 03:04': '2016-01-02T03:04:00.000Z',
    '4 December 2014': '2014-12-04T12:00:00.000Z', '"Dec 4, 2014"': '2014-12-04T12:00:00.000Z'
  }
  for (const [date, iso] of Object.entries(written)) t.equal((await prepareText(`---\ndate: ${date}\n---\nWords.`, null)).publishedAt, iso, date)
})

t.test('pictures and attachments beside the text come along, each once, under safe names', async t => {
  const folder = t.testdir({
    'index.md': [
      '![A *harbour*](harbour.png "title") and ![](./harbour.png)', '', '![ref][Pic]', '', '<img src="img/map%20of%20x.png" alt="Map">', '',
      '[the paper](docs/paper.pdf#page=2), [other issue](other.md), [site](/about), [mail](mailto:a@b.c), [top](#top)', '',
      '![root](/img/x.png) ![umlaut](u\u0308.svg) ![fake](fake.png) ![same name](img/harbour.png)', '', '`![code](harbour.png)`', '', '[pic]: <img/ref.jpg>'
    ].join('\n'),
    'other.md': 'x',
    'harbour.png': png(640, 480),
    'ü.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20"/>',
    'fake.png': 'no picture',
    docs: { 'paper.pdf': '%PDF-1.4' },
    img: { 'map of x.png': png(3, 4), 'ref.jpg': png(5, 6), 'x.png': png(7, 8), 'harbour.png': png(9, 10) }
  })
  const issue = await prepareFolder(folder)
  t.equal(bodyOf(issue), [
    '![A *harbour*](files/harbour.png "title") and ![](files/harbour.png)', '', '![ref][Pic]', '', '![Map](files/map-of-x.png)', '',
    '[the paper](files/paper.pdf), [other issue](other.md), [site](/about), [mail](mailto:a@b.c), [top](#top)', '',
    '![root](files/x.png) ![umlaut](files/ü.svg) ![fake](files/fake.png) ![same name](files/harbour-2.png)', '', '`![code](harbour.png)`', '', '[pic]: files/ref.jpg', ''
  ].join('\n'))
  t.same(issue.files.map(({ path, type, alt, width, height }) => [path, type, alt, width, height]), [
    ['files/harbour.png', 'image/png', 'A harbour', 640, 480],
    ['files/ref.jpg', 'image/png', 'ref', 5, 6],
    ['files/map-of-x.png', 'image/png', 'Map', 3, 4],
    ['files/paper.pdf', 'application/pdf', '', undefined, undefined],
    ['files/x.png', 'image/png', 'root', 7, 8],
    ['files/ü.svg', 'image/svg+xml', 'umlaut', 10, 20],
    ['files/fake.png', 'application/octet-stream', 'fake', undefined, undefined],
    ['files/harbour-2.png', 'image/png', 'same name', 9, 10]
  ])
  t.match(issue.notes, [/other\.md/, /\/about/, /do not see the picture files\/fake\.png: it is no picture.* PNG, JPEG/])
  t.equal(issue.notes.length, 3)
})

t.test('a file comes along under a name that every system can hold', async t => {
  const names = new SafeNames()
  const given = ['con.png', 'CON', 'a..', 'nul.', 'a?b:c.png', 'Map.png', 'map.png', 'concert.png', 'Lpt³.txt', 'σ.png', 'ς.png'].map(name => names.next(name))
  t.same(given, ['file-con.png', 'file-CON', 'a', 'file-nul', 'a-b-c.png', 'Map.png', 'map-2.png', 'concert.png', 'file-Lpt³.txt', 'σ.png', 'ς-2.png'])
})

t.test('a file is read in blocks of 64 KiB as often as wanted, but not after it was changed', async t => {
  const content = Buffer.alloc(150_000, 'abc')
  const folder = t.testdir({ 'issue.txt': '[sound](a.mp3)', 'a.mp3': content })
  const { files: [file] } = await prepareFile(join(folder, 'issue.txt'))
  t.match(file, { path: 'files/a.mp3', type: 'audio/mpeg', sizeBytes: 150_000, blake2b: blake2b256Hex(content) })
  for (let round = 0; round < 2; round++) {
    const blocks: Uint8Array[] = []
    for await (const block of file!.blocks()) blocks.push(block)
    t.same(blocks.map(block => block.length), [65536, 65536, 18928])
    t.same(Buffer.concat(blocks), content)
  }
  await writeFile(join(folder, 'a.mp3'), 'other')
  await t.rejects(async () => { for await (const block of file!.blocks()) t.ok(block) }, { code: 'BAD_SOURCE', message: /a\.mp3/ })
})

t.test('a picture that could not be looked at just now is not published as one that never is', async t => {
  const folder = t.testdir({ 'issue.md': '# One\n\n![A dot](dot.png)\n', 'dot.png': png(1, 1) })
  const { check } = PictureThread.prototype
  t.teardown(() => { PictureThread.prototype.check = check })
  PictureThread.prototype.check = async () => ({ type: null, notShown: 'it took too long', isPassing: true })
  await t.rejects(prepareFile(join(folder, 'issue.md')), { code: 'TIMED_OUT', message: /dot\.png.*it took too long.*Try again/ })
  PictureThread.prototype.check = check
  t.match((await prepareFile(join(folder, 'issue.md'))).files, [{ type: 'image/png', width: 1 }])
})

t.test('nothing outside the folder is ever read, and nothing hidden', async t => {
  const folder = t.testdir({
    'secret.png': png(1, 1),
    'issue-beside': { 'x.png': png(1, 1) },
    issue: { 'index.md': '', '.env': 'KEY=1', '.git': { 'x.png': png(1, 1) }, inner: { 'ok.png': png(1, 1) } }
  })
  const issue = join(folder, 'issue')
  await symlink(join(folder, 'secret.png'), join(issue, 'link.png'))
  await symlink(folder, join(issue, 'up'))
  await symlink(join(issue, 'inner', 'ok.png'), join(issue, 'inside.png'))
  const targets = [
    '../secret.png', 'inner/../../secret.png', '..%2Fsecret.png', '&period;&period;/secret.png', '/../secret.png', 'link.png', 'up/secret.png', '../issue-beside/x.png',
    join(folder, 'secret.png'), `file://${join(folder, 'secret.png')}`, '.env', '.git/x.png', 'inner', '.'
  ]
  await writeFile(join(issue, 'index.md'), [...targets.map(target => `![alt](${target}) [link](${target})`), '![ok](inside.png)'].join('\n'))
  const prepared = await prepareFolder(issue)
  t.same(prepared.files.map(({ path }) => path), ['files/ok.png'])
  t.match(bodyOf(prepared), /^alt \[link\]\(\.\.\/secret\.png\)\n/)
  t.notMatch(bodyOf(prepared), /!\[alt/)
})

t.test('what takes the place of a file between being found and being read is not read', async t => {
  const folder = t.testdir({ 'secret.png': png(1, 1), outside: { 'a.png': png(2, 2) }, issue: { 'link.png': png(3, 3), inner: { 'a.png': png(3, 3) } } })
  const [issue, inner] = [join(folder, 'issue'), join(folder, 'issue', 'inner')]
  const found = new IssueFolder(issue)
  const [link, inside] = [await found.find('link.png'), await found.find('inner/a.png')]
  await rm(join(issue, 'link.png'))
  await symlink(join(folder, 'secret.png'), join(issue, 'link.png'))
  await rm(inner, { recursive: true })
  await symlink(join(folder, 'outside'), inner)
  for (const path of [link, inside]) await t.rejects(found.take(path!, ''), { code: 'BAD_SOURCE' }, path!)
})

t.test('nor is what takes its place later: not one block of it is given', async t => {
  const folder = t.testdir({ 'secret.mp3': Buffer.alloc(150_000, 'secret'), issue: { 'index.md': '[sound](a.mp3)', 'a.mp3': Buffer.alloc(150_000, 'abc') } })
  const { files: [file] } = await prepareFolder(join(folder, 'issue'))
  await rename(join(folder, 'secret.mp3'), join(folder, 'issue', 'a.mp3'))
  const given: Uint8Array[] = []
  await t.rejects(async () => { for await (const block of file!.blocks()) given.push(block) }, { code: 'BAD_SOURCE', message: /a\.mp3/ })
  t.equal(given.length, 0)
})

t.test('pictures that can not come along become words or links, and the author is told', async t => {
  const remote = await prepareText([
    '![A *cat*](https://example.org/cat.png "t") ![](//example.org/b.png) ![r][ref] ![see [this](x)](https://example.org/c.png)', '',
    '[![badge](https://example.org/badge.svg)](https://example.org)', '', '[ref]: https://example.org/r.png'
  ].join('\n'), null)
  t.equal(bodyOf(remote), [
    '[Picture: A cat](https://example.org/cat.png) [Picture](https://example.org/b.png) [Picture: r](https://example.org/r.png) [Picture: see this](https://example.org/c.png)', '',
    '[Picture: badge](https://example.org)', '', '[ref]: https://example.org/r.png', ''
  ].join('\n'))
  t.equal(remote.notes.length, 5)
  const local = await prepareText('Before ![the [big] map](map.png) after ![](b.png). ![d](data:image/png;base64,AAAA)', 'x.md')
  t.equal(bodyOf(local), 'Before the \\[big\\] map after . d\n')
  t.match(local.notes, [/map\.png/, /b\.png/, /data:/])
  t.same(local.files, [])
})

t.test('a picture of another site that lies beside the text goes with the issue', async t => {
  const folder = t.testdir({ 'cat.png': png(3, 4), 'a b.png': png(1, 1), 'index.md': '', inner: { 'dog.png': png(1, 1) } })
  await writeFile(join(folder, 'index.md'), [
    '![A cat](https://example.org/ipfs/Qm1/cat.png) ![](//example.org/a%20b.png?size=1#x) ![r][ref]', '',
    '![no](https://example.org/dog.png) ![no](https://cat.png) ![no](https://example.org/cat) ![no](https://example.org/..%2fcat.png) [link](https://example.org/cat.png)', '',
    '[ref]: https://example.org/cat.png', ''
  ].join('\n'))
  const issue = await prepareFolder(folder)
  t.equal(bodyOf(issue), [
    '![A cat](files/cat.png) ![](files/a-b.png) ![r][ref]', '',
    '[Picture: no](https://example.org/dog.png) [Picture: no](https://cat.png) [Picture: no](https://example.org/cat) [Picture: no](https://example.org/..%2fcat.png) [link](https://example.org/cat.png)', '',
    '[ref]: files/cat.png', ''
  ].join('\n'))
  t.same(issue.files.map(({ path }) => path), ['files/cat.png', 'files/a-b.png'])
  t.match(issue.notes.slice(0, 2), [/cat\.png of another site goes with the issue: files\/cat\.png/, /files\/a-b\.png/])
  t.match(issue.notes[3], /save it beside the text as dog\.png/)
})

t.test('raw HTML becomes the Markdown that shows the same', async t => {
  const pairs: [string, string][] = [
    ['See <a href="https://example.org/?a=1&amp;b=(2)">the <b>site</b></a>!', 'See [the **site**](https://example.org/?a=1&b=%282%29)!'],
    ['<b>bold</b>, <strong>strong</strong>, <i>it</i>, <em> em </em>.', '**bold**, **strong**, *it*,  *em* .'],
    ['a<b>(x)</b>b and <b></b>nothing', 'a(x)b and nothing'],
    ['<code>a &lt; b_c</code> and <code>`x`</code>', '`a < b_c` and `` `x` ``'],
    ['one<br>two<br/>\nthree <br />\n- four<br>', 'one\\\ntwo\\\nthree\n- four'],
    ['one<br>- two<br># three<br>1. four', 'one\\\n\\- two\\\n\\# three\\\n1\\. four'],
    ['> one<br>\n> <br>\n> two', '> one\n>\n> two'],
    ['- a<br>b\n- c', '- a\\\n  b\n- c'],
    ['<p>One *literal*\ntext.<p>Two', 'One \\*literal\\*\ntext.\n\nTwo'],
    ['<blockquote>\n  <p>Said</p>\n  <footer><a href="https://x.org">Jo</a></footer>\n</blockquote>', '> Said\n>\n> [Jo](https://x.org)'],
    ['- item\n\n  <blockquote>in it<br>more</blockquote>', '- item\n\n  > in it\\\n  > more'],
    ['<h2>Head <i>ing</i></h2>\n<ul><li>a</li><li>b<ol><li>c<li>d</ol></li></ul>', '## Head *ing*\n\n- a\n- b\n  1. c\n  2. d'],
    ['<iframe width=“1” src=“https://www.youtube.com/embed/x" allowfullscreen></iframe>', '[Embedded: www.youtube.com](https://www.youtube.com/embed/x)'],
    ['A<!-- gone --> b\n\n<!--excerpt-->\n\nc', 'A b\n\nc'],
    ['## Head <b>x</b><br>y\n\n| a | b |\n|---|---|\n| <b>c</b><br>d | e |', '## Head **x** y\n\n| a | b |\n|---|---|\n| **c** d | e |'],
    ['<div align="center">\n\n*text*\n\n</div>', '*text*'],
    ['<br>\nStill *Markdown* with `Array<b>`', 'Still *Markdown* with `Array<b>`'],
    ['<script>alert("<b>")</script>\n\nx<sup>2</sup>', 'x²'],
    ['<pre>a\n  *b*\n</pre>', '```\na\n  *b*\n```'],
    ['<a href="javascript:alert(1)">x</a> <a name="here"></a>y', 'x y'],
    ['Text<ul><li>in</li></ul>', 'Text\n\n- in']
  ]
  for (const [html, markdown] of pairs) t.equal(await published(html), markdown, html)
})

t.test('what only looks like HTML stays as it was written', async t => {
  const texts = [
    'An `Array<b>` and Array<T>, Set<A>, Foo<B, C>, Result<Void, Error>, <space> and <Item>.', 'func reduce<A>(into initial: A) -> Set<P>', 'x < y and y > z <b',
    '```html\n<b>x</b> ![p](https://example.org/p.png)\n```', '    <p>indented code</p>', 'Link <https://example.org> and <a@b.c>', '<T>\nx', '<!-- never closed',
    '{% include sponsor.html link="https://x.org" %}', '{% highlight swift %}\nlet a: Array<b> = <p>x</p>\n{% endhighlight %}', '<table><tr><td>x</td></tr></table>',
    '<b>not closed', 'closed</b> only', '*a <b>b* c</b>'
  ]
  for (const text of texts) t.equal(await published(text), text, text)
})

t.test('deep, long and broken HTML is prepared without delay', async t => {
  for (const part of ['<blockquote>', '<b>', '<a href="', '<', '<!--', '<ul><li>', '</p>', '{% highlight x %}', '<p>x', 'x<br>']) await published(part.repeat(5_000))
  t.pass('all prepared')
})

t.test('line ends are LF; what is no UTF-8 text, empty, too large or of another type is refused', async t => {
  const folder = t.testdir({
    'dos.md': '\ufeff---\r\ntitle: T\r\n---\r\nOne\r\ntwo\rthree', 'latin.md': Buffer.from([0x61, 0xe9, 0x62]), 'nul.md': 'a\0b', 'empty.md': ' \n', 'page.docx': 'x',
    'large.md': 'x'.repeat(4 * 1024 * 1024), 'huge.md': '', 'video.md': '[v](v.mp4)', 'v.mp4': '', many: { 'index.md': '' }, none: { 'a.md': 'x', 'b.md': 'y' }
  })
  const dos = await prepareFile(join(folder, 'dos.md'))
  t.equal(dos.title, 'T')
  t.equal(bodyOf(dos), 'One\ntwo\nthree\n')
  await truncate(join(folder, 'huge.md'), 9 * 1024 * 1024)
  await truncate(join(folder, 'v.mp4'), 1024 ** 3 + 1)
  const refusals: [string, string, RegExp][] = [
    ['latin.md', 'BAD_SOURCE', /latin\.md is not UTF-8/], ['nul.md', 'BAD_SOURCE', /not text/], ['empty.md', 'BAD_SOURCE', /empty/], ['page.docx', 'BAD_SOURCE', /page\.docx/],
    ['large.md', 'TOO_LARGE', /text is larger than 4 MiB/], ['huge.md', 'TOO_LARGE', /huge\.md/], ['video.md', 'TOO_LARGE', /v\.mp4 is larger than 1 GiB/],
    ['none', 'BAD_SOURCE', /none/], ['missing.md', 'BAD_SOURCE', /missing\.md/]
  ]
  for (const [name, code, message] of refusals) await t.rejects(preparePath(join(folder, name)), { code, message }, name)

  const names = Array.from({ length: 1001 }, (_, i) => `${i}.png`)
  await Promise.all(names.map(async name => await writeFile(join(folder, 'many', name), png(1, 1))))
  await writeFile(join(folder, 'many', 'index.md'), names.map(name => `![](${name})`).join('\n'))
  await t.rejects(preparePath(join(folder, 'many')), { code: 'TOO_LARGE', message: /1000 files/ })
})

t.test('a folder of issues is found in order of date, then of name', async t => {
  const folder = t.testdir({
    'README.md': 'about', LICENSE: 'x', 'CHANGELOG.md': 'x', 'index.md': 'x', 'notes.txt': 'x', 'picture.png': png(1, 1), '.hidden.md': 'x',
    '010-2016-April-18.md': 'x', '009-2016-march-28.markdown': 'x', '002-2016-Jan-5.md': 'x', 'b-2016-01-05.md': 'x',
    'item-10.md': 'x', 'item-9.md': 'x', 'dated.md': '---\ndate: 2016-02-01\n---\nx', 'broken.md': '---\na: [\n---\nx',
    'readme-2015-01-01.md': 'x',
    '2016-03-01-folder': { 'README.md': 'x', 'a.md': 'x' }, 'single': { 'only.md': '---\ndate: 2016-03-02\n---\nx' }, 'not-one': { 'a.md': 'x', 'b.md': 'x' }, img: { 'x.png': '' }
  })
  await symlink(join(folder, 'dated.md'), join(folder, 'linked.md'))
  await symlink(join(folder, 'single'), join(folder, 'folder-2'))
  await symlink(join(folder, 'picture.png'), join(folder, 'cover.png'))
  const { issues: found, links } = await findIssues(folder)
  t.same(links, ['folder-2', 'linked.md'], 'what links lead to is not taken for the folder\'s own, and that is told')
  t.same(found.map(({ name }) => name), [
    'readme-2015-01-01', '002-2016-Jan-5', 'b-2016-01-05', 'dated', '2016-03-01-folder', 'single', '009-2016-march-28', '010-2016-April-18', 'broken', 'item-9', 'item-10'
  ])
  t.equal(found[4]!.path, join(folder, '2016-03-01-folder'))
  t.equal((await preparePath(found[4]!.path)).sourceName, '2016-03-01-folder')
  await t.rejects(findIssues(join(folder, 'missing')), { code: 'BAD_SOURCE' })
})

t.test('a correction keeps the title, whatever headings its text has, unless it begins with a title', async t => {
  const before = { title: 'As it was', with: (folder: IssueFiles) => folder }
  t.equal((await prepareText('Words.\n\n## A part\n\nMore.\n', null, before)).title, 'As it was')
  t.equal((await prepareText('## A part\n\nMore.\n', null, before)).title, 'As it was')
  const renamed = await prepareText('# Another\n\nWords.\n', null, before)
  t.equal(renamed.title, 'Another')
  t.notMatch(bodyOf(renamed), /Another/)
})

const real = await realNewsletters()
t.test('real newsletters are prepared whole', { skip: real.length > 0 ? false : NO_REAL_NEWSLETTERS }, async t => {
  for (const { folder } of real) {
    const { issues: found } = await findIssues(folder)
    t.not(found.length, 0, folder)
    let last = ''
    for (const { path } of found) {
      const issue = await preparePath(path)
      const { title, publishedAt, body } = issue
      if (title === '' || !publishedAt || publishedAt < last || body.length === 0) t.fail(path, { title, publishedAt, last })
      if (/<\/?(a|b|br|p|blockquote|iframe|img)[\s>]/.test(bodyOf(issue).replace(/```[^]*?```|`[^`]*`|\{% highlight[^]*?endhighlight %\}/g, ''))) t.fail(`${path} shows HTML`)
      last = publishedAt ?? ''
    }
    t.comment(`${found.length} issues of ${folder}`)
  }
})
