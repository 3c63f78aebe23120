import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { launchBrowser } from '../support/browser.ts'
import { type NodeProcess, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { type Scene, scenes, type Stage } from './scenes.ts'

/**
 * `npm run screenshots [-- NAME …]`: every page of the console as a picture, light, dark and on a phone, in the folder
 * `screenshots`, taken from real nodes with the sample newsletter. With names only those scenes.
 */

const SHOTS = [
  { name: 'light', theme: 'light', viewport: { width: 1360, height: 900 } },
  { name: 'dark', theme: 'dark', viewport: { width: 1360, height: 900 } },
  { name: 'phone', theme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'phone-dark', theme: 'dark', viewport: { width: 390, height: 844 } }
] as const
const root = fileURLToPath(new URL('../../../', import.meta.url))
const pictures = join(root, 'screenshots')

const wanted = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'colporteur-screenshots-'))
const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
const nodes: NodeProcess[] = []
const browser = await launchBrowser()
try {
  if (!browser) throw new Error('There is no Chromium. Set CHROME_PATH to one.')
  await mkdir(pictures, { recursive: true })
  const stage = await setTheStage()
  for (const scene of scenes) if (wanted.length === 0 || wanted.includes(scene.name)) await shoot(scene, stage)
} finally {
  await browser?.close()
  for (const { process } of nodes) await process.kill()
  await dht.close()
  await rm(folder, { recursive: true, force: true })
}

async function setTheStage (): Promise<Stage> {
  for (const who of ['author', 'reader']) nodes.push(await startNode(join(folder, who), dht.addresses))
  const [author, reader] = nodes.map(({ client }) => client) as [Stage['author'], Stage['reader']]
  const description = { title: 'The Long Road', description: 'Letters about those who carried print from town to town.', authors: ['Ines Vidal'] }
  const { newsletter: { address: newsletter } } = await author.createNewsletter({ body: description })
  const { published } = await author.importIssues({ params: { newsletter }, body: { path: join(root, 'sample/the-long-road') } })
  await reader.subscribe({ body: { address: newsletter } })
  await until('the reader has everything', async () => (await reader.getSubscription({ params: { newsletter } })).progress.issues.ready === published)
  return { author, reader, newsletter }
}

async function shoot ({ name, who, path, ready }: Scene, stage: Stage): Promise<void> {
  const node = nodes[who === 'author' ? 0 : 1]!
  const place = typeof path === 'string' ? path : await path(stage)
  for (const { name: kind, theme, viewport } of SHOTS) {
    const { url } = await node.client.createCode()
    const context = await browser!.newContext({ viewport, colorScheme: theme, locale: 'en-GB', reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForSelector('console-shell')
    await page.evaluate(place => { location.hash = place }, place)
    await ready(page)
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: join(pictures, `${name}-${kind}.png`) })
    await context.close()
  }
  console.log(`${name}: ${SHOTS.map(({ name: kind }) => `screenshots/${name}-${kind}.png`).join(' ')}`)
}
