import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { testNetwork } from '../support/network.ts'
import { changeRoot } from '../support/root.ts'
import { until } from '../support/until.ts'
import { twoReaders } from '../support/two-histories.ts'
import { goTo } from './console-page.ts'

const REFUSED = /status of 400/

t.test('a second author is invited, writes, and is retired, with the words typed from the paper', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [author, tomas] = [await network.open('author'), await network.open('tomas')]
  for (const { node } of [author, tomas]) await node.listen()
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'The Tidal Post' } })
  await author.client.confirmWords({ params: { newsletter }, body: { words } })
  await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# First\n\nOne.\n' } } })

  const page = await browser.open(author, { path: `/newsletters/${newsletter}/writers`, expected: REFUSED })
  await page.getByText('this device · 1 issue').waitFor()
  await page.getByLabel('What is the writer called?').fill('Tomas')
  await page.getByRole('button', { name: 'Make an invitation' }).click()
  const invitation = await page.locator('.passed code').innerText()

  const invited = await browser.open(tomas, { path: '/start' })
  await invited.getByRole('link', { name: 'Accept an invitation' }).click()
  await invited.getByLabel('The invitation').fill(invitation)
  await checkAccess(t, invited, 'accepting an invitation')
  await invited.getByRole('button', { name: 'Accept it' }).click()
  const acceptance = await invited.locator('.passed code').innerText()

  await page.getByLabel('The text that was passed back').fill(acceptance)
  await page.getByRole('button', { name: 'Let them write' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Document 1 of the root').waitFor()
  await dialog.getByText(/Tomas/).first().waitFor()
  await dialog.getByRole('textbox').fill('abandon '.repeat(24))
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByRole('textbox').fill(`  ${words.toUpperCase().replaceAll(' ', '\n')} `)
  await checkAccess(t, page, 'changing the root')
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await page.getByText('Done: this is document 1 of the root.').waitFor()
  await page.getByRole('heading', { name: 'Tomas' }).waitFor()
  await checkAccess(t, page, 'the writers of a newsletter')

  await until('he may publish', async () => (await tomas.client.listNewsletters()).newsletters.some(({ role }) => role === 'own'))
  await tomas.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Second\n\nTwo.\n' } } })
  await until('his issue is here', async () => (await author.client.listIssues({ params: { newsletter }, query: {} })).total === 2)

  await page.getByRole('button', { name: 'Retire Tomas' }).click()
  await dialog.getByLabel('The reason, for readers').fill('He writes elsewhere now.')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByText('Document 2 of the root').waitFor()
  await dialog.getByRole('textbox').fill(words)
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await page.getByText(/^Retired on .*: He writes elsewhere now\.$/).waitFor()
  await until('he hears of it', async () => (await tomas.client.getNewsletter({ params: { newsletter } })).rootNumber === 2)
  await t.rejects(tomas.client.publishIssue({ params: { newsletter }, body: { source: { markdown: '# Third\n\nThree.\n' } } }), { code: 'NOT_WRITER' })

  await page.getByRole('button', { name: 'Let it rest' }).click()
  await dialog.getByRole('textbox').fill(words)
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await page.getByText('It rests: readers are told').waitFor()
  await goTo(invited, `/newsletters/${newsletter}`)
  await invited.getByText('Its author rests at the moment.').waitFor()
})

t.test('a day until which somebody may write is meant to its end where the person is, and shown so', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const author = await network.open('author')
  await author.node.listen()
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'The Tidal Post', authors: ['Ines'] } })
  const expiry = async (): Promise<string | null> => (await author.client.getNewsletter({ params: { newsletter } })).writers[0]!.expires
  const page = await browser.open(author, { path: `/newsletters/${newsletter}/writers`, timezoneId: 'Pacific/Honolulu' })
  const dialog = page.getByRole('dialog')
  const change = async (field: string, value: string): Promise<void> => {
    await page.getByRole('button', { name: 'Name and expiry of Ines' }).click()
    await dialog.getByLabel(field).fill(value)
    await dialog.getByRole('button', { name: 'Go on' }).click()
  }
  await change('The last day on which it may publish', '2099-12-31')
  await dialog.getByText('publish until 31 December 2099 at 23:59.').waitFor()
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await page.getByText('may publish until 31 December 2099').waitFor()
  t.equal(await expiry(), '2100-01-01T09:59:59.999Z')
  await checkAccess(t, page, 'a writer whose time ends')

  await page.getByRole('button', { name: 'Name and expiry of Ines' }).click()
  t.equal(await dialog.getByLabel('The last day on which it may publish').inputValue(), '2099-12-31')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await change('Name', 'Ines Vidal')
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await page.getByRole('heading', { name: 'Ines Vidal' }).waitFor()
  t.equal(await expiry(), '2100-01-01T09:59:59.999Z', 'another name leaves it as it is')

  await changeRoot(author, newsletter, { kind: 'writer', writer: 'w1', expires: '2099-06-16' })
  await page.getByText('may publish until 15 June 2099').waitFor()
  await page.getByRole('button', { name: 'Name and expiry of Ines Vidal' }).click()
  await dialog.getByLabel('The last day on which it may publish').fill('2099-06-15')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByRole('button', { name: 'Sign and tell everybody' }).click()
  await until('who chooses its day again means all of it', async () => await expiry() === '2099-06-16T09:59:59.999Z')
})

t.test('a reader looks into both histories of a writer, and reads on with the other one', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const { address: newsletter, ann } = await twoReaders(t, await testNetwork(t))
  await ann.node.listen()
  const page = await browser.open(ann, { path: `/newsletters/${newsletter}` })
  await page.getByText('has signed two histories').waitFor()
  await page.getByRole('button', { name: 'Look into both' }).click()
  const dialog = page.getByRole('dialog', { name: 'Two histories of Two faces' })
  await dialog.getByRole('row', { name: 'Issue 2: For Ann Issue 2: For Ben' }).waitFor()
  await dialog.getByRole('row', { name: 'not there Issue 3: For Ben, too' }).waitFor()
  await dialog.getByText('1 issue is the same in both.').waitFor()
  await checkAccess(t, page, 'a newsletter with two histories')
  // On a narrow page it stands elsewhere, is not folded away, and the dialog was closed with what it stood in.
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByText('has signed two histories').waitFor()
  await page.getByRole('button', { name: 'Look into both' }).click()
  await dialog.getByRole('row', { name: 'not there Issue 3: For Ben, too' }).waitFor()
  t.ok(await dialog.evaluate(element => element.scrollWidth <= element.clientWidth), 'the dialog fits a phone')
  await dialog.getByRole('button', { name: 'Read on with the other one' }).click()
  await dialog.getByRole('row', { name: 'Issue 2: For Ben Issue 2: For Ann' }).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByText('You read on with the other history').waitFor()
  await until('it is read', async () => (await ann.client.getNewsletter({ params: { newsletter } })).issues.ready === 3)
})
