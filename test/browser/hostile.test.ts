import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type Page, testBrowser } from '../support/browser.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'
import { headed, textOf, twoNodes } from '../support/reading-stage.ts'

/** So many documents stand in one issue, which is opened once. */
const IN_ONE = 400

/** Documents that want out of their frame, or to tell somebody that they were opened. `TRACKER` stands for who would like to know. */
const DOCUMENTS = [
  '<script>parent.postMessage({ kind: "laid", height: 1, blocks: [] }, "*")</script>',
  '<img src=x onerror="fetch(\'TRACKER\')">',
  '<svg onload="top.location = \'TRACKER\'"><script>alert(1)</script></svg>',
  '<iframe srcdoc="<script>parent.parent.location=\'TRACKER\'</script>"></iframe>',
  '<meta http-equiv="refresh" content="0;url=TRACKER">',
  '<link rel="stylesheet" href="TRACKER">',
  '<link rel="dns-prefetch" href="TRACKER"><link rel="preconnect" href="TRACKER">',
  '<style>@import url(TRACKER); body { background: url(TRACKER) }</style>',
  '<div style="position:fixed;inset:0;background:url(TRACKER)">over everything</div>',
  '<form action="TRACKER"><button autofocus>Send</button></form>',
  '<base href="TRACKER/">',
  '<object data="TRACKER"></object><embed src="TRACKER">',
  '<video poster="TRACKER" src="TRACKER" autoplay></video>',
  '<a href="javascript:alert(1)">click</a> <a ping="TRACKER" href="#text-x">ping</a>',
  '![a picture](TRACKER "title") ![](//TRACKER) ![](data:image/svg+xml,<svg/onload=alert(1)>)',
  '[a link](javascript:alert(1)) [another](data:text/html,<script>alert(1)</script>) [third](vbscript:x)',
  '<a href="TRACKER" target="_top">top</a> <a href="TRACKER" target="_parent">parent</a>',
  '<img srcset="TRACKER 1x" src=""><picture><source srcset="TRACKER"></picture>',
  '<math><mtext><table><mglyph><style><img src=TRACKER onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=TRACKER onerror=alert(1)>">',
  '<input type=image src=TRACKER><body background=TRACKER onload=alert(1)>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<template shadowrootmode=open><script>alert(1)</script></template>',
  '<portal src=TRACKER></portal><frameset onload=alert(1)>'
]

/** The documents of a corpus: one JSON object with `html` in each line. */
async function corpus (): Promise<string[] | null> {
  const folder = process.env['COLPORTEUR_HOSTILE_DOCUMENTS']
  if (!folder) return null
  const files = (await readdir(folder)).filter(name => name.endsWith('.jsonl'))
  const lines = await Promise.all(files.map(async name => (await readFile(join(folder, name), 'utf8')).trim().split('\n')))
  return lines.flat().map(line => (JSON.parse(line) as { html: string }).html)
}

/** Somebody on this machine who would like to know who reads; counts who asks. */
async function tracker (t: Test): Promise<{ url: string, asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('seen')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise<void>(resolve => server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/p`, asked }
}

/** Opens an issue as a reader would, touches what can be touched, and looks for anything that should not have happened. */
async function readHostile (t: Test, page: Page, ref: string, title: string): Promise<void> {
  const origin = new URL(page.url()).origin
  await page.evaluate(place => { location.hash = place }, `/issues/${encodeURIComponent(ref)}`)
  await headed(page, title)
  await textOf(page).getByText('The end of it').waitFor()
  const inner = page.frames().find(frame => frame.url().includes('/read/'))!
  const found = await inner.evaluate(() => {
    const all = [...document.querySelectorAll('body *')]
    for (const element of all.slice(0, 3000)) {
      for (const name of ['pointerover', 'focus', 'toggle', 'error', 'load', 'animationstart']) element.dispatchEvent(new Event(name, { bubbles: true }))
    }
    const attributes = all.flatMap(element => [...element.attributes].map(({ name, value }) => ({ name, value })))
    return {
      handlers: attributes.filter(({ name }) => name.startsWith('on')).length,
      addresses: attributes.filter(({ value }) => /^\s*(?:javascript|vbscript|data:text)/i.test(value)).length,
      elements: all.filter(element => /^(?:script|iframe|object|embed|form|input|button|link|meta|base|svg|math|video|audio|template|portal|style)$/i.test(element.tagName)).length,
      covers: all.filter(element => ['fixed', 'sticky'].includes(getComputedStyle(element).position)).length
    }
  })
  t.same(found, { handlers: 0, addresses: 0, elements: 0, covers: 0 }, title)
  t.equal(new URL(page.url()).origin, origin, 'the console stays where it was')
  t.equal(page.context().pages().length, 1, 'no window was opened')
}

t.test('nothing in an issue runs, loads or leads away, whatever its author wrote', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const spy = await tracker(t)
  const documents = [...DOCUMENTS, ...await corpus() ?? []].map(text => text.replaceAll('TRACKER', spy.url).replaceAll('http://tracker.test/p', spy.url))
  if (documents.length === DOCUMENTS.length) t.pass('only the own documents', { skip: 'COLPORTEUR_HOSTILE_DOCUMENTS names no folder with hostile documents' })
  const issues = Array.from({ length: Math.ceil(documents.length / IN_ONE) }, (_, i) => documents.slice(i * IN_ONE, (i + 1) * IN_ONE))
  // Each ends what the one before may have left open.
  const texts = issues.map((some, i) => `# Hostile ${i + 1}\n\n${some.join('\n\n```\n```\n\n')}\n\n\`\`\`\n\`\`\`\n\nThe end of it\n`)
  const network = await testNetwork(t)
  const { reader, refs } = await twoNodes(network, texts)
  const page = await browser.open(reader)
  page.on('dialog', dialog => {
    t.fail(`a dialog says: ${dialog.message()}`)
    void dialog.dismiss()
  })
  const downloads: string[] = []
  page.on('download', download => downloads.push(download.url()))
  for (const [i, ref] of refs.entries()) await readHostile(t, page, ref, `Hostile ${i + 1}`)
  t.same(spy.asked, [], `of ${documents.length} documents none told that it was opened`)
  t.same(downloads, [])
})

t.test('even a script in an issue\'s page would find nothing: the walls hold without the sanitiser', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const spy = await tracker(t)
  const network = await testNetwork(t)
  const { reader, refs: [ref], port } = await twoNodes(network, ['# Hostile 1\n\nThe end of it\n'])
  const page = await browser.open(reader, { expected: /Content Security Policy|violates|Blocked script|Unsafe attempt|sandboxed/ })
  await readHostile(t, page, ref!, 'Hostile 1')
  const inner = page.frames().find(frame => frame.url().includes('/read/'))!
  // As a debugger may, what the page itself may not. All of it at once: nothing is called back in a page without scripts.
  const tried = await inner.evaluate(({ spy, console }) => {
    const attempt = (work: () => unknown): string => {
      try {
        return String(work())
      } catch (error) {
        return (error as Error).name
      }
    }
    const ask = (url: string): number => {
      const request = new XMLHttpRequest()
      request.open('GET', url, false)
      request.send()
      return request.status
    }
    const script = document.createElement('script')
    script.textContent = 'document.title = "ran"'
    document.body.append(script)
    const picture = document.createElement('img')
    picture.src = `${spy}?picture`
    document.body.append(picture)
    return {
      script: document.title === 'ran',
      consoleDocument: attempt(() => top!.document.title),
      consoleStorage: attempt(() => top!.localStorage.getItem('colporteur.token')),
      consoleApi: attempt(() => ask(`${console}/api/status`)),
      ownApi: attempt(() => ask('/api/status')),
      elsewhere: attempt(() => ask(spy)),
      topNavigation: attempt(() => { top!.location.href = spy }),
      cookies: document.cookie
    }
  }, { spy: spy.url, console: `http://127.0.0.1:${port}` })
  t.same(tried, {
    script: false,
    consoleDocument: 'SecurityError',
    consoleStorage: 'SecurityError',
    consoleApi: 'NetworkError',
    ownApi: 'NetworkError',
    elsewhere: 'NetworkError',
    topNavigation: 'SecurityError',
    cookies: ''
  })
  await until('the picture was refused', () => inner.evaluate(() => [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth === 0)))
  t.same(spy.asked, [])

  // Messages that are not the lectern's, or not of its shape, move nothing.
  const heightBefore = await page.locator('issue-frame iframe').evaluate(frame => (frame as HTMLElement).style.height)
  await inner.evaluate(() => { top!.postMessage({ kind: 'laid', height: 9, blocks: [] }, '*') })
  await page.frames().find(frame => frame.url().endsWith('/lectern.html'))!.evaluate(() => {
    for (const message of [{ kind: 'laid', height: -1, blocks: [] }, { kind: 'laid', height: 9, blocks: 'x' }, { kind: 'key', key: 'Delete' }, { kind: 'follow', link: 'javascript:alert(1)' },
      { kind: 'jump', top: '9' }, { kind: '__proto__' }, null, 'laid', 9]) parent.postMessage(message, '*')
  })
  await page.evaluate(() => { postMessage({ kind: 'laid', height: 9, blocks: [] }, '*') })
  await page.evaluate(() => new Promise<void>(resolve => requestAnimationFrame(() => resolve())))
  t.equal(await page.locator('issue-frame iframe').evaluate(frame => (frame as HTMLElement).style.height), heightBefore)
  t.match(page.url(), /#\/issues\//)
})
