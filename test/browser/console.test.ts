import t from 'tap'
import { checkAccess, type Page, testBrowser } from '../support/browser.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { twoNodes } from '../support/reading-stage.ts'
import { focusName, goTo, newDraft, textField } from './console-page.ts'

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
  t.ok(await page.getByRole('radio', { name: 'Dark' }).isChecked(), 'the settings follow what was chosen elsewhere')

  const letters = page.getByRole('checkbox', { name: 'Keys of one letter' })
  await letters.uncheck()
  await page.keyboard.press('?')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  t.equal(await page.getByRole('dialog').count(), 1, 'keys of one letter can be switched off')
  await page.keyboard.press('Escape')
  await letters.check()

  await page.getByRole('radio', { name: 'Français' }).check()
  await page.getByRole('heading', { name: 'Réglages' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Aller à: Boîte de réception').waitFor()
  await page.keyboard.press('Escape')
  await page.reload()
  await page.getByRole('heading', { name: 'Réglages' }).waitFor()
  t.equal(await page.evaluate(() => document.documentElement.lang), 'fr', 'the language stays')
  t.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark', 'the theme stays')
})

t.test('keys lead to the pages of an author, too, and from the palette to what it names', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const author = await (await testNetwork(t)).open('author')
  await author.node.listen()
  await createNewsletter(author, 'The Tidal Post')
  const page = await browser.open(author)
  await page.getByRole('link', { name: 'Drafts' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.getByRole('heading', { name: 'Drafts' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.getByRole('searchbox').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('next issue')
  t.equal(await page.getByRole('option', { name: 'Next issue' }).count(), 1, 'what two keys do stands there once')
  await page.getByRole('combobox').fill('filter the list')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  t.equal(await focusName(page), 'Filter by title', 'and the focus stays where the palette has led')
})

t.test('more windows than a browser has connections follow the node, are signed out, and go on together', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter } = await twoNodes(network, ['# First\n\nOne.\n'])
  const first = await browser.open(reader, { expected: /status of 401/ })
  const { origin } = new URL(first.url())
  const windows = [first]
  while (windows.length < 8) {
    const page = await first.context().newPage()
    await page.goto(`${origin}/#/inbox`)
    windows.push(page)
  }
  const all = async (look: (page: Page) => Promise<unknown>): Promise<void> => { await Promise.all(windows.map(look)) }
  await all(page => page.getByRole('link', { name: 'First' }).waitFor())
  await publishIssues(author, newsletter, 1, 2)
  await all(page => page.getByRole('link', { name: 'Issue 2' }).waitFor())

  // The window that read for all is closed, and then another is put to sleep.
  await windows.shift()!.close()
  await publishIssues(author, newsletter, 1, 3)
  await all(page => page.getByRole('link', { name: 'Issue 3' }).waitFor())
  await windows[3]!.evaluate(() => navigator.locks.request('colporteur events', { steal: true }, () => {}))
  await publishIssues(author, newsletter, 1, 4)
  await all(page => page.getByRole('link', { name: 'Issue 4' }).waitFor())

  const [page] = windows as [Page]
  await page.evaluate(() => localStorage.setItem('colporteur.token', 'of another time'))
  await goTo(page, '/peers')
  await all(page => page.getByRole('heading', { name: 'Open the console with its address' }).waitFor())
  const { url } = await reader.client.createCode()
  await goTo(page, new URL(url).hash)
  await all(page => page.locator('.rail').getByText('1 peer').waitFor())
  t.equal(new URL(page.url()).hash, '', 'the code is taken out of the address here, too')
  await publishIssues(author, newsletter, 1, 5)
  await all(page => page.getByRole('link', { name: 'Issue 5' }).waitFor())
})

t.test('a list that can not be had says so, asks no more by itself, and comes when it is asked for again', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter } = await twoNodes(network, ['# First\n\nOne.\n'])
  const page = await browser.open(reader, { expected: /ERR_FAILED/, path: '/settings' })
  // The inbox, with the list that it already has, has made room.
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
  let asked = 0
  await page.route('**/api/inbox*', async route => {
    asked++
    await route.abort()
  })
  await goTo(page, '/inbox')
  await page.getByRole('button', { name: 'Try again' }).waitFor()
  await publishIssues(author, newsletter, 2, 2)
  await page.getByText('3 unread').waitFor()
  t.equal(asked, 1)
  await page.unroute('**/api/inbox*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('link', { name: 'Issue 3' }).waitFor()
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

t.test('a page that there is not has a heading, as every page', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const node = await network.open('node')
  await node.node.listen()
  const page = await browser.open(node, { path: '/nowhere' })
  await page.getByRole('heading', { level: 1, name: 'There is no such page.' }).waitFor()
  await checkAccess(t, page, 'a page that there is not')
})
