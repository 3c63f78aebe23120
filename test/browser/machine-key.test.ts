import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { testNetwork } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { goTo } from './console-page.ts'

// What needs the key is refused, and the node opens everything anew when it is back.
const EXPECTED = /status of 423|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/

t.test('while the machine key is missing every page says so and which file it is, none gives another reason, and it ends by itself', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [home, file] = [join(network.folder, 'author'), join(network.folder, 'machine.key')]
  const options = { environment: { COLPORTEUR_MACHINE_KEY: file } }
  const before = await startNode(home, network.addresses, options)
  const { newsletter: { address } } = await before.client.createNewsletter({ body: { title: 'The Tidal Post' } })
  await before.client.publishIssue({ params: { newsletter: address }, body: { source: { markdown: '# One\n\nText.\n' } } })
  await before.process.kill()
  await rename(file, `${file}.away`)

  const node = await startNode(home, network.addresses, options)
  t.teardown(() => node.process.kill())
  const page = await browser.open(node, { path: '/inbox', expected: EXPECTED })
  const notice = page.getByRole('alert').filter({ hasText: `The machine key is missing: ${file} opens the keys of this machine. Put the file back` })
  const place = `/newsletters/${address}`
  for (const path of ['/inbox', '/newsletters', place, '/published', '/drafts', '/readers', `${place}/writers`, '/start', '/settings']) {
    await goTo(page, path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await notice.waitFor()
    t.equal(await notice.count(), 1, `${path}: once`)
    t.equal(await page.getByText(/colporteur writers renew|an old copy/).count(), 0, `${path}: and no other reason`)
  }
  await goTo(page, '/start')
  await page.getByText('No newsletter can be started now').waitFor()
  t.equal(await page.getByRole('button', { name: 'Start it' }).count(), 0)
  await checkAccess(t, page, 'the machine key is missing')
  for (const path of [place, `${place}/writers`]) {
    await goTo(page, path)
    await page.getByText('are sealed with a machine key that is not here').waitFor()
  }
  t.same(await page.locator('main').getByRole('button').allTextContents(), [], 'nothing is offered to be done with the writers that could not be done')
  t.equal(await page.locator('main input, main textarea').count(), 0)
  for (const [path, reason] of [['/accept', 'No invitation can be accepted now'], ['/restore', 'Nothing can be restored now'], [`${place}/describe`, 'are sealed with a machine key']] as const) {
    await goTo(page, path)
    await page.locator('main').getByText(reason).waitFor()
    t.equal(await page.locator('main').locator('button, input, textarea').count(), 0, `${path} offers nothing`)
  }
  await goTo(page, `${place}/writers`)
  await checkAccess(t, page, 'the writers while the machine key is missing')

  await rename(`${file}.away`, file)
  await notice.waitFor({ state: 'detached' })
  await page.getByText(/this device/i).first().waitFor()
  await goTo(page, place)
  await page.getByRole('button', { name: 'Lock the keys' }).waitFor()
  await goTo(page, '/start')
  await page.getByRole('button', { name: 'Start it' }).waitFor()
})

t.test('a newsletter that is not published for another reason says that one', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [home, other] = [join(network.folder, 'author'), join(network.folder, 'other.key')]
  const file = join(network.folder, 'machine.key')
  const before = await startNode(home, network.addresses, { environment: { COLPORTEUR_MACHINE_KEY: file } })
  await before.client.createNewsletter({ body: { title: 'The Tidal Post' } })
  await before.process.kill()
  await rename(file, `${file}.away`)
  const node = await startNode(home, network.addresses, { environment: { COLPORTEUR_MACHINE_KEY: other } })
  t.teardown(() => node.process.kill())
  const page = await browser.open(node, { path: '/drafts', expected: EXPECTED })
  for (const path of ['/drafts', '/readers']) {
    await goTo(page, path)
    await page.getByRole('alert').filter({ hasText: `sealed with the machine key "${file}"` }).filter({ hasText: 'The Tidal Post is not published from this device' }).waitFor()
  }
  await goTo(page, '/start')
  await page.getByRole('button', { name: 'Start it' }).waitFor()
})
