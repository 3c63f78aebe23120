import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EpubCheck } from '@likecoin/epubcheck-ts'
import { strFromU8, unzipSync } from 'fflate'
import t, { type Test } from 'tap'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { issuePath } from '../../shared/format/paths.ts'
import { blocksOf } from '../../shared/network/drive-writer.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { createNewsletter, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { HOSTILE_PICTURES, onePixelPng, png, svg } from '../support/pictures.ts'
import { until } from '../support/until.ts'

/** What is shown, and as what. */
const SHOWN: Record<string, { type: string, bytes: Buffer, shownAs: string }> = {
  'good.png': { type: 'image/png', bytes: onePixelPng, shownAs: 'image/png' },
  'lies.gif': { type: 'image/gif', bytes: onePixelPng, shownAs: 'image/png' },
  'drawn.png': { type: 'image/png', bytes: svg('width="9" height="9"', '<script>parent.alert(1)</script>'), shownAs: 'image/svg+xml' }
}
const ALL = { ...HOSTILE_PICTURES, ...SHOWN }
const TEXT = `# Pictures\n\n${Object.keys(ALL).map(name => `![of ${name}](files/${name})`).join('\n\n')}\n\nThe end.\n`

interface Stage { network: TestNetwork, reader: TestNode, newsletter: string, id: string }

/** A reader who also keeps the newsletter for everyone, of a writer who calls pictures what is none. */
async function stage (t: Test): Promise<Stage> {
  const network = await testNetwork(t)
  const author = await openHostileAuthor(join(network.folder, 'hostile'), network.bootstrap)
  t.teardown(() => author.close())
  const id = createIssueId(new Date())
  const body = Buffer.from(TEXT)
  await author.publish(id, {
    manifest: {
      title: 'Pictures',
      body: { path: 'body.md', size: body.length, blake2b: blake2b256Hex(body) },
      files: Object.entries(ALL).map(([name, { type, bytes }]) => ({ path: `files/${name}`, type, size: bytes.length, blake2b: blake2b256Hex(bytes), alt: '' }))
    },
    body: TEXT,
    files: Object.entries(ALL).map(([name, { bytes }]) => ({ path: issuePath(id, `files/${name}`), blocks: () => blocksOf(bytes) }))
  })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: author.address } })
  await untilComplete(reader, author.address, 1)
  return { network, reader, newsletter: author.address, id }
}

async function got ({ node: { app, programToken } }: TestNode, url: string): Promise<Awaited<ReturnType<typeof app.inject>>> {
  return await app.inject({ url, headers: { host: 'localhost', authorization: `Bearer ${programToken}` } })
}

/** As a browser asks, with the pass in the address alone. */
async function seen ({ node: { app } }: TestNode, url: string, headers: Record<string, string> = {}): Promise<Awaited<ReturnType<typeof app.inject>>> {
  return await app.inject({ url, headers: { host: 'localhost', ...headers } })
}

/** Names of the pictures that a page shows, by the end of their addresses. */
function shownIn (html: string): string[] {
  return [...html.matchAll(/<img[^>]* src="([^"]+)"/g)].map(([, source]) => source!.replace(/\?.*/s, '').split('/').at(-1)!)
}

const MARKS = Object.entries(HOSTILE_PICTURES).map(([name, { why }]) => ({ mark: `Picture not shown (of ${name}): ${why}`, busy: `Picture not shown (of ${name}): it took too long` }))

/** A busy machine may not get done with looking at one, which is not shown then either. */
function marksMissing (html: string): string[] { return MARKS.filter(({ mark, busy }) => !html.includes(mark) && !html.includes(busy)).map(({ mark }) => mark) }

t.test('pictures that want too much of who shows them, or are none, are shown nowhere, and can be saved', async t => {
  const { network, reader, newsletter, id } = await stage(t)
  const issue = { params: { issue: id } }

  const { path } = await reader.client.openIssue(issue)
  const page = (await seen(reader, path)).body
  t.same(shownIn(page), Object.keys(SHOWN), 'the page shows the others')
  t.same(marksMissing(page), [], 'and says of each why it does not')
  const fileUrl = (name: string): string => path.replace('?', `/files/${name}?`)
  for (const [name, { type, bytes, shownAs }] of Object.entries(SHOWN)) {
    const { statusCode, headers, rawPayload } = await seen(reader, fileUrl(name), { 'sec-fetch-dest': 'image' })
    t.match([statusCode, headers['content-type'], headers['content-disposition'], headers['x-content-type-options']], [200, shownAs, undefined, 'nosniff'], `${name} is no ${type}`)
    t.same(rawPayload, bytes)
  }
  t.match((await seen(reader, fileUrl('drawn.png'))).headers, { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" })
  for (const [name, { bytes, why }] of Object.entries(HOSTILE_PICTURES)) {
    t.ok(page.includes(`href="${fileUrl(name)}"`), `${name} can be saved`)
    const saved = await seen(reader, fileUrl(name))
    t.same([saved.statusCode, saved.headers['content-type'], saved.headers['x-content-type-options']], [200, 'application/octet-stream', 'nosniff'])
    t.equal(saved.headers['content-disposition'], `attachment; filename*=UTF-8''${name}`)
    t.same(saved.rawPayload, bytes)
    if (bytes.length > 4) t.match((await seen(reader, fileUrl(name), { range: 'bytes=1-3' })), { statusCode: 206, headers: { 'content-disposition': /^attachment/ } })
    t.match((await seen(reader, fileUrl(name), { 'sec-fetch-dest': 'image' })).json(), { code: 'BAD_FORMAT', detail: `The picture is not shown: ${why}. Save the file to have it as it is.` })
  }
  t.same(marksMissing((await reader.client.getIssueContent({ ...issue, query: { format: 'text' } })).content.replace(/\s+/g, ' ')), [], 'nor in a terminal')

  const feed = (await reader.client.listFeeds()).feeds.find(candidate => candidate.newsletter === newsletter)!
  const { pathname, search } = new URL(feed.json)
  const [item] = (await got(reader, pathname + search)).json<{ items: { content_html: string, attachments?: unknown[] }[] }>().items
  t.same([shownIn(item!.content_html), marksMissing(item!.content_html), item!.attachments], [Object.keys(SHOWN), [], undefined], 'in a feed')

  const book = (await got(reader, `/api/issues/${id}/exported/html`)).body
  t.same([[...book.matchAll(/<img [^>]*src="data:([^;"]*)/g)].map(([, type]) => type), marksMissing(book)], [['image/png', 'image/png'], []], 'in a page to keep')
  const epub = (await got(reader, `/api/issues/${id}/exported/epub`)).rawPayload
  const chapter = unzipSync(epub)['OEBPS/issue-0.xhtml']!
  t.same(Object.keys(unzipSync(epub)).filter(name => name.startsWith('OEBPS/files/')).length, 2)
  t.same(marksMissing(strFromU8(chapter)), [], 'in a book')
  const { messages } = await EpubCheck.validate(new Uint8Array(epub))
  t.same(messages.filter(({ severity }) => severity === 'error' || severity === 'fatal').map(({ id, message }) => `${id} ${message}`), [])
  const markdown = unzipSync((await got(reader, `/api/issues/${id}/exported/markdown`)).rawPayload)
  t.same(Object.keys(markdown).sort(), ['files/drawn.png', 'files/good.png', 'files/lies.gif', 'index.md'])
  for (const [name, { why }] of Object.entries(HOSTILE_PICTURES)) t.match(strFromU8(markdown['index.md']!), `files/${name}: ${why}`)
  await reader.client.exportIssue({ ...issue, body: { path: join(network.folder, 'signed') } })
  t.same((await readdir(join(network.folder, 'signed', 'files'))).sort(), Object.keys(ALL).sort(), 'all of it is where it is to be checked')

  await reader.client.keepNewsletter({ body: { address: newsletter } })
  await reader.client.changeKeeperSettings({ body: { web: { host: '127.0.0.1', port: 0, url: null } } })
  const web = await until('there are web pages', async () => (await reader.client.listKept()).webUrl)
  const shelf = `${web.replace(/\/$/, '')}/${newsletter}/issues/${id}`
  const shown = await (await fetch(shelf)).text()
  t.same([shownIn(shown), marksMissing(shown)], [Object.keys(SHOWN), []], 'on pages for everyone')
  for (const method of ['GET', 'HEAD']) {
    const { status, headers } = await fetch(`${shelf}/files/bomb.png`, { method })
    t.match([status, headers.get('content-type'), headers.get('content-disposition'), headers.get('x-content-type-options')], [200, 'application/octet-stream', /^attachment/, 'nosniff'], method)
    t.equal((await fetch(`${shelf}/files/lies.gif`, { method })).headers.get('content-type'), 'image/png')
  }
  t.equal((await fetch(`${shelf}/files/bomb.png`, { headers: { 'sec-fetch-dest': 'image' } })).status, 422)
})

t.test('an author learns before publishing which pictures readers will not see', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'The Long Road')
  const folder = join(network.folder, 'issue')
  await mkdir(folder)
  await writeFile(join(folder, 'index.md'), '# Far\n\n![The whole coast](coast.png) ![A point](point.png)\n')
  await writeFile(join(folder, 'coast.png'), png(40_000, 2_000))
  await writeFile(join(folder, 'point.png'), onePixelPng)
  const body = { source: { path: folder } }
  const publish = async (dryRun: boolean): Promise<string[]> => (await author.client.publishIssue({ params: { newsletter }, body: { ...body, dryRun } })).notes
  t.match(await publish(true), [/^Readers do not see the picture files\/coast\.png: it claims to be 40,000 × 2,000 pixels\..* at most 16,384 pixels on a side and 64 million in all\.$/])
  t.equal((await publish(false)).length, 1, 'it is published all the same')

  const { id } = await author.client.createDraft({ body: { newsletter } })
  const params = { draft: id }
  for (const [name, bytes] of [['coast.png', png(40_000, 2_000)], ['point.png', onePixelPng]] as const) await author.client.putDraftFile({ params: { ...params, name }, query: { alt: 'x' }, body: Buffer.from(bytes) })
  await author.client.saveDraft({ params, body: { baseVersion: 0, title: 'Far', subtitle: '', markdown: '![The coast](files/coast.png)\n\n![A point](files/point.png)\n' } })
  const { findings } = await author.client.checkDraft({ params })
  t.match(findings.filter(({ code }) => code === 'pictureNotShown'), [{ level: 'warn', about: 'coast.png', line: 1, text: /40,000 × 2,000/ }])
  t.equal(findings.filter(({ code }) => code === 'pictureNotShown').length, 1)
  const { path } = await author.client.openDraft({ params })
  const preview = (await seen(author, path)).body
  t.same(shownIn(preview), ['point.png'], 'the preview shows what readers see')
  t.match(preview, 'Picture not shown (The coast): it claims to be 40,000 × 2,000 pixels')
  t.match((await seen(author, path.replace('?', '/files/coast.png?'))).headers, { 'content-disposition': /^attachment/ })
})
