import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { createNewsletter, testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'
import { goTo, newDraft } from './console-page.ts'

const PASSPHRASE = 'correct horse battery staple'
const REFUSED = /status of 4(00|23)/

t.test('an author locks the keys, is asked for the passphrase where something is published, and takes it away again', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const author = await network.open('author')
  await author.node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'Spring tide', 'It rises.')
  const place = `/newsletters/${newsletter}`
  const page = await browser.open(author, { path: place, expected: REFUSED })
  const dialog = page.getByRole('dialog')

  await page.getByText('without a passphrase').waitFor()
  await page.getByRole('button', { name: 'Lock the keys' }).click()
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await dialog.getByLabel('The passphrase once more').fill(PASSPHRASE.toUpperCase())
  await dialog.getByRole('button', { name: 'Lock', exact: true }).click()
  await dialog.getByRole('alert').getByText('differ').waitFor()
  await checkAccess(t, page, 'locking')
  await dialog.getByLabel('The passphrase once more').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Lock', exact: true }).click()
  await page.getByText('Locked: this machine keeps and serves it').waitFor()
  t.match(await author.client.getNewsletter({ params: { newsletter } }), { keys: 'locked' })
  await checkAccess(t, page, 'a locked newsletter')

  for (const path of ['/drafts', '/readers', `/drafts/${draft}/publish`]) {
    await goTo(page, path)
    await page.getByText('is locked. It is kept and served').waitFor()
  }
  await checkAccess(t, page, 'publishing what is locked')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await dialog.getByLabel('Passphrase').fill('another passphrase')
  await dialog.getByRole('button', { name: 'Unlock', exact: true }).click()
  await dialog.getByRole('alert').getByText('not the passphrase').waitFor()
  await checkAccess(t, page, 'unlocking')
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Unlock', exact: true }).click()
  await page.getByText(/It goes out in \d+ second/).waitFor()
  t.match(await author.client.getDraft({ params: { draft } }), { publication: { state: 'held', problem: null } }, 'what was asked for went on')
  t.match(await author.client.getNewsletter({ params: { newsletter } }), { keys: 'unlocked' })

  await goTo(page, place)
  await page.getByText('Unlocked until this node ends. On the disk the keys stay sealed.').waitFor()
  await page.getByRole('button', { name: 'Lock again' }).click()
  await page.getByText('Locked: this machine keeps and serves it').waitFor()
  await page.getByRole('button', { name: 'Unlock …' }).click()
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Unlock', exact: true }).click()
  await page.getByRole('button', { name: 'Take the passphrase away' }).click()
  await dialog.getByText('without a passphrase from then on').waitFor()
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Take it away' }).click()
  await page.getByText('lie in its home folder without a passphrase').waitFor()
  await until('it is so', async () => (await author.client.getNewsletter({ params: { newsletter } })).keys === 'plain')
})
