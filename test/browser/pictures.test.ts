import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Download } from 'playwright-core'
import t from 'tap'
import { testBrowser } from '../support/browser.ts'
import { testNetwork, untilComplete } from '../support/network.ts'
import { HOSTILE_PICTURES, onePixelPng } from '../support/pictures.ts'
import { CHECKED, textOf, twoNodes } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'

t.test('in the place of a picture that is not shown stands why, and a click saves the file', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter } = await twoNodes(network, ['# First\n\nOne.\n'])
  const folder = join(network.folder, 'pictures')
  const { bytes, why } = HOSTILE_PICTURES['bomb.png']!
  await mkdir(folder)
  await writeFile(join(folder, 'bomb.png'), bytes)
  await writeFile(join(folder, 'dot.png'), onePixelPng)
  await writeFile(join(folder, 'list.csv'), 'a,b\n')
  await writeFile(join(folder, 'index.md'), '# Pictures\n\n![A map](bomb.png)\n\n![A dot](dot.png)\n\n[The list](list.csv)\n')
  const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  await untilComplete(reader, newsletter, 2)

  const page = await browser.open(reader, { expected: CHECKED, path: `/issues/${encodeURIComponent(ref)}` })
  const dot = textOf(page).getByRole('img', { name: 'A dot' })
  await dot.waitFor()
  await until('the other one is shown', async () => await dot.evaluate(image => (image as HTMLImageElement).naturalWidth) === 1)
  t.equal(await textOf(page).locator('img').count(), 1)
  const saved: Download[] = []
  page.context().on('page', opened => opened.on('download', download => { saved.push(download) }))
  page.on('download', download => { saved.push(download) })
  await textOf(page).getByRole('link', { name: `Picture not shown (A map): ${why}` }).click()
  await until('it is saved', () => saved.length === 1)
  t.equal(saved[0]!.suggestedFilename(), 'bomb.png')
  t.same(await readFile(await saved[0]!.path()), bytes)
  await textOf(page).getByRole('link', { name: 'The list' }).click()
  await until('so is what is no picture', () => saved.length === 2)
  t.equal(saved[1]!.suggestedFilename(), 'list.csv')
})
