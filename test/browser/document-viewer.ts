import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import type { Ends } from '../support/namespaces.ts'
import type { TestNode } from '../support/network.ts'
import { headed, textOf } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'
import type { Seen, Shown, Viewer, ViewerOptions } from '../support/viewer.ts'

export async function launchViewer (ends: Ends, { trapPort, folder }: ViewerOptions): Promise<Viewer | null> {
  const browser = await launchBrowser([`--host-resolver-rules=MAP * 127.0.0.1:${trapPort}, EXCLUDE 127.0.0.1`])
  if (!browser) return null
  ends.teardown(() => browser.close())
  return new DocumentViewer(browser, `${pathToFileURL(folder).href}/`)
}

function nothing (): Seen {
  return { scripts: [], packets: [], navigations: [], complaints: [] }
}

class DocumentViewer implements Viewer {
  readonly seen = nothing()
  pages = 0
  #browser: Browser
  /** Where pages are shown. */
  #here: string[]
  #console: Page | null = null
  #consoleOrigin = ''

  constructor (browser: Browser, folder: string) {
    this.#browser = browser
    this.#here = [folder]
  }

  async console ({ node }: TestNode): Promise<void> {
    const address = node.addressToOpen()
    this.#consoleOrigin = `${new URL(address).origin}/`
    this.#here.push(this.#consoleOrigin, `http://127.0.0.1:${node.readingPort}/`)
    const context = await this.#newContext(this.seen)
    this.#console = await context.newPage()
    await this.#console.goto(address)
    await this.#console.waitForSelector('console-shell')
  }

  async read (ref: string, title: string, lastWords: string): Promise<void> {
    const page = await this.#open(ref, title)
    await textOf(page).getByText(lastWords).waitFor().catch(() => this.seen.complaints.push(`the last words of ${title} are not shown`))
    const frame = page.frames().find(candidate => candidate.url().includes('/read/'))
    if (frame) await this.#touch(frame)
    if (!page.url().startsWith(this.#consoleOrigin)) this.seen.navigations.push(`the console is at ${page.url()}`)
  }

  async look (ref: string, title: string): Promise<Shown> {
    const page = await this.#open(ref, title)
    const frame = await until('the page of the issue is there', () => page.frames().find(candidate => candidate.url().includes(`/read/${ref}?`)))
    const shown = await until('every picture has come, or will not', async () => await frame.evaluate(() => {
      if (document.readyState !== 'complete') return null
      const pictures = [...document.images]
      // One that is far down is loaded when somebody comes there.
      for (const picture of pictures) picture.loading = 'eager'
      if (!pictures.every(({ complete }) => complete)) return null
      const broken = pictures.filter(({ naturalWidth }) => naturalWidth === 0)
      const links = [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href')!).filter(href => /^[a-z]+:/i.test(href))
      return { pictures: pictures.length - broken.length, brokenPictures: broken.map(({ alt }) => alt), links }
    }))
    this.pages++
    return shown
  }

  async page (url: string): Promise<void> {
    if (url.startsWith('http://127.0.0.1:')) this.#here.push(`${new URL(url).origin}/`)
    const context = await this.#newContext(this.seen)
    const page = await context.newPage()
    await page.goto(url)
    await this.#touch(page.mainFrame())
    await page.waitForLoadState('networkidle')
    if (page.url().split('#', 1)[0] !== url) this.seen.navigations.push(`${url} became ${page.url()}`)
    await context.close()
  }

  async pageThatDoesAll (url: string): Promise<Seen> {
    const seen = nothing()
    const context = await this.#newContext(seen)
    const page = await context.newPage()
    await page.goto(url)
    await until('all of it is seen', () => [seen.scripts, seen.packets, seen.navigations].every(list => list.length > 0), () => seen)
    await context.close()
    return seen
  }

  /** An issue in the console, as somebody opens it there. */
  async #open (ref: string, title: string): Promise<Page> {
    const page = this.#console!
    await page.evaluate(place => { location.hash = place }, `/issues/${encodeURIComponent(ref)}`)
    await headed(page, title)
    return page
  }

  async #newContext (seen: Seen): Promise<BrowserContext> {
    const context = await this.#browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
    const isHere = (url: string): boolean => this.#here.some(start => url.startsWith(start))
    context.on('request', request => {
      const url = request.url()
      if (!/^(?:data|blob):/.test(url) && !isHere(url)) seen.packets.push(url)
    })
    context.on('page', page => {
      if (context.pages().length > 1) seen.navigations.push(`a window opens: ${page.url()}`)
      page.on('dialog', dialog => {
        seen.scripts.push(`a dialog says ${dialog.message()}`)
        void dialog.dismiss()
      })
      page.on('pageerror', error => seen.scripts.push(`something ran, and failed: ${error.message}`))
      page.on('console', message => { if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text()) })
      page.on('websocket', socket => seen.packets.push(socket.url()))
      page.on('download', download => seen.navigations.push(`a file is saved: ${download.url()}`))
      page.on('framenavigated', frame => { if (frame.url() !== 'about:blank' && !isHere(frame.url())) seen.navigations.push(frame.url()) })
    })
    return context
  }

  /** Touches everything in a page of others, and looks for what could do something. */
  async #touch (frame: Frame): Promise<void> {
    this.pages++
    const found = await frame.evaluate(() => {
      const all = [...document.querySelectorAll('body *')]
      for (const element of all.slice(0, 3000)) {
        const target = element.closest('a[href]')?.getAttribute('href')
        // The others lead away, as they should.
        if (element instanceof HTMLElement && /^(?:#|\s*javascript:|$)/i.test(target ?? '')) element.click()
        for (const name of ['pointerover', 'focus', 'toggle', 'error', 'load', 'animationstart']) element.dispatchEvent(new Event(name, { bubbles: true }))
      }
      const attributes = all.flatMap(element => [...element.attributes].map(({ name, value }) => ({ name, value })))
      const active = /^(?:script|iframe|object|embed|form|input|button|link|meta|base|svg|math|video|audio|template|portal|style|parsererror)$/i
      return [
        ...attributes.filter(({ name }) => name.startsWith('on')).map(({ name }) => name),
        ...attributes.map(({ value }) => value).filter(value => /^\s*(?:javascript|vbscript|data:text)/i.test(value)),
        ...all.map(({ tagName }) => tagName).filter(tag => active.test(tag)),
        ...all.filter(element => ['fixed', 'sticky'].includes(getComputedStyle(element).position)).map(({ tagName }) => `${tagName} covers the page`)
      ]
    }).catch((error: unknown) => void this.seen.navigations.push(`while it was read: ${String(error).split('\n', 1)[0]}`))
    this.seen.scripts.push(...(found ?? []).map(what => `${what} in ${frame.url()}`))
  }
}
