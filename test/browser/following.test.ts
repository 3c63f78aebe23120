import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { focusName } from './console-page.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { CHECKED, headed, publishWithPicture, textOf, titlesOf, twoNodes } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'

t.test('from a pasted address to the newest issue with its picture, and on without the author', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  await reader.node.listen()
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 2)
  const ref = await publishWithPicture(network, author, newsletter)

  const page = await browser.open(reader, { expected: /400/ })
  await page.getByText('Your inbox is empty').waitFor()
  await checkAccess(t, page, 'the empty inbox')
  await page.getByRole('link', { name: 'Subscribe to a newsletter' }).click()
  const address = page.getByRole('textbox', { name: 'Address of the newsletter' })
  await address.fill('colporteur://nonsense')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await checkAccess(t, page, 'an address that is none')
  await address.fill(`You can read it here: colporteur://${newsletter} I would be glad.`)
  await page.getByRole('button', { name: 'Subscribe' }).click()

  await headed(page, 'By sea')
  await page.getByText('You follow “The Long Road” now').waitFor()
  await textOf(page).getByText('The boat came.').waitFor()
  await author.stop()
  await page.getByText('No peers: you are reading your own copies').waitFor()
  t.ok(await textOf(page).locator('img').evaluate((picture: HTMLImageElement) => picture.decode().then(() => picture.naturalWidth > 0)), 'the picture is here')
  await until('the issue is read', async () => (await reader.client.getIssue({ params: { issue: ref } })).issue.read)

  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.getByText('2 unread from 1 newsletter').waitFor()
  await until('all three are listed', async () => (await titlesOf(page)).length === 3)
  t.same(await titlesOf(page), ['By sea', 'Issue 2', 'Issue 1'])
  await page.getByRole('link', { name: 'Issue 1', exact: true }).click()
  await textOf(page).getByText('Text of issue 1.').waitFor()
  t.match(await page.locator('.byline').innerText(), /Ready offline/)

  // On a phone, list and text take turns, and the keyboard goes along.
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('link', { name: 'Back' }).click()
  await until('it is back at the issue that was open', async () => await focusName(page) === 'Issue 1')
  await page.keyboard.press('Enter')
  await headed(page, 'Issue 1')
  await until('it is in the text', () => page.evaluate(() => document.activeElement?.localName === 'main'))
})

t.test('a subscription is paused, ended and kept, and then deleted, and the machine\'s pages tell of it', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader, newsletter } = await twoNodes(network, ['# First\n\nOne.\n', '# Second\n\nTwo.\n'])
  const page = await browser.open(reader, { expected: CHECKED, path: '/newsletters', viewport: { width: 1280, height: 800 } })
  await page.getByText('Everything is here: 2 issues').waitFor()
  await checkAccess(t, page, 'newsletters')
  const list = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save my list' }).click()
  const chosen = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Take over a list …' }).click()
  await (await chosen).setFiles(await (await list).path())
  await page.getByText('Subscribed to 0 newsletters; 1 were here already.').waitFor()
  await page.getByRole('link', { name: 'The Long Road' }).click()
  await page.getByRole('combobox', { name: 'Folder' }).fill('History')
  await page.keyboard.press('Tab')
  await page.getByText('It is in the folder “History”.').waitFor()
  await page.getByRole('textbox', { name: 'Your name for it' }).fill('My roads')
  await page.keyboard.press('Tab')
  await page.getByText('You call it “My roads”.').waitFor()
  await page.getByRole('heading', { name: 'My roads', level: 1 }).waitFor()
  await page.getByRole('textbox', { name: 'Your name for it' }).fill('')
  await page.keyboard.press('Tab')
  await page.getByText('It is called by its title.').waitFor()
  await page.evaluate(() => { location.hash = '/newsletters' })
  await page.getByRole('region', { name: 'History' }).getByRole('link', { name: 'The Long Road' }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused: nothing new is looked for').first().waitFor()
  t.match(await reader.client.getSubscription({ params: { newsletter } }), { paused: true })
  await checkAccess(t, page, 'a newsletter')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByText('Everything is here: 2 issues').first().waitFor()

  await page.getByLabel('Let its author count this copy').uncheck()
  await page.getByText('Nothing more is said of what is here.').waitFor()
  t.match(await reader.client.getSubscription({ params: { newsletter } }), { receipts: false })
  await page.getByLabel('Let others find this machine by this newsletter').uncheck()
  await page.getByText('Nobody finds this machine by the newsletter any more.').waitFor()
  t.match(await reader.client.getNewsletter({ params: { newsletter } }), { announce: false })
  await checkAccess(t, page, 'a newsletter that is not announced')

  await page.evaluate(() => { location.hash = '/peers' })
  await page.getByText('1 peer is connected').waitFor()
  t.match(await page.locator('tbody tr').innerText(), /this machine\s+The Long Road/)
  await checkAccess(t, page, 'peers')
  await page.evaluate(() => { location.hash = '/storage' })
  await page.getByRole('row', { name: /The Long Road 2 issues/ }).waitFor()
  await checkAccess(t, page, 'storage')
  await page.getByRole('link', { name: 'The Long Road' }).click()

  await page.getByRole('button', { name: 'Unsubscribe …' }).click()
  await page.getByText('2 issues stay to be read').waitFor()
  await checkAccess(t, page, 'unsubscribing')
  await page.getByRole('button', { name: 'Unsubscribe', exact: true }).click()
  await page.getByText('You follow this newsletter no longer.').waitFor()
  await page.getByRole('link', { name: 'Second' }).click()
  await textOf(page).getByText('Two.').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Delete what is here …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText(/of the disk are free again/).waitFor()
  await page.getByText('You follow no newsletter yet').waitFor()
  await t.rejects(reader.client.getNewsletter({ params: { newsletter } }), { code: 'NEWSLETTER_NOT_FOUND' })
})

t.test('what is held of a newsletter is chosen by what it frees, and what is left out is fetched before a journey', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter } = await twoNodes(network, ['# First\n\nOne.\n'])
  const ref = await publishWithPicture(network, author, newsletter)
  await until('the picture is here', async () => (await reader.client.getNewsletter({ params: { newsletter } })).issues.ready === 2)
  const page = await browser.open(reader, { path: `/newsletters/${newsletter}`, expected: CHECKED, viewport: { width: 1280, height: 900 } })
  await page.getByText('Every issue, whole').waitFor()
  await page.getByRole('button', { name: 'What is held here …' }).click()
  await page.getByText('Nothing leaves the disk').waitFor()
  await page.getByRole('radio', { name: 'Text only' }).check()
  await page.getByText('300 kB of the disk become free.').waitFor()
  await page.getByText('1 issue is here whole, 1 in part').waitFor()
  await checkAccess(t, page, 'what is held')
  await page.getByRole('radio', { name: 'Only the newest' }).check()
  await page.getByRole('spinbutton', { name: 'How many of the newest issues' }).fill('1')
  await page.getByText('0 issues are here whole, 1 in part, 1 left out').waitFor()
  await page.getByRole('button', { name: 'Do it' }).click()
  await page.getByText(/of the disk are free again/).waitFor()
  await page.getByText('What you keep is here: 0 issues, 1 in part, 1 left out').first().waitFor()

  await page.getByRole('link', { name: 'By sea' }).click()
  await textOf(page).getByText('The boat came.').waitFor()
  t.equal(await textOf(page).locator('img').count(), 0)
  await page.getByText('Only its text is on this machine. 300 kB to fetch').waitFor()
  await checkAccess(t, page, 'an issue with its text alone')
  await page.getByRole('button', { name: 'Get the rest' }).click()
  await textOf(page).locator('img').waitFor()
  await page.locator('.byline').getByText('Ready offline').waitFor()
  t.match((await reader.client.getIssue({ params: { issue: ref } })).issue, { state: 'ready' })
  const book = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Text', exact: true }).click()
  await page.getByRole('button', { name: 'Book' }).click()
  t.equal((await book).suggestedFilename(), 'By sea.epub')
  await reader.client.markIssue({ params: { issue: ref }, body: { read: false } })

  await page.evaluate(() => { location.hash = '/inbox' })
  await page.getByText(/Left out to save space/).waitFor()
  await page.getByRole('link', { name: 'Prepare for travel' }).click()
  await page.getByRole('button', { name: 'Get everything unread' }).click()
  await page.getByText('1 of 2 unread issues are ready offline').waitFor()
  await page.getByText('left out by the policy of its subscription').waitFor()
  await checkAccess(t, page, 'before a journey')
  await page.getByRole('button', { name: 'Get what your policies leave out, too' }).click()
  await page.getByText('2 unread issues are ready offline. You can go.').waitFor()

  await page.evaluate(() => {
    const shown: string[] = []
    const Real = Notification
    const Noted = class extends Real {
      constructor (title: string, options?: NotificationOptions) {
        super(title, options)
        shown.push(`${title}: ${options?.body}`)
      }
    }
    Object.assign(window, { Notification: Noted, shown })
    location.hash = '/settings'
  })
  const box = page.getByRole('checkbox', { name: 'Let this browser tell me of new issues' })
  await box.click()
  await page.getByText('The browser does not allow it.').waitFor()
  t.notOk(await box.isChecked(), 'it is not said to tell what it may not')
  await page.context().grantPermissions(['notifications'])
  await box.click()
  await until('it is allowed', () => box.isChecked())
  await checkAccess(t, page, 'notifications')
  await page.getByRole('button', { name: 'Try it' }).click()
  const shown = async (): Promise<string> => (await page.evaluate(() => (window as unknown as { shown: string[] }).shown)).join()
  await until('the browser tells', async () => await shown() === 'Colporteur: This is how new issues are told.', shown)
})

t.test('what is kept for others is said to be kept, wherever it stands', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const [author, keeper] = await Promise.all([network.open('author'), network.open('keeper')])
  await keeper.node.listen()
  const newsletter = await createNewsletter(author, 'The Long Road')
  await publishIssues(author, newsletter, 1)
  await keeper.client.keepNewsletter({ body: { address: newsletter, owner: 'Wei' } })
  await until('it is here', async () => (await keeper.client.getNewsletter({ params: { newsletter } })).issues.ready === 1)

  const page = await browser.open(keeper, { path: '/newsletters', viewport: { width: 1280, height: 800 } })
  await page.getByRole('region', { name: 'Kept for others' }).getByRole('link', { name: 'The Long Road' }).click()
  await page.locator('.desk-head').getByText('Kept for others').waitFor()
  await page.getByText('This machine keeps it for others').waitFor()
  t.equal(await page.getByRole('button', { name: /Pause|Unsubscribe/ }).count(), 0)
  await checkAccess(t, page, 'a newsletter that is kept')
  await page.evaluate(() => { location.hash = '/storage' })
  await page.getByRole('row', { name: /The Long Road Kept for others 1 issue/ }).waitFor()
  await page.getByRole('link', { name: 'The Long Road' }).click()
  await page.getByRole('button', { name: 'Subscribe' }).click()
  await page.getByRole('button', { name: 'Unsubscribe …' }).waitFor()
})

t.test('where the reading origin can not be reached, an issue is read in a box of its own', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader, refs: [ref] } = await twoNodes(network, ['# First\n\nOne.\n'])
  const page = await browser.open(reader, { expected: /ERR_FAILED|Blocked script execution/ })
  await page.route(url => url.port === String(reader.node.readingPort), route => route.abort())
  await page.evaluate(place => { location.hash = place }, `/issues/${encodeURIComponent(ref!)}`)
  await page.frameLocator('iframe.plain').getByText('One.').waitFor()
  await checkAccess(t, page, 'an issue in a box')
})

t.test('everything is there in French, and from right to left', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader, newsletter, refs: [ref] } = await twoNodes(network, ['---\nlanguage: ar\n---\n\n# رسالة أولى\n\nنص الرسالة.\n'])
  const page = await browser.open(reader, { locale: 'fr-FR', viewport: { width: 1280, height: 800 } })
  await page.getByText('1 non lu de 1 lettre').waitFor()
  await page.getByRole('link', { name: 'رسالة أولى' }).click()
  await textOf(page).getByText('نص الرسالة.').waitFor()
  t.equal(await page.locator('.issue-head .title').evaluate(title => getComputedStyle(title).direction), 'rtl')
  t.equal(await textOf(page).locator('main').evaluate(text => getComputedStyle(text).direction), 'rtl')
  await page.getByRole('button', { name: /^Signé par/ }).click()
  await page.getByRole('button', { name: 'Vérifier de nouveau' }).click()
  await page.getByText('Tout a tenu').waitFor()
  await page.keyboard.press('Escape')
  for (const [path, words] of [['/peers', '1 pair est connecté'], ['/storage', 'Par lettre'], ['/saved', 'Rien n’est gardé'], ['/subscribe', 'Collez ce qu’on vous a donné'],
    ['/newsletters', 'Tout est ici : 1 numéro'], [`/newsletters/${newsletter}`, 'Mettre en pause'], [`/issues/${encodeURIComponent(ref!)}`, 'Prêt hors ligne']] as const) {
    await page.evaluate(place => { location.hash = place }, path)
    await page.getByText(words).first().waitFor()
  }
  // A language that is written from right to left needs nothing but its direction.
  await page.evaluate(() => { document.documentElement.dir = 'rtl' })
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    for (const path of ['/inbox', `/inbox/${encodeURIComponent(ref!)}`, '/peers', '/storage', `/newsletters/${newsletter}`]) {
      await page.evaluate(place => { location.hash = place }, path)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      t.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} fits into ${width} px`)
    }
  }
})
