import { gzipSync } from 'node:zlib'
import { onStage } from './bench-stage.ts'

/** How much script each page of the console brings, compressed, in a browser that has none of it yet. */

const ROUTES = ['/inbox', '/saved', '/newsletters', '/search', '/subscribe', '/drafts', '/start', '/peers', '/storage', '/settings']

await onStage(async ({ start, browser }) => {
  const { client } = await start('author')
  const { newsletter: { address } } = await client.createNewsletter({ body: { title: 'Heavy' } })
  const { id } = await client.createDraft({ body: { newsletter: address } })
  const { ref } = await client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# One\n\nText.\n' } } })
  const pages = [...ROUTES.map(path => [path, 'main h1, main h2']), [`/drafts/${id}`, 'text-editor'], [`/issues/${encodeURIComponent(ref)}`, 'issue-frame']]
  for (const [path, shown] of pages as [string, string][]) {
    const context = await browser.newContext({ locale: 'en-GB' })
    const page = await context.newPage()
    const scripts = new Map<string, number>()
    const kept: Promise<void>[] = []
    page.on('response', response => {
      if (response.request().resourceType() === 'script') kept.push(response.body().then(body => { scripts.set(response.url(), gzipSync(body, { level: 9 }).length) }))
    })
    const { url } = await client.createCode()
    const { origin, hash } = new URL(url)
    await page.goto(`${origin}/${hash}`)
    await page.waitForSelector('console-shell')
    if (path !== '/inbox') await page.evaluate(place => { location.hash = place }, path)
    await page.waitForSelector(shown)
    // The event stream never ends, so the network is never idle; the browser is, when all that a page asks for has come.
    await page.evaluate(() => document.fonts.ready.then(() => new Promise(resolve => requestIdleCallback(resolve))))
    await Promise.all(kept)
    const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0)
    console.log(`${path.replace(id, ':draft').replace(encodeURIComponent(ref), ':issue').padEnd(16)} ${(bytes / 1000).toFixed(1).padStart(6)} kB of script in ${scripts.size} files`)
    await context.close()
  }
})
