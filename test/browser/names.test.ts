import t from 'tap'
import { testBrowser } from '../support/browser.ts'
import { createNewsletter, testNetwork, untilComplete } from '../support/network.ts'
import { headed } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'
import { goTo } from './console-page.ts'

const TURNS = /[\u202A-\u202E\u2066-\u2069]/
const PAGES = ['/inbox', '/newsletters', '/peers', '/storage']

t.test('names that are made to turn a sentence around, or to burst a page, spoil nothing but themselves', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  await reader.node.listen()
  const titles = ['Plain\u202E drawkcab \u2066', 'Wörterbuchüber'.repeat(14), `Marks Z${'\u0301'.repeat(80)}`]
  const newsletters: string[] = []
  for (const title of titles) {
    const newsletter = await createNewsletter(author, title)
    newsletters.push(newsletter)
    const markdown = `---\ntitle: "${title}"\nsubtitle: "${title}"\n---\n\n# Text\n`
    await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })
    await reader.client.subscribe({ body: { address: newsletter } })
    await untilComplete(reader, newsletter, 1)
  }
  const page = await browser.open(reader)
  const text = async (): Promise<string> => await page.locator('body').innerText()
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 })
    for (const path of [...PAGES, ...newsletters.map(newsletter => `/newsletters/${newsletter}`)]) {
      await goTo(page, path)
      await until(`${path} shows the newsletters`, async () => /Plain|Wörterbuch|Marks/.test(await page.getByRole('main').innerText()))
      t.notMatch(await text(), TURNS, path)
      t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} fits into ${width} pixels`)
    }
    for (const { ref, title } of (await reader.client.getInbox({ query: {} })).issues) {
      await goTo(page, `/inbox/${encodeURIComponent(ref)}`)
      await headed(page, title.replaceAll(new RegExp(TURNS, 'g'), '').trim())
      t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `an issue fits into ${width} pixels`)
      await page.getByRole('button', { name: /^Signed by/ }).click()
      await page.getByRole('dialog').getByText('names as its writer').waitFor()
      t.notMatch(await text(), TURNS, 'the proof')
      await page.keyboard.press('Escape')
    }
  }
})
