import { blake2b256Hex } from '../../shared/format/hash.ts'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import Parser from 'rss-parser'
import t, { type Test } from 'tap'
import { PictureThread } from '../../shared/pictures/picture-thread.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNode } from '../support/network.ts'
import { onePixelPng } from '../support/pictures.ts'
import { publishWithPicture } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'

/** Any free port of loopback. */
const WEB = { host: '127.0.0.1', port: 0, url: null }

interface Shelf { author: TestNode, keeper: TestNode, newsletter: string, ref: string, id: string, url: string }

/** A keeper that shows a newsletter with three issues, the newest of which has a picture. */
async function openShelf (t: Test): Promise<Shelf> {
  const network = await testNetwork(t)
  const [author, keeper] = await Promise.all([network.open('author'), network.open('keeper')])
  const newsletter = await createNewsletter(author, 'The <Long> Road')
  await publishIssues(author, newsletter, 2)
  const ref = await publishWithPicture(network, author, newsletter)
  await keeper.client.keepNewsletter({ body: { address: newsletter } })
  await untilReady(keeper, 3)
  await keeper.client.changeKeeperSettings({ body: { web: WEB, owner: 'Library & Harbour' } })
  const { webUrl } = await keeper.client.listKept()
  return { author, keeper, newsletter, ref, id: ref.split('@', 1)[0]!, url: webUrl!.replace(/\/$/, '') }
}

const { author, keeper, newsletter, ref, id, url } = await openShelf(t)

async function untilReady ({ client }: TestNode, issues: number): Promise<void> {
  await until(`${issues} issues are kept`, async () => (await client.listKept()).kept[0]?.issues.ready === issues)
}

t.test('who has installed nothing reads what is kept, in a browser and in a feed reader', async t => {
  const index = await (await fetch(url)).text()
  t.match(index, `<a href="/${newsletter}">The &#60;Long&#62; Road</a>`)
  t.match(index, 'Library &#38; Harbour', 'whose machine it is')

  const page = await (await fetch(`${url}/${newsletter}`)).text()
  t.match(page, `<link rel="alternate" type="application/atom+xml" title="The &#60;Long&#62; Road (Atom)" href="/${newsletter}/atom.xml">`)
  t.match(page, `href="/${newsletter}/feed.json">`)
  t.match(page, `<code>colporteur://${newsletter}</code>`)
  t.match(page, /<svg [^>]*viewBox/, 'its address as a code for cameras')
  t.same([...page.matchAll(/<a href="[^"]*\/issues\/[^"]*">([^<]*)<\/a>/g)].map(([, title]) => title), ['By sea', 'Issue 2', 'Issue 1'], 'the newest first')

  const answer = await fetch(`${url}/${newsletter}/issues/${id}`)
  const issue = await answer.text()
  t.match(issue, 'The boat came.')
  t.match(issue, `/${newsletter}/atom.xml`, 'from an issue the feeds are found, too')
  const [, source] = /<img[^>]* src="([^"]+)"/.exec(issue)!
  const picture = await fetch(url + source!)
  const bytes = Buffer.from(await picture.arrayBuffer())
  t.equal(bytes.subarray(1, 4).toString(), 'PNG')
  for (const html of [index, page, issue]) t.notMatch(html, /<script|javascript:|\son\w+=|src="http/, 'nothing runs, and nothing comes from elsewhere')
  const policy = answer.headers.get('content-security-policy')!
  t.match(policy, /^default-src 'none'; /)
  t.notMatch(policy, /script-src|connect-src|unsafe|allow-scripts|allow-forms/)

  const parser = new Parser()
  const feed = await parser.parseString(await (await fetch(`${url}/${newsletter}/atom.xml`)).text())
  t.match(feed, { title: 'The <Long> Road', items: [{ title: 'By sea', link: `${url}/${newsletter}/issues/${id}` }, { title: 'Issue 2' }, { title: 'Issue 1' }] })
  t.match(feed.items[0]!['content'], `src="${url}${source}"`, 'in full, with pictures by whole addresses')
  t.match(await (await fetch(`${url}/${newsletter}/feed.json`)).json(), { feed_url: `${url}/${newsletter}/feed.json`, items: [{ content_html: /The boat came/ }, {}, {}] })
})

t.test('nobody fetches twice what has not changed, nor more than they want', async t => {
  for (const path of ['/', '/how-to-check', `/${newsletter}`, `/${newsletter}/issues/${id}`, `/${newsletter}/atom.xml`, `/${newsletter}/feed.json`, `/${newsletter}/issues/${id}/issue.json`]) {
    const first = await fetch(url + path)
    t.equal(first.status, 200, path)
    t.equal(first.headers.get('cache-control'), 'public, max-age=60')
    const etag = first.headers.get('etag')!
    t.match(etag, /^"[\w-]{22}"$/)
    const again = await fetch(url + path, { headers: { 'if-none-match': etag } })
    t.equal(again.status, 304, `${path} has not changed`)
    t.equal(await again.text(), '')
    t.equal((await fetch(url + path, { headers: { 'if-none-match': '"other"' } })).status, 200)
  }
  const file = `${url}/${newsletter}/issues/${id}/files/harbour.png`
  const whole = Buffer.from(await (await fetch(file)).arrayBuffer())
  const part = await fetch(file, { headers: { range: 'bytes=100-199' } })
  t.match({ status: part.status, range: part.headers.get('content-range') }, { status: 206, range: `bytes 100-199/${whole.length}` })
  t.ok(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(100, 200)))
  t.equal((await fetch(file, { headers: { range: `bytes=${whole.length}-` } })).status, 416)
  const head = await fetch(file, { method: 'HEAD' })
  t.match({ status: head.status, length: head.headers.get('content-length'), ranges: head.headers.get('accept-ranges') }, { status: 200, length: String(whole.length), ranges: 'bytes' })
  t.equal((await fetch(file, { headers: { 'if-none-match': head.headers.get('etag')! } })).status, 304)
})

t.test('nothing of the node can be reached by it', async t => {
  const token = (await readFile(join(keeper.home, 'token'), 'utf8')).trim()
  const consoleUrl = await keeper.node.listen()
  const { paths } = await (await fetch(`${consoleUrl}/openapi.json`, { headers: { authorization: `Bearer ${token}` } })).json() as { paths: Record<string, Record<string, unknown>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => ({ path, method: method.toUpperCase() })))
  t.ok(routes.length > 60, `${routes.length} routes`)
  const others = ['/', '/docs', '/openapi.json', '/healthz', '/metrics', '/api/events', '/lectern.html', '/assets/x.js', `/read/${ref}`, `/feeds/${newsletter}`, '/feeds/inbox/atom.xml', '/preview/x'].map(path => ({ path, method: 'POST' }))
  for (const { path, method } of [...routes, ...others, ...others.slice(1).map(({ path }) => ({ path, method: 'GET' }))]) {
    const filled = path.replace('{newsletter}', newsletter).replace('{issue}', encodeURIComponent(ref)).replace(/\{\w+\}/g, 'x')
    const response = await fetch(url + filled, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(!['GET', 'HEAD'].includes(method) && { body: '{}' }) })
    t.ok(response.status === 404 || response.status === 413 || response.status === 415, `${method} ${filled} is refused`, { status: response.status })
    const text = await response.text()
    t.notOk(text.includes(token) || response.headers.has('set-cookie'))
  }
  t.equal((await keeper.client.listKept()).kept.length, 1, 'nothing was ordered')

  t.equal(await statusOf(url, { host: 'evil"><script>' }), 421, 'a host that is none goes into no page')
  for (const host of ['a:99999', '[::::]', '999.999.999.999']) t.equal(await statusOf(url, { host }), 421, host)
  for (const host of ['a:99999', '[::::]']) t.equal(await statusOf(`${url}/not-there`, { host }), 421, `${host}, of a page that is not there`)
  t.equal(await statusOf(url, { host: 'letters.example.org', 'x-forwarded-host': 'evil.example' }), 200)
})

t.test('the owner of the machine does not wait for what strangers ask for', async t => {
  const refs: string[] = []
  for (let i = 0; i < 5; i++) {
    const markdown = `---\ntitle: Heavy ${i}\n---\n\n${i} ${'*a* '.repeat(200_000)}\n`
    refs.push((await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })).ref)
  }
  await untilReady(keeper, 8)
  const answered: string[] = []
  const strangers = refs.map(async ref => {
    await (await fetch(`${url}/${newsletter}/issues/${ref.split('@', 1)[0]}`)).text()
    answered.push('a stranger')
  })
  // Now the others wait for their turn.
  await Promise.race(strangers)
  await keeper.client.getIssueContent({ params: { issue: ref }, query: { format: 'html' } })
  answered.push('the owner')
  await Promise.all(strangers)
  t.not(answered.at(-1), 'the owner', 'what came before is made at the same time')
})

t.test('a correction shows at once', async t => {
  const own = `${url}/${newsletter}/issues/${id}`
  const before = (await fetch(own)).headers.get('etag')!
  await author.client.retractIssue({ params: { issue: ref }, body: { note: 'The boat did not come.' } })
  await until('the retraction has come', async () => {
    const { issue } = await keeper.client.getIssue({ params: { issue: ref } })
    return issue.change === 'retraction' && issue.state === 'ready'
  })
  const retracted = await (await fetch(own, { headers: { 'if-none-match': before } })).text()
  t.match(retracted, 'The boat did not come.')
  t.notMatch(retracted, 'The boat came.')
})

t.test('for pictures that strangers ask for neither the owner of the machine nor who writes on it waits', async t => {
  const folder = t.testdir({ 'index.md': '# By land\n\n![A dot](dot.png)\n', 'dot.png': onePixelPng })
  const { check } = PictureThread.prototype
  t.teardown(() => { PictureThread.prototype.check = check })
  const threads: PictureThread[] = []
  PictureThread.prototype.check = async function (this: PictureThread, source) {
    threads.push(this)
    return await check.call(this, source)
  }
  const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  await until('it is kept', async () => await keeper.client.getIssue({ params: { issue: ref } }).then(({ issue }) => issue.state === 'ready', () => false))
  t.equal((await fetch(`${url}/${newsletter}/issues/${ref.split('@', 1)[0]}/files/dot.png`)).status, 200)
  await keeper.client.getIssueContent({ params: { issue: ref }, query: { format: 'html' } })
  t.equal(threads.length, 3)
  t.equal(new Set(threads).size, 3)
})

t.test('what is shown can be checked by anyone, and what is private is not shown', async t => {
  const own = `${url}/${newsletter}/issues/${id}`
  const manifest = JSON.parse(await (await fetch(`${own}/issue.json`)).text()) as { body: { blake2b: string } }
  t.equal(blake2b256Hex(Buffer.from(await (await fetch(`${own}/body.md`)).arrayBuffer())), manifest.body.blake2b)
  t.match(await (await fetch(`${own}/issue.json.minisig`)).text(), /trusted comment: .*\n/)
  const checking = await (await fetch(`${url}/how-to-check`)).text()
  const { writers } = await author.client.getNewsletter({ params: { newsletter } })
  t.match(checking, writers[0]!.signingKey)
  t.match(checking, `<a href="/${newsletter}/root/keys">keys</a>`)
  t.match(await (await fetch(`${url}/${newsletter}/root/keys`)).text(), /^colporteur root 1\nthreshold 1\nRW/)
  t.equal((await fetch(`${url}/${newsletter}/root/..%2fkeys`)).status, 404)

  const secret = await createNewsletter(author, 'For a few')
  const read = await createNewsletter(author, 'Only read')
  const [secretRef] = await publishIssues(author, secret, 1)
  const [readRef] = await publishIssues(author, read, 1)
  await keeper.client.keepNewsletter({ body: { address: secret, isPrivate: true } })
  await keeper.client.subscribe({ body: { address: read } })
  for (const ref of [secretRef!, readRef!]) await until('it is here', async () => (await keeper.client.getIssue({ params: { issue: ref } }).catch(() => null))?.issue.state === 'ready')
  const paths = (address: string, ref: string): string[] => [
    `/${address}`, `/${address}/atom.xml`, `/${address}/feed.json`, `/${address}/root/keys`, `/${address}/issues/${ref.split('@', 1)[0]}`, `/${address}/issues/${ref.split('@', 1)[0]}/body.md`
  ]
  for (const path of [...paths(secret, secretRef!), ...paths(read, readRef!)]) t.equal((await fetch(url + path)).status, 404, path)
  for (const path of ['/', '/how-to-check']) t.notMatch(await (await fetch(url + path)).text(), new RegExp(`${secret}|${read}|For a few|Only read`))

  await keeper.client.keepNewsletter({ body: { address: newsletter, isPrivate: true } })
  t.equal((await fetch(own)).status, 404, 'it can be taken off')
  await keeper.client.keepNewsletter({ body: { address: newsletter, isPrivate: false } })
  await keeper.client.keepNewsletter({ body: { address: secret, owner: 'Wei' } })
  t.equal((await fetch(`${url}/${secret}`)).status, 404, 'what is not said anew stays as it is')

  await keeper.restart()
  const { webUrl, kept } = await keeper.client.listKept()
  t.same(kept.map(({ isPrivate }) => isPrivate), [false, true])
  t.equal((await fetch(`${webUrl}${newsletter}/issues/${id}`)).status, 200, 'it goes on after a restart')
  await keeper.client.dropNewsletter({ params: { newsletter } })
  t.equal((await fetch(`${webUrl}${newsletter}/issues/${id}`)).status, 404)
  await keeper.client.changeKeeperSettings({ body: { web: { ...WEB, url: 'https://letters.example.org/kept' } } })
  t.match(await keeper.client.listKept(), { webUrl: 'https://letters.example.org/kept' })
  await keeper.client.changeKeeperSettings({ body: { web: null } })
  await t.rejects(fetch(webUrl!), 'and nobody listens there any more')
  t.match(await keeper.client.listKept(), { webUrl: null, webProblem: null })
  await t.rejects(keeper.client.changeKeeperSettings({ body: { web: { ...WEB, port: Number(new URL(await author.node.listen()).port) } } }), { code: 'BAD_CONFIG', message: /taken|EADDRINUSE/ })
  await t.rejects(keeper.client.changeKeeperSettings({ body: { web: { ...WEB, host: 'localhost' } } }), { code: 'BAD_CONFIG' })
  t.match(await keeper.client.listKept(), { settings: { web: null } }, 'what can not be is not written down')
})

async function statusOf (url: string, headers: Record<string, string>): Promise<number | undefined> {
  return await new Promise((resolve, reject) => request(url, { headers }, response => resolve(response.resume().statusCode)).on('error', reject).end())
}
