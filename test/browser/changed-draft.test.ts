import { join } from 'node:path'
import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { turnBitIn } from '../support/by-hand.ts'
import { createNewsletter, testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'
import { goTo } from './console-page.ts'

t.test('the page of a draft that something else has changed says so until its author calls the text right', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const author = await network.open('author')
  await author.node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  const params = { draft }
  await author.client.saveDraft({ params, body: { baseVersion: 0, title: 'Peace', subtitle: '', markdown: 'There will be no war.' } })
  await turnBitIn(join(author.home, 'drafts', draft, 'draft.json'), 'no war')

  const page = await browser.open(author, { path: `/drafts/${draft}` })
  const note = page.locator('damage-note').getByText('was changed by something other than this program')
  await note.waitFor()
  await checkAccess(t, page, 'a draft that was changed')
  await goTo(page, '/drafts')
  await page.getByText('Changed by something else: look at it').waitFor()
  await goTo(page, `/drafts/${draft}`)
  await page.getByRole('button', { name: 'It is right as it stands' }).click()
  await note.waitFor({ state: 'detached' })
  await until('it is right', async () => (await author.client.getDraft({ params })).problem === null)
})
