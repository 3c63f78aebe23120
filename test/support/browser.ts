import axe, { type AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { findBrowser } from './browser-program.ts'
import type { TestNode } from './network.ts'
import type { NodeProcess } from './processes.ts'

export type { Page }

/** Nothing that Chromium does by itself may ask the network for anything. Web security stays on. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage']

export interface OpenOptions extends BrowserContextOptions {
  /** After the `#` of the console's address. */
  path?: string
  /** What the console may say on purpose, as the browser does when a request is refused. */
  expected?: RegExp
}

/** A real browser of a test. Every page in it fails the test when it asks for anything from elsewhere, or when the browser complains. */
export interface TestBrowser {
  /** Opens the console of a node in a browser of its own, by a fresh address, as a person would. */
  open (node: TestNode | NodeProcess, options?: OpenOptions): Promise<Page>
}

/** Null when there is none. Who launched it closes it. */
export async function launchBrowser (more: string[] = []): Promise<Browser | null> {
  const program = await findBrowser()
  if (!program) return null
  const env = { ...process.env as Record<string, string>, ...program.env }
  return await chromium.launch({ executablePath: program.path, args: [...ARGUMENTS, ...more], env })
}

/** The one of this process, which is one file of tests: to start a browser for each test would take longer than many of them. */
let browserOfFile: Promise<Browser | null> | null = null

/**
 * Null when there is no browser: the test says so, and tests nothing. Tests share the browser of their file, and nothing in it:
 * what was opened is closed when the test ends.
 */
export async function testBrowser (t: Test): Promise<TestBrowser | null> {
  browserOfFile ??= launchForFile()
  const browser = await browserOfFile
  if (!browser) {
    t.pass('not tested: there is no Chromium', { skip: 'no Chromium: set CHROME_PATH' })
    return null
  }
  t.teardown(() => Promise.all(browser.contexts().map(context => context.close())))
  return { open: async (node, options) => await openConsole(t, browser, node, options) }
}

async function launchForFile (): Promise<Browser | null> {
  const browser = await launchBrowser()
  // Loaded here, because others than tests launch browsers as well.
  const { default: file } = await import('tap')
  file.teardown(() => browser?.close())
  return browser
}

async function openConsole (t: Test, browser: Browser, node: TestNode | NodeProcess, { path, expected, ...options }: OpenOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  // Before its node: a page whose node is gone complains.
  t.teardown(() => context.close())
  // Every tab, also one that the test opens later.
  context.on('page', page => watch(t, page, expected))
  const page = await context.newPage()
  await page.goto('node' in node ? node.node.addressToOpen() : (await node.client.createCode()).url)
  await page.waitForSelector('console-shell')
  if (path !== undefined) await page.evaluate(place => { location.hash = place }, path)
  return page
}

/** What the browser complains about, and what goes elsewhere than this machine, fails the test. */
function watch (t: Test, page: Page, expected: RegExp | undefined): void {
  const complain = (text: string): void => { if (!expected?.test(text)) t.fail(`the browser complains: ${text}`) }
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) complain(message.text()) })
  page.on('pageerror', error => complain(error.message))
  page.context().on('request', request => {
    const { protocol, hostname } = new URL(request.url())
    if (!['data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1') t.fail(`a request leaves the machine: ${request.url()}`)
  })
}

/** Colours depend on the theme, and what fits on the width; nothing depends on both. */
const LOOKS = [{ theme: 'light', width: 1280 }, { theme: 'dark', width: 390 }] as const

/** Fails for everything that keeps somebody out, in both themes, on a phone and on a desk. */
export async function checkAccess (t: Test, page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  for (const { theme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme: theme })
    await page.setViewportSize({ width, height: 844 })
    const violations = await violationsIn(page)
    t.same(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`), [], `${name}, ${theme}, ${width} px`)
    // What is laid out by a script takes another moment.
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth).then(
      () => t.pass(`${name} fits into ${width} px`),
      async () => t.fail(`${name} fits into ${width} px`, { found: await page.evaluate(() => document.documentElement.scrollWidth) }))
  }
  await page.emulateMedia({ colorScheme: null })
  if (before) await page.setViewportSize(before)
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Of the console's own page. The frames in it show what others wrote, and run no scripts: this one neither. */
async function violationsIn (page: Page): Promise<AxeResults['violations']> {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source)
  return await page.evaluate(async rules => {
    const { axe: checker } = window as unknown as { axe: typeof axe }
    return (await checker.run(document, { iframes: false, resultTypes: ['violations'], runOnly: { type: 'tag', values: rules } })).violations
  }, RULES)
}
