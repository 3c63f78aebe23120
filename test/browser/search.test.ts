import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { testNetwork, untilComplete } from '../support/network.ts'
import { AWAY, headed, twoNodes } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'

t.test('issues are found while one types, by keys alone, and what was looked for is there again on the way back', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter } = await twoNodes(network, [
    '# Caravans\n\nThe camels carried quicksilver to **Timbuktu**.\n', '# Salt\n\nWhat it is.\n', '# By sea\n\nThe boat carried salt.\n', '# Last\n\nA hostile `<i>title</i>`.\n'
  ])
  await until('all is in the index', async () => (await reader.client.searchIssues({ query: { q: 'salt' } })).index.isComplete)
  const page = await browser.open(reader, { expected: AWAY, path: '/newsletters', viewport: { width: 1280, height: 800 } })
  const titles = async (): Promise<string[]> => (await page.locator('search-result h2').allTextContents()).map(text => text.trim())
  const field = page.getByRole('searchbox')
  await page.getByRole('heading', { name: 'Newsletters' }).waitFor()
  await page.keyboard.press('/')
  await page.getByRole('heading', { name: 'Search', exact: true }).waitFor()
  await until('the field has the focus', () => field.evaluate(element => element === document.activeElement))
  await checkAccess(t, page, 'an empty search')
  await page.keyboard.type('sal')
  await until('both are found', async () => (await titles()).length === 2, titles)
  t.same(await titles(), ['Salt', 'By sea'], 'the title before the text')
  t.same(await page.locator('search-result mark').allTextContents(), ['Salt', 'salt'])
  await page.getByText('2 issues').waitFor()
  t.match(page.url(), /#\/search\?q=sal$/)
  await checkAccess(t, page, 'what was found')

  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('o')
  await headed(page, 'By sea')
  await page.goBack()
  await until('what was found is there again', async () => (await titles()).length === 2, titles)
  t.equal(await field.inputValue(), 'sal')

  await field.fill('"salt to"')
  await page.getByRole('heading', { name: 'Nothing was found' }).waitFor()
  await checkAccess(t, page, 'nothing found')
  await field.fill('is:wet x')
  await page.getByRole('alert').getByText('is:unread and is:saved').waitFor()
  await checkAccess(t, page, 'a search that is not understood')
  await field.fill('hostile')
  await page.locator('search-result').getByText('A hostile <i>title</i>.').waitFor()
  t.equal(await page.locator('search-result i').count(), 0, 'what others write stays text')

  await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Later\n\nMore quicksilver.\n' } } })
  await untilComplete(reader, newsletter, 5)
  await until('it is in the index', async () => (await reader.client.searchIssues({ query: { q: 'quicksilver' } })).total === 2)
  await field.fill('quicksil')
  await until('both are found', async () => (await titles()).length === 2, titles)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await headed(page, 'Later')

  // From the inbox, whose own field filters by title alone.
  await page.evaluate(() => { location.hash = '/inbox' })
  await page.getByRole('link', { name: 'Caravans' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('quicksilver')
  await page.getByRole('link', { name: 'Look for “quicksilver” in all texts' }).click()
  await until('both are found', async () => (await titles()).length === 2, titles)
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  // What was found has a link of that name, too.
  await page.waitForURL(/#\/inbox/)
  await page.getByRole('link', { name: 'Caravans' }).waitFor()
  await page.evaluate(() => { location.hash = '/search?q=camels' })
  await until('it is found', async () => (await titles()).length === 1, titles)
  await page.evaluate(() => { location.hash = '/search?q=quicksilver' })
  await until('both are found from one search to another', async () => (await titles()).length === 2, titles)
  t.equal(await field.inputValue(), 'quicksilver')
  await reader.stop()
  await field.fill('boat')
  await page.getByText('Is it running?').waitFor()
})

t.test('the search speaks French, too', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader } = await twoNodes(network, ['# Le sel\n\nLa route du sel.\n'])
  const page = await browser.open(reader, { expected: AWAY, path: '/search?q=sel', locale: 'fr-FR' })
  await page.getByText('1 numéro').waitFor()
  t.same(await page.locator('search-result mark').allTextContents(), ['sel', 'sel'])
  await page.getByRole('searchbox', { name: 'Chercher des numéros par leurs mots' }).fill('rien')
  await page.getByRole('heading', { name: 'Rien n’a été trouvé' }).waitFor()
  await page.getByRole('searchbox').fill('is:rien x')
  await page.getByRole('alert').getByText('Cette recherche ne se comprend pas').waitFor()
})
