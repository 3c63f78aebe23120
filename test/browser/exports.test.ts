import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EpubCheck } from '@likecoin/epubcheck-ts'
import t, { type Test } from 'tap'
import type { Issue } from '../../shared/api/issues.ts'
import { createNewsletter, testNetwork, type TestNode } from '../support/network.ts'
import { onePixelPng } from '../support/pictures.ts'
import { run } from '../support/processes.ts'
import { launchBrowser } from '../support/browser.ts'
import { NO_REAL_NEWSLETTERS, realNewsletters } from '../support/real-newsletters.ts'

const RICH = `---
title: 'The "Harbour" & <script>alert(1)</script>'
subtitle: A deck
date: 2026-03-01T10:00:00Z
tags: [boats]
language: ar
---

## Part one

![A boat](boat.png) and ![A drawing](drawing.svg), see [the film](film.bin), [one](#part-one) and [two](#zwei-ß).

A note.[^1] <b onclick="x">raw</b> \u000b

## Zwei ß

| a | b |
|---|--:|
| 1 | 2 |

- [x] done

\`\`\`js
if (a < b && c) {}
\`\`\`

[^1]: The *note*, with [a link](https://example.org/?a=1&b=2) and [odd](https://example.org/a\\\\b/#x/#y{z}|[1]100%).
`

/** Three issues: two small ones and one with everything. */
async function stage (t: Test): Promise<{ node: TestNode, newsletter: string, rich: string, folder: string }> {
  const network = await testNetwork(t)
  const node = await network.open('author')
  const newsletter = await createNewsletter(node, 'The Long Road')
  const source = join(network.folder, 'rich')
  await mkdir(source)
  await writeFile(join(source, 'index.md'), RICH)
  await writeFile(join(source, 'boat.png'), onePixelPng)
  await writeFile(join(source, 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(2)</script></svg>')
  await writeFile(join(source, 'film.bin'), Buffer.alloc(1000, 7))
  for (const [i, title] of ['First', 'Second'].entries()) {
    const markdown = `---\ndate: 2026-01-0${i + 1}\n---\n\n# ${title}\n\n## Part one\n\nText.\n`
    await node.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })
  }
  const { ref } = await node.client.publishIssue({ params: { newsletter }, body: { source: { path: source } } })
  return { node, newsletter, rich: ref, folder: network.folder }
}

function factsOf ({ title, subtitle, publishedAt, language, tags, authors, parts }: Issue): object {
  return { title, subtitle, publishedAt, language, tags, authors, parts }
}

async function checkEpub (t: Test, path: string): Promise<void> {
  const { valid, messages } = await EpubCheck.validate(new Uint8Array(await readFile(path)))
  t.same(messages.filter(({ severity }) => severity !== 'info' && severity !== 'usage').map(({ id, message, location }) => `${id} ${message} ${JSON.stringify(location)}`), [], `${path} is an EPUB`)
  t.ok(valid)
  const official = process.env['COLPORTEUR_EPUBCHECK']
  if (official) await t.resolves(promisify(execFile)(official, ['--failonwarnings', '--quiet', path]), 'and so says the checker of the W3C')
}

t.test('an issue and a newsletter go out as a page, as a book and as Markdown, and other programs read them', async t => {
  const { node, newsletter, rich, folder } = await stage(t)
  const issue = { params: { issue: rich } }

  await t.test('as one page that asks for nothing and runs nothing', async t => {
    const path = join(folder, 'rich.html')
    const { sizeBytes } = await node.client.exportIssue({ ...issue, body: { path, format: 'html' } })
    const html = await readFile(path, 'utf8')
    t.equal(Buffer.byteLength(html), sizeBytes)
    t.match(html, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'sha256-/)
    t.match(html, `src="data:image/png;base64,${onePixelPng.toString('base64')}"`)
    t.notMatch(html, /<script|onclick|picture\.invalid|svg\+xml|href="files/)
    t.match(html, /Not in this file: .*film\.bin/)
    const all = join(folder, 'all.html')
    t.match(await node.client.exportNewsletter({ params: { newsletter }, body: { path: all, format: 'html' } }), { issues: 3, leftOut: 0 })
    const browser = await launchBrowser()
    if (!browser) return t.pass('not tested: there is no Chromium', { skip: 'no Chromium' })
    try {
      for (const file of [path, all]) {
        const page = await browser.newPage()
        const asked: string[] = []
        page.on('request', request => { if (!/^(?:file|data):/.test(request.url())) asked.push(request.url()) })
        page.on('console', message => asked.push(message.text()))
        await page.goto(`file://${file}`)
        t.ok(await page.locator('img').evaluate((picture: HTMLImageElement) => picture.decode().then(() => picture.naturalWidth === 1)), 'its picture is shown')
        t.equal(await page.locator('article').last().evaluate(article => getComputedStyle(article).direction), 'rtl')
        t.equal(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor !== 'rgba(0, 0, 0, 0)'), true, 'its style counts')
        const broken = await page.evaluate(() => [...document.querySelectorAll('a[href^="#"]')].map(link => link.getAttribute('href')!.slice(1)).filter(id => !document.getElementById(decodeURIComponent(id))))
        t.same(broken, [], 'links inside lead somewhere')
        t.equal(await page.evaluate(() => new Set([...document.querySelectorAll('[id]')].map(({ id }) => id)).size === document.querySelectorAll('[id]').length), true, 'no id twice')
        t.same(asked, [])
      }
    } finally {
      await browser.close()
    }
  })

  await t.test('as a book that a checker of books has nothing against', async t => {
    const path = join(folder, 'rich.epub')
    await node.client.exportIssue({ ...issue, body: { path, format: 'epub' } })
    await checkEpub(t, path)
    await t.rejects(node.client.exportIssue({ ...issue, body: { path, format: 'epub' } }), { code: 'CONFLICT' })
    const all = join(folder, 'all.epub')
    await node.client.exportNewsletter({ params: { newsletter }, body: { path: all, format: 'epub' } })
    await checkEpub(t, all)
    const again = join(folder, 'again.epub')
    await node.client.exportNewsletter({ params: { newsletter }, body: { path: again, format: 'epub' } })
    t.ok((await readFile(all)).equals(await readFile(again)), 'the same issues make the same book')
    const { payload, headers, statusCode } = await node.node.app.inject({
      url: `/api/newsletters/${newsletter}/exported/epub`, headers: { host: 'localhost', authorization: `Bearer ${node.node.programToken}` }
    })
    t.match({ statusCode, headers }, { statusCode: 200, headers: { 'content-type': 'application/epub+zip', 'content-disposition': /attachment; filename\*=UTF-8''The%20Long%20Road\.epub/ } })
    t.equal(payload.slice(0, 58).slice(30), 'mimetypeapplication/epub+zip')
    t.equal((await node.node.app.inject({ url: `/api/issues/${rich}/exported/epub`, headers: { host: 'localhost' } })).statusCode, 401)
    t.equal((await node.node.app.inject({ url: `/api/issues/${rich}/exported/exe`, headers: { host: 'localhost', authorization: `Bearer ${node.node.programToken}` } })).statusCode, 404)
  })

  await t.test('as Markdown, from which the same newsletter is made again', async t => {
    const path = join(folder, 'road')
    t.match(await node.client.exportNewsletter({ params: { newsletter }, body: { path, format: 'markdown' } }), { issues: 3 })
    t.equal((await readdir(path)).length, 3)
    const copy = await createNewsletter(node, 'Copy')
    t.match(await node.client.importIssues({ params: { newsletter: copy }, body: { path } }), { published: 3, failed: [] })
    const [before, after] = await Promise.all([newsletter, copy].map(async address =>
      (await node.client.listIssues({ params: { newsletter: address }, query: {} })).issues))
    t.same(after!.map(factsOf), before!.map(factsOf))
    const texts = await Promise.all([before, after].map(async issues =>
      (await node.client.getIssueContent({ params: { issue: issues![0]!.ref }, query: { format: 'markdown' } })).content))
    t.equal(texts[1]!.trim(), texts[0]!.trim())
  })

  await t.test('from the command line', async t => {
    await node.stop()
    const home = ['--home', node.home]
    const path = join(folder, 'cli.epub')
    t.match(await run(['export', 'The Long Road', path, ...home]), { code: 0, stdout: `${path}\n`, stderr: /3 issues, / })
    await checkEpub(t, path)
    t.match(await run(['export', 'The Long Road', join(folder, 'cli'), ...home]), { code: 2, stderr: /html, epub or markdown/ })
  })
})

const real = await realNewsletters()

t.test('real newsletters make books that a checker has nothing against', { skip: real.length === 0 && NO_REAL_NEWSLETTERS }, async t => {
  const network = await testNetwork(t)
  const node = await network.open('author')
  for (const { name, folder } of real) {
    const newsletter = await createNewsletter(node, name)
    await node.client.importIssues({ params: { newsletter }, body: { path: folder } })
    const path = join(network.folder, `${name}.epub`)
    await node.client.exportNewsletter({ params: { newsletter }, body: { path, format: 'epub' } })
    await checkEpub(t, path)
  }
})
