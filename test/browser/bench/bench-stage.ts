import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startBootstrap } from '../../../shared/network/bootstrap.ts'
import { launchBrowser } from '../../support/browser.ts'
import { type NodeProcess, startNode } from '../../support/processes.ts'

/** Where a bench of the console plays: real nodes on a private DHT, and a real browser. */
export interface BenchStage {
  folder: string
  browser: Browser
  start (name: string): Promise<NodeProcess>
  /** Opens the console of a node, in a browser that knows nothing yet. */
  open (node: NodeProcess, path: string): Promise<Page>
}

/** Plays, and clears everything away, also when it fails. @throws when there is no Chromium */
export async function onStage (play: (stage: BenchStage) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
  const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  const nodes: NodeProcess[] = []
  const browser = await launchBrowser()
  try {
    if (!browser) throw new Error('There is no Chromium. Set CHROME_PATH to one.')
    await play({
      folder,
      browser,
      start: async name => {
        const node = await startNode(join(folder, name), dht.addresses)
        nodes.push(node)
        return node
      },
      open: async ({ client }, path) => {
        const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } })
        const page = await context.newPage()
        page.setDefaultTimeout(120_000)
        const { url } = await client.createCode()
        await page.goto(url)
        await page.waitForSelector('console-shell')
        await page.evaluate(place => { location.hash = place }, path)
        return page
      }
    })
  } finally {
    await browser?.close()
    for (const { process } of nodes) await process.kill()
    await dht.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Median and 95th percentile, in ms. */
export function spreadOf (ms: number[]): string {
  const sorted = [...ms].sort((a, b) => a - b)
  const at = (part: number): string => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${sorted.at(-1)!.toFixed(1)} ms of ${sorted.length}`
}
