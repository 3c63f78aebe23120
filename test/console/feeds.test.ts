import { writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Parser from 'rss-parser'
import t, { type Test } from 'tap'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { feedFormats, type FeedFormat } from '../../subscriber/feeds/feed.ts'
import { writeFeed } from '../../subscriber/feeds/write-feed.ts'
import { countTurns } from '../support/count-turns.ts'
import { onePixelPng } from '../support/pictures.ts'

type Answer = Awaited<ReturnType<TestNode['node']['app']['inject']>>

interface JsonFeed {
  version: string
  feed_url: string
  items: { id: string, title: string, content_html: string, tags?: string[], attachments?: { mime_type: string, url: string }[] }[]
}

/** A feed reader knows an address, and no token. */
async function get ({ node }: TestNode, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { pathname, search } = new URL(url)
  return await node.app.inject({ method: 'GET', url: pathname + search, headers: { host: 'localhost', ...headers } })
}

async function authorAndReader (t: Test): Promise<{ network: TestNetwork, author: TestNode, reader: TestNode, newsletter: string }> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Feeds & <roads>')
  const folder = join(network.folder, 'with-picture')
  await mkdir(folder)
  await writeFile(join(folder, 'dot.png'), onePixelPng)
  await writeFile(join(folder, 'list.csv'), 'a,b\n1,2\n')
  await writeFile(join(folder, 'index.md'), '---\ntitle: "A picture & ]]> more"\ndate: 2026-01-02T03:04:05Z\ntags: [roads]\n---\n\nBefore ![A dot](dot.png) after.\n\n[A list](list.csv)\n')
  await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  await publishIssues(author, newsletter, 2)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)
  return { network, author, reader, newsletter }
}

t.test('a feed reader gets every issue in full, as Atom, RSS and JSON Feed', async t => {
  const { reader, newsletter } = await authorAndReader(t)
  const { feeds } = await reader.client.listFeeds()
  t.same(feeds.map(feed => feed.newsletter), [null, newsletter])
  const links = feeds[1]!

  for (const [url, type] of [[links.atom, 'application/atom+xml'], [links.rss, 'application/rss+xml']] as const) {
    const answer = await get(reader, url)
    t.equal(answer.statusCode, 200)
    t.match(answer.headers['content-type'], type)
    const parsed = await new Parser({ customFields: { item: [['content:encoded', 'encoded']] } }).parseString(answer.body)
    t.equal(parsed.title, 'Feeds & <roads>')
    t.equal(parsed.items.length, 3)
    const item = parsed.items.find(({ title }) => title === 'A picture & ]]> more')!
    const html = String((item as { encoded?: string }).encoded ?? item.content)
    t.match(html, /Before <img src="http:\/\/localhost\/feeds\/[^"]+\/files\/dot.png\?pass=[^"]+"/)
    t.equal(new Date(item.isoDate!).toISOString(), '2026-01-02T03:04:05.000Z', 'the date that was signed')
    const [, picture] = /<img src="([^"]+)"/.exec(html)!
    const shown = await get(reader, picture!, { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' })
    t.equal(shown.statusCode, 200, 'its pictures are shown, also in a page of another program')
    t.same(shown.rawPayload, onePixelPng)
    t.equal((await get(reader, item.link!)).statusCode, 200, 'its page opens')
  }

  const json = (await get(reader, links.json)).json<JsonFeed>()
  t.equal(json.version, 'https://jsonfeed.org/version/1.1')
  t.equal(json.feed_url, links.json)
  t.equal(new Set(json.items.map(({ id }) => id)).size, 3)
  const [attachment] = json.items.find(({ tags }) => tags?.includes('roads'))!.attachments!
  t.equal((await get(reader, attachment!.url)).body, 'a,b\n1,2\n')
})

t.test('a feed reader that is given the page of a feed finds the feeds', async t => {
  const { reader } = await authorAndReader(t)
  const links = (await reader.client.listFeeds()).feeds[1]!
  const page = await get(reader, links.page)
  const found = [...page.body.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">/g)].map(([, type, href]) => [type, href])
  t.same(found, [['application/atom+xml', links.atom], ['application/rss+xml', links.rss], ['application/feed+json', links.json]])
})

t.test('ids and dates stay over a restart, and a feed that did not change is not sent again', async t => {
  const { author, reader, newsletter } = await authorAndReader(t)
  const links = (await reader.client.listFeeds()).feeds[1]!
  const before = await get(reader, links.atom)
  const { etag, 'last-modified': modified } = before.headers as Record<string, string>
  t.equal((await get(reader, links.atom, { 'if-none-match': etag! })).statusCode, 304)
  t.equal((await get(reader, links.atom, { 'if-modified-since': modified! })).statusCode, 304)

  await reader.restart()
  const again = await get(reader, links.atom, { 'if-none-match': etag! })
  t.equal(again.statusCode, 304, 'the same after a restart')
  t.equal((await get(reader, links.atom)).body, before.body)

  await publishIssues(author, newsletter, 1, 4)
  await untilComplete(reader, newsletter, 4)
  const after = await get(reader, links.atom, { 'if-none-match': etag! })
  t.equal(after.statusCode, 200, 'a new issue is news')
  const ids = (body: string): string[] => [...body.matchAll(/<id>(colporteur:\/\/[^<]+\/[^<]+)<\/id>/g)].map(([, id]) => id!)
  t.same(ids(after.body).slice(1), ids(before.body))
})

t.test('a feed has bounds: what is too long for it stands with its summary and a link', async t => {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Short texts that become long')
  const issues = { small: 1, first: 350, second: 350, 'not shown': 2000, huge: 3000, last: 1 }
  for (const [title, times] of Object.entries(issues)) {
    const markdown = `---\ntitle: ${title}\nsummary: "About <${title}>"\n---\n\n[a]: http://x.test/ "${'y'.repeat(18_000)}"\n\n${'[a] '.repeat(times)}\n`
    await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })
  }
  const links = (await author.client.listFeeds()).feeds[1]!
  const answer = await get(author, links.json)
  t.ok(answer.rawPayload.length < 9 * 1024 * 1024, `${answer.rawPayload.length} bytes`)
  const inFull = answer.json<JsonFeed>().items.map(({ title, content_html: html }) => [title, html.includes('yyy')])
  t.same(inFull, [['last', true], ['huge', false], ['not shown', false], ['second', true], ['first', false], ['small', true]])
  const [, huge] = answer.json<JsonFeed>().items
  t.match(huge!.content_html, /<p>About &#60;huge&#62;<\/p>\n<p><a href="http:\/\/localhost\/feeds\//)
  for (const link of [links.atom, links.rss]) t.equal((await new Parser().parseString((await get(author, link)).body)).items.length, 6)
})

t.test('a feed is written issue by issue, and others have their turn in between', async t => {
  const at = '2026-01-02T03:04:05.000Z'
  const html = '<p>A ]]> B &amp; "C" \u0001<![CDATA[</p>'
  const items = Array.from({ length: 50 }, (_, i) => ({
    id: `x:${i}`, title: `Issue ${i}`, summary: '', authors: [], tags: [], language: 'en', url: `http://x.test/${i}`, publishedAt: at, updatedAt: at, html, attachments: []
  }))
  const feed = { id: 'x:', title: 'One', description: '', language: 'en', authors: ['Ann'], homeUrl: 'http://x.test/', updatedAt: at, items }
  for (const format of Object.keys(feedFormats) as FeedFormat[]) {
    const { result: text, turns } = await countTurns(async () => await writeFeed(feed, format, 'http://x.test/feed'))
    t.ok(turns >= 50, `${format}: ${turns} turns`)
    if (format === 'json') {
      t.same((JSON.parse(text) as JsonFeed).items.map(({ content_html: html }) => html), items.map(() => html))
    } else {
      const parsed = await new Parser({ customFields: { item: [['content:encoded', 'encoded']] } }).parseString(text)
      t.same(parsed.items.map(item => (item as { encoded?: string }).encoded ?? item.content), items.map(() => html.replace('\u0001', '')))
    }
  }
})

t.test('the pass of a feed opens this feed alone', async t => {
  const { author, reader } = await authorAndReader(t)
  const [inbox, own] = (await reader.client.listFeeds()).feeds
  const refused = async (url: string): Promise<number> => (await get(reader, url)).statusCode
  t.equal(await refused(own!.atom.replace(/pass=.*/, 'pass=x')), 401)
  t.equal(await refused(own!.atom.replace(/\?.*/, '')), 401)
  t.equal(await refused(inbox!.atom.replace(/pass=.*/, own!.atom.split('?')[1]!)), 401)
  t.equal(await refused(own!.atom.replace(/feeds\/.*\?/, 'api/status?')), 401)

  const second = await createNewsletter(author, 'Another')
  const [ref] = await publishIssues(author, second, 1)
  await reader.client.subscribe({ body: { address: second } })
  await untilComplete(reader, second, 1)
  t.equal(await refused(own!.page.replace('?', `/issues/${ref!}?`)), 404, 'not an issue of another newsletter')
  t.match((await get(reader, inbox!.json)).body, ref!.split('@')[0]!, 'the inbox has it')
})
