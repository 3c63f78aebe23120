import t from 'tap'
import { checkAccess, type Page, testBrowser } from '../support/browser.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { goTo, newDraft, textField } from './console-page.ts'

t.test('the console opens by its address, goes everywhere by keys, and speaks the person\'s language', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  await Promise.all([author.node.listen(), reader.node.listen()])
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 3)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 3)

  const page = await browser.open(reader)
  t.equal(await page.evaluate(() => location.hash), '', 'the code is taken out of the address')
  await page.getByRole('heading', { name: 'Issue 3' }).waitFor()
  t.equal(await page.title(), 'Inbox · Colporteur')
  t.match(await page.locator('.rail a[aria-current]').innerText(), /Inbox\s+3/, 'the rail counts what is unread')
  await page.getByText('1 peer').waitFor()

  await page.keyboard.press('g')
  await page.keyboard.press(',')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('dark')
  await page.keyboard.press('Enter')
  t.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')

  await page.getByRole('radio', { name: 'Français' }).check()
  await page.getByRole('heading', { name: 'Réglages' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Réglages' }).waitFor()
  t.equal(await page.evaluate(() => document.documentElement.lang), 'fr', 'the language stays')
  t.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'the theme stays')
})

t.test('the console says when the node is gone, and goes on by itself when it is back', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const reader = await network.open('reader')
  const url = await reader.node.listen()
  const page = await browser.open(reader, { expected: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|Failed to load resource/ })
  await page.getByText('Your inbox is empty').waitFor()

  await reader.stop()
  await page.getByRole('alert').getByText('The node does not answer').waitFor()
  await reader.restart({ port: Number(new URL(url).port) })
  await reader.node.listen()
  await page.getByText('The node is back.').waitFor()
  await page.getByRole('alert').waitFor({ state: 'detached' })
  await page.getByText('Your inbox is empty').waitFor()

  // A page whose code does not come: as when the node was updated below an open console.
  await reader.stop()
  await page.getByRole('alert').getByText('The node does not answer').waitFor()
  await goTo(page, '/storage')
  await page.getByRole('alert').getByText('This page could not be loaded.').waitFor()
  await reader.restart({ port: Number(new URL(url).port) })
  await reader.node.listen()
  await page.locator('.node-down').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Load anew' }).click()
  await page.getByRole('heading', { name: 'Storage' }).waitFor()
})

t.test('nobody is kept out of the frame of the console', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const node = await network.open('reader')
  await node.node.listen()
  const page = await browser.open(node, { path: '/settings' })
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await checkAccess(t, page, 'settings')
  await page.keyboard.press('?')
  await checkAccess(t, page, 'the sheet of keys')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await checkAccess(t, page, 'the palette')

  const stranger = await (await page.context().browser()!.newContext()).newPage()
  await stranger.goto(new URL(page.url()).origin)
  await stranger.getByRole('heading', { name: 'Open the console with its address' }).waitFor()
  await checkAccess(t, stranger, 'signed out')
})

t.test('keys and palette lead an author to all there is, also to a second newsletter', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const author = await network.open('author')
  await author.node.listen()
  const page = await browser.open(author, { path: '/settings' })
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('w')
  await page.getByRole('heading', { name: 'Start a newsletter' }).waitFor()
  await createNewsletter(author, 'The Long Road')
  await page.locator('.rail').getByRole('link', { name: 'Readers' }).waitFor()
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  for (const [key, heading] of [['d', 'Drafts'], ['p', 'Issues'], ['r', 'Readers']] as const) {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await page.getByRole('heading', { name: heading, exact: true }).waitFor()
  }
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('start')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Start a newsletter' }).waitFor()
  await goTo(page, '/newsletters')
  await page.getByText('No issue yet').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Start a newsletter' }).click()
  await page.getByRole('heading', { name: 'Start a newsletter' }).waitFor()
})

t.test('a page looks the same whatever was open before it', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  await author.node.listen()
  await createNewsletter(author, 'A newsletter of its own')
  const newsletter = await createNewsletter(reader, 'The Long Road')
  await publishIssues(reader, newsletter, 1)
  await author.client.subscribe({ body: { address: newsletter } })
  await untilComplete(author, newsletter, 1)
  const page = await browser.open(author, { path: '/storage', viewport: { width: 1280, height: 800 } })
  const looks = async (): Promise<unknown> => {
    await goTo(page, '/storage')
    await page.getByRole('table').first().waitFor()
    const tables = await boxes(page, 'main :is(table, thead, tbody)')
    await goTo(page, '/inbox')
    await page.getByRole('link', { name: 'Issue 1' }).click()
    await page.getByRole('button', { name: 'Text' }).click()
    await page.getByRole('button', { name: 'Print' }).waitFor()
    return { tables, desk: await boxes(page, '.desk-list, .desk-text'), menu: await boxes(page, '#text-menu button') }
  }
  const first = await looks()
  const draft = await newDraft(author, 'A newsletter of its own', 'A title')
  await page.reload()
  await goTo(page, `/drafts/${draft}`)
  await textField(page).waitFor()
  await goTo(page, '/published')
  await page.getByRole('heading', { name: 'Issues' }).waitFor()
  t.same(await looks(), first)
})

/** Where they lie across the page, in CSS pixels. */
async function boxes (page: Page, selector: string): Promise<number[][]> {
  return await page.locator(selector).evaluateAll(elements => elements.map(element => {
    const { left, width } = element.getBoundingClientRect()
    return [Math.round(left), Math.round(width)]
  }))
}
