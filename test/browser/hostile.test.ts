import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { testBrowser } from '../support/browser.ts'
import { testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'
import { headed, textOf, twoNodes } from '../support/reading-stage.ts'

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

t.test('even a script in an issue\'s page would find nothing: the walls hold without the sanitiser', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const spy = await tracker(t)
  const network = await testNetwork(t)
  const { reader, refs: [ref], port } = await twoNodes(network, ['# Hostile 1\n\nThe end of it\n'])
  const page = await browser.open(reader, { expected: /Content Security Policy|violates|Blocked script|Unsafe attempt|sandboxed/ })
  await page.evaluate(place => { location.hash = place }, `/issues/${encodeURIComponent(ref!)}`)
  await headed(page, 'Hostile 1')
  await textOf(page).getByText('The end of it').waitFor()
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
