import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { pathsOf } from '../../shared/config.ts'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { CHECKED, headed } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'
import { goTo } from './console-page.ts'

t.test('who subscribes compares check words before, and is told of a name that looks like another', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  await Promise.all([author.node.listen(), reader.node.listen()])
  const newsletter = await createNewsletter(author, 'The Long Road')
  const impostor = await createNewsletter(author, 'The Lоng Rоad')
  for (const address of [newsletter, impostor]) await publishIssues(author, address, 1)
  const wordsOf = async (address: string): Promise<string> => (await author.client.getNewsletter({ params: { newsletter: address } })).checkWords
  const [words, others] = await Promise.all([wordsOf(newsletter), wordsOf(impostor)])

  const readers = await browser.open(author, { path: '/readers' })
  await readers.getByText(words).waitFor()
  await readers.getByText('Tell your readers these words').first().waitFor()
  await checkAccess(t, readers, 'what an author tells')

  const page = await browser.open(reader, { path: `/subscribe?address=colporteur://${newsletter}`, expected: CHECKED })
  await page.getByText(words).waitFor()
  await checkAccess(t, page, 'check words before subscribing')
  const field = page.getByRole('textbox', { name: 'Address of the newsletter' })
  await field.fill(`Read this: colporteur://${impostor} and that: colporteur://${newsletter}`)
  await page.getByText(others).waitFor()
  t.equal(await page.getByText(words).count(), 0, 'they are those of the address that would be subscribed to')
  await field.fill('colporteur://nonsense')
  await until('there are none of what is no address', async () => await page.getByText(others).count() === 0)
  await field.fill(newsletter)
  await page.getByText(words).waitFor()
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await headed(page, 'Issue 1')

  await goTo(page, '/subscribe')
  await field.fill(`colporteur://${impostor}`)
  await page.getByRole('button', { name: 'Subscribe' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('Nearly the same name').waitFor()
  await untilComplete(reader, impostor, 1)
  t.match(await alert.innerText(), new RegExp(`The Long Road, which you have followed since [^]*${others}[^]*${words}`))
  t.match(page.url(), /subscribe/, 'its issue does not open by itself')
  await checkAccess(t, page, 'a look-alike')
  await page.getByRole('link', { name: 'Look at this newsletter' }).click()
  await page.getByRole('alert').getByText(words).waitFor()
  await goTo(page, '/newsletters')
  await page.getByText('Looks like “The Long Road”').waitFor()
  t.equal(await page.getByText('Looks like').count(), 1, 'the first one is not accused')
  await checkAccess(t, page, 'newsletters that look alike')
  await goTo(page, '/inbox')
  const row = page.locator('issue-row', { hasText: 'Looks like “The Long Road”' })
  await row.waitFor()
  t.equal(await page.locator('issue-row').count(), 2)
  t.equal(await row.count(), 1, 'of two issues that of the look-alike alone bears the note')
  await checkAccess(t, page, 'an inbox with a look-alike')
  await row.getByRole('link').click()
  await page.locator('issue-head').getByText('Looks like “The Long Road”').waitFor()
})

t.test('that nothing was confirmed for long is said where a newsletter is shown, and what it may mean', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  await until('it is confirmed', async () => (await reader.client.getNewsletter({ params: { newsletter } })).confirmedAt)
  await Promise.all([author.stop(), reader.stop()])
  const file = join(pathsOf(reader.home).receipts, `${newsletter}.beacons`)
  const { confirmed: { w1 } } = JSON.parse(await readFile(file, 'utf8')) as { confirmed: { w1: string } }
  await writeFile(file, JSON.stringify({ beacons: [], confirmed: { w1: new Date(Date.parse(w1) - 45 * 24 * 3_600_000).toISOString() } }))
  await reader.restart()
  await reader.node.listen()

  const page = await browser.open(reader, { path: `/newsletters/${newsletter}`, expected: CHECKED, viewport: { width: 1280, height: 800 } })
  await page.getByText('It was last confirmed 45 days ago that this is everything. Its author may simply be offline; or you may be cut off from newer issues.').waitFor()
  await checkAccess(t, page, 'a newsletter of which nothing was confirmed')
  await goTo(page, '/newsletters')
  await page.getByText('Not confirmed for 45 days').waitFor()
  await checkAccess(t, page, 'newsletters of which nothing was confirmed')
})
