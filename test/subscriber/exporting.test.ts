import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EpubCheck } from '@likecoin/epubcheck-ts'
import { unzipSync } from 'fflate'
import t from 'tap'
import { createIssueId } from '../../shared/format/id.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { issuePath } from '../../shared/format/paths.ts'
import { blocksOf } from '../../shared/network/drive-writer.ts'
import { adaptHtml } from '../../subscriber/exporting/adapt-html.ts'
import { checkNamesForWindows, fileName, holdableNames, slugOf } from '../../subscriber/exporting/file-name.ts'
import { withRenamedFiles } from '../../subscriber/exporting/renamed-files.ts'
import { checkOnePage, checkZippable } from '../../subscriber/exporting/book-size.ts'
import { zipEntries } from '../../subscriber/exporting/zip-entries.ts'
import { textEntry } from '../../subscriber/exporting/book.ts'
import { countTurns } from '../support/count-turns.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { onePixelPng } from '../support/pictures.ts'

const TITLES = [
  '../../../etc/cron.d/evil', '/etc/passwd', 'C:\\Windows\\system32', 'CON', 'nul.txt', '-rf .', '.htaccess', '...', ' ', 'a/\u0338b', '\u202egpj.exe', '\u2066right\u2069',
  `${'x'.repeat(79)}😀 and more`, '😀'.repeat(120), 'ﷺ'.repeat(200), '%2e%2e%2f', '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '$(id) `id`'
]
const NAMES = ['..png', '-rf', 'CON', 'com1.png', '%2e%2e%2fup.png', `${'n'.repeat(251)}.png`, 'a b?c*d:e.png', '"><script>.png', '~', 'index.md', 'https:', 'trailing. ']
/** What stands in for pictures while a page is written must not be met in a text. */
const TEXT = '# Text\n\n"https://picture.invalid/7" [a](https://picture.invalid/9) ![x](https://picture.invalid/1.png) "https://picture.invalid/x\n\n'

type Names = (title: string) => string

t.test('a name from a title is one of this folder, on every system', async t => {
  const names: Record<string, string> = {
    'The Long Road': 'The Long Road.epub', '../../etc/passwd': 'etc passwd.epub', CON: 'CON_.epub', 'nul.txt': 'nul.txt_.epub', '-rf .': 'rf.epub', '.htaccess': 'htaccess.epub', '...': 'newsletter.epub',
    ' ': 'newsletter.epub', '\u202egpj.exe': 'gpj.exe.epub', [`${'x'.repeat(79)}😀`]: `${'x'.repeat(79)}.epub`, 'Ünï 漢字': 'Ünï 漢字.epub', 'a\ud800b': 'a b.epub', 'trailing. ': 'trailing.epub'
  }
  t.same(Object.fromEntries(Object.keys(names).map(title => [title, fileName(title, '.epub')])), names)
  const bad = (name: string): boolean => /[\p{C}/\\:*?"<>|]|^[.\s~-]|[.\s]$|\ufffd/u.test(name) || Buffer.byteLength(name) > 255 || encodeURIComponent(name) === ''
  for (const of of [title => fileName(title, '.html'), title => `2026-01-01-001-${slugOf(title, 60)}x`] as Names[]) t.same(TITLES.map(of).filter(bad), [])
  t.equal(slugOf('Été à Zürich, 한국어 & 漢字!', 60), 'ete-a-zurich-한국어-漢字')
  t.equal(slugOf(`${'x'.repeat(59)}-${'y'.repeat(9)}`, 60), 'x'.repeat(59), 'and ends in no dash')
})

t.test('a file of an issue gets another name where not every system can hold its own, and the text leads to it', async t => {
  const names = ['CON', 'com1.png', `${'n'.repeat(251)}.png`, 'a b?c*d:e.png', 'https:', 'trailing. ', 'Map.png', 'map.png', 'map-2.png', '..png', '-rf', 'Été à Zürich.jpg', 'x?', 'x-', '?']
  t.same([...holdableNames(names).values()].sort(), [
    '_CON', '_com1.png', `${'n'.repeat(116)}.png`, 'a b-c-d-e.png', 'https-', 'trailing', 'Map.png', 'map-3.png', 'map-2.png', '..png', '-rf', 'Été à Zürich.jpg', 'x-', 'x--2', '-'
  ].sort())
  const long = [`Σ${'長'.repeat(82)}.jpeg`, `ς${'長'.repeat(82)}.jpeg`, `AUX.${'長'.repeat(83)}`, 'COM¹.txt', `${'長'.repeat(80)}? .png`]
  const heldLong = [...holdableNames(long).values()]
  t.same(heldLong.filter(name => Buffer.byteLength(name) > 255), [])
  t.equal(new Set(heldLong.map(name => name.toUpperCase().toLowerCase())).size, long.length)
  t.equal(heldLong[0], long[0], 'what can be held stays')
  t.equal(heldLong[1], `ς${'長'.repeat(80)}.jpeg`, 'what can not leaves room')
  t.equal(holdableNames(['σ.png', 'ς.png']).get('ς.png'), 'ς-2.png', 'who ignores case takes σ and ς for the same')
  t.equal(heldLong[3], '_COM¹.txt')
  const held = holdableNames(['a b?.png', 'con.txt', 'con.txt.png'])
  t.equal(withRenamedFiles('![x](<files/a b?.png>) [y](files/a%20b%3F.png "t") [z](files/con.txt) [w](files/con.txt.png)\n\n[r]: files/con.txt\nmy-files/con.txt2', held),
    '![x](<files/a%20b-.png>) [y](files/a%20b-.png "t") [z](files/_con.txt) [w](files/_con.txt.png)\n\n[r]: files/_con.txt\nmy-files/con.txt2')
  const aux = holdableNames(['aux.c'])
  t.equal(withRenamedFiles('[a](files/aux.c) <a href="files/aux.c">b</a> [c](./files/aux.c)', aux), '[a](files/_aux.c) <a href="files/_aux.c">b</a> [c](./files/_aux.c)')
  const elsewhere = '[a](https://example.org/files/aux.c) https://example.org/files/aux.c [b](my-files/aux.c) <https://example.org/files/aux.c>'
  t.equal(withRenamedFiles(elsewhere, aux), elsewhere, 'what lies elsewhere is called as it was')
  t.equal(withRenamedFiles('files/plain.png', holdableNames(['plain.png'])), 'files/plain.png')
})

t.test('many names that become the same are numbered in time that grows with them', async t => {
  const names = Array.from({ length: 8_000 }, (_, i) => `${'a'.repeat(121)}?${i}`)
  const startedMs = performance.now()
  const held = [...holdableNames(names).values()]
  t.ok(performance.now() - startedMs < 1_500)
  t.equal(new Set(held).size, names.length)
  t.equal(held.at(-1), `${'a'.repeat(120)}-8000`)
})

t.test('what has to keep its name is refused where Windows would write somewhere else', async t => {
  t.doesNotThrow(() => checkNamesForWindows(['a.png', 'Map.png', '-rf', '%2e%2e']))
  for (const name of ['a:b', 'con', 'nul.txt', 'x?', 'trailing. ', 'end.', 'A.PNG']) {
    t.throws(() => checkNamesForWindows(['a.png', name]), { code: 'BAD_NAME', message: JSON.stringify(name) }, name)
  }
})

t.test('where a picture is not in the file, its description stands', async t => {
  const { html, pictures } = adaptHtml('<figure><img src="files/map.svg" alt="A &lt;map&gt; of the road" loading="lazy"></figure><img src="files/x.png" alt="A mile" width="3" loading="lazy">', {
    prefix: 'issue-', pictures: { 'x.png': { url: 'files/0-1.png' } }
  })
  t.same(pictures, ['x.png'])
  t.equal(html, '<figure><em>A &lt;map&gt; of the road</em></figure><img src="files/0-1.png" alt="A mile" width="3" />')
})

t.test('a picture that comes again and again stands there so often as it may, and then a link to it', async t => {
  const many = '<p><img src="files/a.png" alt="A &lt;mile&gt;"></p>\n<p><a href="https://a.test/"><img src="files/a.png" alt="B"></a></p>\n<p><img src="files/b.png"></p>\n'
  const { html, pictures } = adaptHtml(many.repeat(2), { prefix: 'x-', pictures: { 'a.png': { url: 'https://p/0', times: 1 }, 'b.png': { url: 'https://p/1', times: 2 } } })
  t.same(pictures, ['a.png', 'b.png'])
  t.same(html.split('\n'), [
    '<p><img src="https://p/0" alt="A &lt;mile&gt;" id="x-picture-1" /></p>',
    '<p><a href="https://a.test/"><em>B</em></a></p>',
    '<p><img src="https://p/1" alt="" id="x-picture-2" /></p>',
    '<p><a href="#x-picture-1">A &lt;mile&gt;</a></p>',
    '<p><a href="https://a.test/"><em>B</em></a></p>',
    '<p><img src="https://p/1" alt="" /></p>',
    ''
  ])
})

t.test('a short text that shows one picture many times makes no page that is many times as long', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const id = createIssueId(new Date(Date.UTC(2026, 0, 1)))
  const picture = Buffer.concat([onePixelPng, Buffer.alloc(2 ** 20)])
  const markdown = '![The harbour](files/a.png)\n\n'.repeat(100)
  const file = (bytes: Buffer): { size: number, blake2b: string } => ({ size: bytes.length, blake2b: blake2b256Hex(bytes) })
  await author.publish(id, {
    manifest: { body: { path: 'body.md', ...file(Buffer.from(markdown)) }, files: [{ path: 'files/a.png', type: 'image/png', ...file(picture), alt: '' }] },
    body: markdown,
    files: [{ path: issuePath(id, 'files/a.png'), blocks: () => blocksOf(picture) }]
  })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, 1)
  const page = (await got(reader, `/api/issues/${id}/exported/html`)).rawPayload.toString()
  const shown = page.match(/<img src="data:image\/png;base64,/g)!.length
  t.ok(shown >= 1 && shown < 20, `shown ${shown} times`)
  t.ok(page.length < 30 * 2 ** 20, `${page.length} bytes`)
  t.equal(page.match(/<a href="#picture-1">The harbour<\/a>/g)?.length, 100 - shown)
})

t.test('a text is made smaller piece by piece, and others have their turn in between', async t => {
  const text = 'Some words in a line.\n'.repeat(100_000)
  const { result: zipped, turns } = await countTurns(async () => {
    const pieces: Uint8Array[] = []
    for await (const bytes of zipEntries([textEntry('a.txt', text)], new Date(0))) pieces.push(bytes)
    return pieces
  })
  t.ok(turns > 20, `${turns} turns`)
  t.equal(Buffer.from(unzipSync(Buffer.concat(zipped))['a.txt']!).toString(), text)
})

t.test('what does not fit into one file is refused before it is begun', async t => {
  const book = (chapters: number, files: number, size: number): Parameters<typeof checkZippable>[0] => ({
    chapters: Array.from({ length: chapters }, () => ({ manifest: { body: { size: 1 }, files: Array.from({ length: files }, () => ({ size, type: 'image/png' })) } })) as never
  })
  t.doesNotThrow(() => checkZippable(book(60, 1_000, 1_000)))
  t.throws(() => checkZippable(book(66, 1_000, 1)), { code: 'TOO_LARGE', message: /--as markdown/ })
  t.throws(() => checkZippable(book(5, 1, 2 ** 30)), { code: 'TOO_LARGE' })
  t.doesNotThrow(() => checkOnePage(book(2_000, 10, 1_000)))
  t.throws(() => checkOnePage(book(4, 1, 2 ** 30)), { code: 'TOO_LARGE', message: /--as markdown/ })
})

t.test('titles, names and dates of a hostile writer lead no export elsewhere, and break none', async t => {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const publish = async (i: number, manifest: Partial<IssueManifest>, markdown: string, names: string[]): Promise<string> => {
    const id = createIssueId(new Date(Date.UTC(2026, 0, 1, 0, i)))
    const body = Buffer.from(markdown)
    await author.publish(id, {
      manifest: {
        number: i + 1,
        publishedAt: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(),
        body: { path: 'body.md', size: body.length, blake2b: blake2b256Hex(body) },
        files: names.map(name => ({ path: `files/${name}`, type: 'image/png', size: onePixelPng.length, blake2b: blake2b256Hex(onePixelPng), alt: '"><b>' })),
        ...manifest
      },
      body: markdown,
      files: names.map(name => ({ path: issuePath(id, `files/${name}`), blocks: () => blocksOf(onePixelPng) }))
    })
    return id
  }
  const pictures = NAMES.map(name => `![p](files/${encodeURIComponent(name)})`).join('\n')
  const ids = [await publish(0, { title: 'Names', publishedAt: '9999-12-31T23:59:59.000Z' }, TEXT + pictures, NAMES)]
  for (const [i, title] of TITLES.entries()) ids.push(await publish(i + 1, { title, subtitle: title, tags: [title.slice(0, 100)], authors: [{ name: title }], summary: `${title}\n---\n${title}` }, TEXT, []))
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, ids.length)

  for (const [i, id] of ids.entries()) {
    // What is below a title is the same in each.
    for (const format of i === 0 ? ['html', 'epub', 'markdown'] : ['html']) {
      const { statusCode, headers, rawPayload } = await got(reader, `/api/issues/${id}/exported/${format}`)
      t.equal(statusCode, 200)
      t.match(headers['content-disposition'], /^attachment; filename\*=UTF-8''(?:[\w.~-]|%[0-9A-F]{2})+$/)
      if (format === 'html') t.notMatch(rawPayload.toString(), /<script|onerror="|data:undefined/)
      else t.same(Object.keys(unzipSync(rawPayload)).filter(isElsewhere), [])
    }
  }
  const folder = join(network.folder, 'out')
  const params = { newsletter: author.address }
  t.match(await reader.client.exportNewsletter({ params, body: { path: folder, format: 'markdown' } }), { issues: ids.length })
  t.equal((await readdir(folder)).length, ids.length, 'a folder for each')
  const last = join(folder, (await readdir(folder)).at(-1)!)
  const files = await readdir(join(last, 'files'))
  t.same(files.sort(), [...holdableNames(NAMES).values()].sort())
  const text = await readFile(join(last, 'index.md'), 'utf8')
  t.match(text, /^---\ntitle: Names\n/)
  const targets = [...text.matchAll(/!\[p\]\(files\/(.*)\)$/gm)].map(([, target]) => decodeURIComponent(target!))
  t.same(targets.sort(), files, 'each picture of the text leads to its file')
  await reader.client.exportIssue({ params: { issue: ids[0]! }, body: { path: join(network.folder, 'signed') } })
  t.same((await readdir(join(network.folder, 'signed', 'files'))).sort(), [...NAMES].sort())
  await reader.client.exportNewsletter({ params, body: { path: join(network.folder, 'all.html'), format: 'html' } })
  const path = join(network.folder, 'all.epub')
  await reader.client.exportNewsletter({ params, body: { path, format: 'epub' } })
  const { messages } = await EpubCheck.validate(new Uint8Array(await readFile(path)))
  t.same(messages.filter(({ severity }) => severity === 'error' || severity === 'fatal').map(({ id, message }) => `${id} ${message}`), [])
  t.same((await readdir(network.folder)).sort(), ['all.epub', 'all.html', 'hostile', 'out', 'reader', 'signed'], 'nothing is left, and nothing is elsewhere')

  const refused = async (path: string, code: string): Promise<void> => {
    for (const format of ['html', 'markdown', undefined] as const) await t.rejects(reader.client.exportIssue({ params: { issue: ids[1]! }, body: { path, ...(format && { format }) } }), { code }, `${format ?? 'signed'} to ${JSON.stringify(path.slice(-20))}`)
  }
  await refused(path, 'CONFLICT')
  await refused(`${path}\u0000.html`, 'BAD_REQUEST')
  await refused(join(path, 'below'), 'BAD_SOURCE')
  await refused(join(network.folder, 'no', 'where'), 'BAD_SOURCE')
  await refused(join(network.folder, 'x'.repeat(300)), 'BAD_SOURCE')
  await refused('/proc/none', 'BAD_SOURCE')
  await t.resolves(reader.client.exportIssue({ params: { issue: ids[1]! }, body: { path: join(network.folder, 'y'.repeat(255)), format: 'html' } }), 'a name that just fits')
  const [one, two] = ['one', 'two'].map(name => join(network.folder, name)) as [string, string]
  await Promise.all([one, two].map(path => reader.client.exportIssue({ params: { issue: ids[0]! }, body: { path } })))
  for (const path of [one, two]) t.same((await readdir(join(path, 'files'))).length, NAMES.length, 'two at once do not meet')
})

async function got ({ node: { app, programToken } }: TestNode, url: string): Promise<Awaited<ReturnType<typeof app.inject>>> {
  return await app.inject({ url, headers: { host: 'localhost', authorization: `Bearer ${programToken}` } })
}

/** A path of an archive that some program unpacks to another place. */
function isElsewhere (path: string): boolean {
  return path.startsWith('/') || path.includes('\\') || path.split('/').some(name => name === '..' || name === '' || name === '.')
}
