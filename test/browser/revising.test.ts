import t from 'tap'
import { EVERYTHING } from '../../shared/api/policies.ts'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { CHECKED, headed, textOf } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'
import { goTo, textField, untilSaved } from './console-page.ts'

t.test('an author corrects, retracts and erases in the open, and readers see the mark, the reason and the difference', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author', { drafts: { holdMs: 0 } }), await network.open('reader')]
  for (const { node } of [author, reader]) await node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const [ref, other] = await publishIssues(author, newsletter, 2) as [string, string]
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)

  const page = await browser.open(author, { path: `/published/${encodeURIComponent(ref)}`, expected: CHECKED })
  await page.getByRole('button', { name: 'Correct it' }).click()
  await textField(page).click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('On Tuesday. ')
  await untilSaved(page)
  await page.getByText('Corrects “Issue 1”').waitFor()
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByRole('radio', { name: 'An update' }).check()
  await page.getByLabel('What was changed, and why?').fill('The day was missing.')
  await page.getByText('Revision 2 of “Issue 1” will be signed').waitFor()
  await checkAccess(t, page, 'publishing a correction')
  await page.getByRole('button', { name: 'Publish the correction' }).click()
  await page.getByRole('link', { name: '2 revisions' }).waitFor()
  await checkAccess(t, page, 'an issue that was corrected')

  const reading = await browser.open(reader, { path: `/issues/${encodeURIComponent(ref)}`, expected: CHECKED })
  await textOf(reading).getByText('On Tuesday.').waitFor()
  await reading.getByRole('link', { name: 'Updated (2)' }).click()
  await reading.getByText('The day was missing.').waitFor()
  await reading.getByRole('table').getByText('On Tuesday.').waitFor()
  t.equal(await reading.locator('del').innerText(), 'Text of issue 1.')
  t.equal(await reading.locator('ins').innerText(), 'On Tuesday. Text of issue 1.')
  await checkAccess(t, reading, 'the revisions of an issue')
  await reading.getByLabel('Earlier').selectOption('2')
  await reading.getByRole('table').waitFor({ state: 'detached' })
  await reading.getByLabel('Earlier').selectOption('1')
  await reading.getByRole('table').waitFor()

  await page.getByRole('button', { name: 'Retract it' }).click()
  await page.getByRole('textbox', { name: 'The reason' }).fill('The meeting is off.')
  await checkAccess(t, page, 'retracting')
  await page.getByRole('dialog').getByRole('button', { name: 'Retract it' }).click()
  await page.getByText('Retracted. Readers see your reason instead.').waitFor()
  await page.getByRole('button', { name: 'Correct it' }).waitFor({ state: 'detached' })
  await reading.getByText('Revision 3: retracted').waitFor()
  await goTo(reading, `/issues/${encodeURIComponent(ref)}`)
  await headed(reading, 'Issue 1')
  await textOf(reading).getByText('The meeting is off.').waitFor()

  await goTo(page, `/published/${encodeURIComponent(other)}`)
  await page.getByRole('button', { name: 'Erase it' }).click()
  await page.getByRole('textbox', { name: 'The reason' }).fill('It named somebody.')
  await page.getByRole('dialog').getByRole('button', { name: 'Erase it' }).click()
  await page.getByText(/^Erased\./).waitFor()
  await goTo(reading, `/issues/${encodeURIComponent(other)}/revisions`)
  await reading.getByText('Revision 2: erased').waitFor()
  await reading.getByText('Its text is not here any more: it was erased.').waitFor()

  // Whoever only sees a list sees the marks, too.
  for (const [where, paths] of [[reading, ['/inbox', `/newsletters/${newsletter}`]], [page, ['/published', `/newsletters/${newsletter}`]]] as const) {
    for (const path of paths) {
      await goTo(where, path)
      for (const [title, mark] of [['Issue 1', 'retracted'], ['Issue 2', 'erased']] as const) {
        await where.locator('main li').filter({ has: where.getByRole('heading', { name: title }) }).getByText(`· ${mark}`).waitFor()
      }
      await checkAccess(t, where, `marks in ${path.split('/')[1]}`)
    }
  }
})

t.test('a newsletter is described anew, and readers see it', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  for (const { node } of [author, reader]) await node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  await publishIssues(author, newsletter, 1)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 1)
  const page = await browser.open(author, { path: `/newsletters/${newsletter}` })
  await page.getByRole('link', { name: 'Describe it anew' }).click()
  await page.getByLabel('What is it called?').fill('The Tidal Times')
  await page.getByLabel('Who writes it?').fill('Ann\nBo')
  await page.getByLabel('How often does it come?').fill('With every spring tide')
  await page.getByLabel('Its page on the web').fill('https://example.org/')
  await checkAccess(t, page, 'describing a newsletter')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'The Tidal Times' }).waitFor()
  await page.getByText('With every spring tide').waitFor()

  const reading = await browser.open(reader, { path: `/newsletters/${newsletter}` })
  await reading.getByText('https://example.org/').waitFor()
  await reading.getByText('Ann and Bo').waitFor()
  await author.client.describeNewsletter({ params: { newsletter }, body: { website: '' } })
  await until('it was taken back', async () => (await reader.client.getNewsletter({ params: { newsletter } })).website === '')
  t.match(await reader.client.getNewsletter({ params: { newsletter } }), { title: 'The Tidal Times', rhythm: 'With every spring tide', authors: ['Ann', 'Bo'] }, 'what was not changed stays')
})

t.test('what is told of a complete issue alone is asked for when it is complete', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  for (const { node } of [author, reader]) await node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const [ref] = await publishIssues(author, newsletter, 2) as [string, string]
  const params = { issue: ref }
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, 2)

  await reader.client.setPolicy({ params: { newsletter }, body: { ...EVERYTHING, last: 1 } })
  await until('it is taken off the disk', async () => (await reader.client.getIssue({ params })).issue.state === 'removed')
  const reading = await browser.open(reader, { path: `/issues/${encodeURIComponent(ref)}/revisions` })
  await reading.getByText('Revisions of “Issue 1”').waitFor()
  await reading.getByText('Left out to save space').waitFor()
  await reader.client.fetchIssue({ params, body: { fetched: true } })
  await reading.getByText('Revision 1: as first published').waitFor()

  const page = await browser.open(author, { path: '/published' })
  const asked: string[] = []
  page.on('request', request => {
    const [, what] = /\/(?:api\/issues\/[^/?]+\/)?(\w+)$/.exec(request.url()) ?? []
    if (what !== undefined) asked.push(what)
  })
  // As the node tells it while a revision that has just gone out is being checked.
  await page.route(/\/api\/issues\/[^/?]+$/, async route => {
    const response = await route.fetch()
    const details = await response.json() as { issue: object }
    await route.fulfill({ response, json: { ...details, issue: { ...details.issue, state: 'waiting' } } })
  }, { times: 1 })
  await goTo(page, `/published/${encodeURIComponent(ref)}`)
  await page.getByRole('heading', { name: 'Issue 1' }).waitFor()
  // What was asked for before is told before.
  await page.evaluate(async () => { await fetch('/healthz') })
  await until('all is told', () => asked.includes('healthz'))
  t.notOk(asked.includes('copies'), 'its copies are not asked for')
  await author.client.correctIssue({ params, body: { source: { markdown: '# Issue 1\n\nOn Tuesday.\n' }, change: 'typo' } })
  await page.getByText('Full copies').waitFor()
})
