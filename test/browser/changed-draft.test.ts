import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkAccess, type TestBrowser, testBrowser } from '../support/browser.ts'
import { turnBitIn } from '../support/by-hand.ts'
import { createNewsletter, testNetwork, type TestNode } from '../support/network.ts'
import { until } from '../support/until.ts'
import { goTo, textField, textIn, untilSaved } from './console-page.ts'

interface Desk { browser: TestBrowser, author: TestNode, draft: string, file: string }

/** An author with a draft, and where that lies. Null: there is no browser here. */
async function openDesk (t: Test): Promise<Desk | null> {
  const browser = await testBrowser(t)
  if (!browser) return null
  const network = await testNetwork(t)
  const author = await network.open('author')
  await author.node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  await author.client.saveDraft({ params: { draft }, body: { baseVersion: 0, title: 'Peace', subtitle: '', markdown: 'There will be no war.' } })
  return { browser, author, draft, file: join(author.home, 'drafts', draft, 'draft.json') }
}

t.test('the page of a draft that something else has changed says so until its author calls the text right', async t => {
  const desk = await openDesk(t)
  if (!desk) return t.end()
  const { browser, author, draft, file } = desk
  const params = { draft }
  await turnBitIn(file, 'no war')

  const page = await browser.open(author, { path: `/drafts/${draft}` })
  const note = page.locator('damage-note').getByText('was changed by something other than this program')
  await note.waitFor()
  await checkAccess(t, page, 'a draft that was changed')
  await goTo(page, '/drafts')
  await page.getByText('Changed by something else: look at it').waitFor()
  await goTo(page, `/drafts/${draft}`)
  await textField(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Not here.')
  await until('it is saved', async () => (await author.client.getDraft({ params })).markdown === 'There will be oo war. Not here.')
  t.ok(await note.isVisible(), 'who only writes on has not said that it is right')
  await page.getByRole('button', { name: 'It is right as it stands' }).click()
  await note.waitFor({ state: 'detached' })
  await until('it is right', async () => (await author.client.getDraft({ params })).problem === null)
})

t.test('the page of a draft in whose place an older text has come says so, in the language of its author, and what is open there is not lost', async t => {
  const desk = await openDesk(t)
  if (!desk) return t.end()
  const { browser, author, draft, file } = desk
  const params = { draft }
  await author.client.publishDraft({ params, body: { at: new Date(Date.now() + 60 * 60_000).toISOString() } })
  await author.client.saveDraft({ params, body: { baseVersion: 1, title: 'Peace', subtitle: '', markdown: 'There will be no war at all.' } })
  const page = await browser.open(author, { path: `/drafts/${draft}`, expected: /409/ })
  await textField(page).click()
  await turnBitIn(file, '"title"')
  const { version, problem } = await author.client.getDraft({ params })
  t.equal(version, 1)
  const note = page.locator('damage-note').getByText('newest version from before')
  await note.waitFor()
  t.equal(await textIn(page), 'There will be no war at all.')

  const french = await browser.open(author, { path: `/drafts/${draft}`, locale: 'fr-FR' })
  const lines = french.locator('damage-note')
  await lines.getByText('version la plus récente d’avant').waitFor()
  t.match(await lines.textContent(), new RegExp(`gardé sous le nom ${problem!.aside!} `))
  await french.getByText('Autre chose que ce programme l’a modifié').filter({ hasText: 'schedule it again' }).waitFor()

  await page.keyboard.press('Control+End')
  await page.keyboard.type(' Not here.')
  await page.getByRole('button', { name: 'Go on with this text' }).click()
  await untilSaved(page)
  await page.getByRole('button', { name: 'It is right as it stands' }).click()
  await note.waitFor({ state: 'detached' })
  t.match(await author.client.getDraft({ params }), { markdown: 'There will be no war at all. Not here.', problem: null })
})
