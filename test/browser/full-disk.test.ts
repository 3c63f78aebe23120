import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { testBrowser } from '../support/browser.ts'
import { testNetwork } from '../support/network.ts'
import { fill, noDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { newDraft, textField, textIn, untilSaved, untilText } from './console-page.ts'

// The node refuses to save, and opens its store anew when there is room again.
const FULL = /status of 507|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/

t.test('a disk that fills while somebody writes loses nothing, says what is wrong, and goes on by itself', { skip: noDisk }, async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const node = await startOnSmallDisk(t, `${network.folder}/small`, network.addresses)
  const { newsletter } = await node.client.createNewsletter({ body: { title: 'The Tidal Post' } })
  const before = Array.from({ length: 60 }, (_, i) => `Paragraph ${i}.`).join('\n\n')
  const draft = await newDraft(node, newsletter.address, 'A title', before)
  const params = { draft }
  const page = await browser.open(node, { path: `/drafts/${draft}`, expected: FULL })
  const trouble = page.getByRole('alert').getByText(/^Not saved: The disk is full/)
  const short = page.getByRole('alert').getByText('The disk is nearly full. Nothing new is fetched')
  await textField(page).click()
  await page.keyboard.press('Control+End')
  t.equal(await short.count(), 0)

  await fill(join(node.disk, 'filler'))
  await page.keyboard.type(' Typed when it was full.')
  await trouble.waitFor()
  await short.waitFor()
  const box = (await page.locator('saving-trouble .trouble').boundingBox())!
  t.ok(await page.evaluate(() => scrollY) > 500, 'one writes far down')
  t.ok(box.y >= 0 && box.y < 200, 'and sees there what is wrong')
  await page.keyboard.type(' And on.')
  const whole = `${before} Typed when it was full. And on.`
  t.equal((await node.client.getDraft({ params })).markdown, before)

  // Whoever closes the window now, or loads it anew, goes on where they were.
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await page.reload()
  await untilText(page, whole)
  await trouble.waitFor()
  await textField(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Still full.')
  await page.evaluate(() => { location.hash = '/drafts' })
  await page.getByRole('link', { name: 'A title' }).waitFor()
  await page.evaluate(place => { location.hash = place }, `/drafts/${draft}`)
  await untilText(page, `${whole} Still full.`)
  await trouble.waitFor()

  await rm(join(node.disk, 'filler'))
  await untilSaved(page)
  t.equal((await node.client.getDraft({ params })).markdown, `${whole} Still full.`)
  t.equal(await textIn(page), `${whole} Still full.`)
  t.equal(await trouble.count(), 0)
  await short.waitFor({ state: 'detached' })
})

t.test('a newsletter for which there is no room is not begun', { skip: noDisk }, async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const node = await startOnSmallDisk(t, `${network.folder}/small`, network.addresses, '40m')
  const page = await browser.open(node, { path: '/start', expected: FULL })
  await page.getByLabel('What is it called?').fill('The Tidal Post')
  await page.getByRole('button', { name: 'Start it' }).click()
  await page.getByRole('alert').getByText('There is not enough room on the disk. Free some space; nothing of this was written.').waitFor()
  t.same(await readdir(join(node.disk, 'keys')), ['node.key'], 'nor is half of it there')
})
