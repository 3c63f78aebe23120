import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { testBrowser } from '../support/browser.ts'
import { testNetwork } from '../support/network.ts'
import { CHECKED, headed, textOf, twoNodes } from '../support/reading-stage.ts'

t.test('on paper an issue has one head, tells where its links lead, and nothing of the node', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, newsletter } = await twoNodes(network, ['# First\n\nOne.\n'])
  await author.node.listen()
  const folder = join(network.folder, 'with-attachment')
  await mkdir(folder)
  await writeFile(join(folder, 'tides.csv'), 'hour,height\n')
  await writeFile(join(folder, 'index.md'), '# Tides\n\nSee [the almanac](https://almanac.example/tides) and [the table](tides.csv).\n')
  const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })

  const page = await browser.open(author, { path: `/issues/${encodeURIComponent(ref)}`, expected: CHECKED })
  await headed(page, 'Tides')
  const link = textOf(page).getByRole('link', { name: 'the almanac' })
  await link.waitFor()
  await page.emulateMedia({ media: 'print' })
  const afterOf = (name: string) => textOf(page).getByRole('link', { name }).evaluate(link => getComputedStyle(link, '::after').content)
  t.match(await afterOf('the almanac'), 'https://almanac.example/tides')
  t.equal(await afterOf('the table'), 'none', 'an address on this machine, with a pass in it, is nobody\'s business')
  t.notOk(await page.locator('.issue-head').isVisible(), 'the page in the frame has a head of its own')
  t.ok(await textOf(page).getByRole('heading', { name: 'Tides' }).isVisible())
})
