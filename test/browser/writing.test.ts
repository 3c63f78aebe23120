import t, { type Test } from 'tap'
import type { DraftTiming } from '../../publisher/drafts/draft-publishing.ts'
import { type Page, type TestBrowser, testBrowser } from '../support/browser.ts'
import { createNewsletter, publishIssues, type TestNode, testNetwork } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { focusName, goTo, newDraft, tabTo, textField as text, textIn, untilSaved, untilText } from './console-page.ts'

/** What the browser says of requests that the node does not answer. */
const NODE_AWAY = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_ABORTED|Failed to load resource/
const REFUSED = /status of (409|404)/

async function openAuthor (t: Test, drafts?: DraftTiming): Promise<{ browser: TestBrowser, author: TestNode } | null> {
  const browser = await testBrowser(t)
  if (!browser) return null
  const network = await testNetwork(t)
  const author = await network.open('author', { drafts })
  await author.node.listen()
  return { browser, author }
}

t.test('a newsletter is started, its words are checked, and its first issue goes out, by the keyboard alone', async t => {
  const opened = await openAuthor(t, { holdMs: 3_000 })
  if (!opened) return t.end()
  const { browser, author } = opened
  const page = await browser.open(author)
  const { keyboard } = page

  await tabTo(page, 'Start a newsletter')
  await keyboard.press('Enter')
  await tabTo(page, 'What is it called?')
  await keyboard.type('The Tidal Post')
  await tabTo(page, 'Who writes it?')
  await keyboard.type('Inés Marlowe')
  await tabTo(page, 'Start it')
  await keyboard.press('Enter')

  await page.getByRole('heading', { name: 'Make it survive this machine' }).waitFor()
  // The heading comes before the words, which are asked for.
  await page.locator('ol.words li').nth(23).waitFor()
  const words = await page.locator('ol.words li').allInnerTexts()
  t.equal(words.length, 24)
  const { newsletters: [newsletter] } = await author.client.listNewsletters()
  t.match(newsletter, { title: 'The Tidal Post', authors: ['Inés Marlowe'], language: 'en-GB', wordsUnconfirmed: true })
  const { writers } = await author.client.listWriters({ params: { newsletter: newsletter!.address } })
  t.match(writers, [{ writer: { name: 'Inés Marlowe' } }], 'who signs is named to everybody, and not the machine')

  await tabTo(page, 'Later')
  await keyboard.press('Enter')
  await page.getByText('its words are not written down yet').waitFor()
  await tabTo(page, 'Write them down')
  await keyboard.press('Enter')
  await tabTo(page, 'I have written them down')
  await keyboard.press('Enter')
  await page.getByLabel('Word').first().waitFor()
  const asked = (await page.getByLabel('Word').evaluateAll(inputs => inputs.map(input => Number(input.id.replace('word-', '')))))
  t.equal(asked.length, 3)
  for (const [i, place] of asked.entries()) {
    if (i > 0) await tabTo(page, 'Word')
    await keyboard.type(i === 1 ? 'wrong' : words[place]!)
  }
  await keyboard.press('Enter')
  await page.getByText(`This is not word ${asked[1]! + 1}`).waitFor()
  t.equal(await focusName(page), `Word ${asked[1]! + 1}`)
  await keyboard.press('Control+a')
  await keyboard.type(words[asked[1]!]!)
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Your words are on paper' }).waitFor()
  await page.getByRole('button', { name: 'Write', exact: true }).waitFor()
  t.equal((await author.client.getNewsletter({ params: { newsletter: 'The Tidal Post' } })).wordsUnconfirmed, false)

  await page.reload()
  await page.getByRole('heading', { name: 'No words lie on this machine' }).waitFor()
  await tabTo(page, 'Drafts')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Drafts' }).waitFor()
  t.equal(await page.getByText('not written down yet').count(), 0)
  await keyboard.press('c')
  await page.getByRole('textbox', { name: 'Title', exact: true }).waitFor()
  t.equal(await focusName(page), 'Title', 'a new draft begins with its title')
  await keyboard.type('The harbour master')
  await keyboard.press('Enter')
  await keyboard.type('Who kept every letter')
  await keyboard.press('Enter')
  await keyboard.type('It took the ledgers first. TK how many')
  await keyboard.press('Escape')
  t.equal(await focusName(page), 'Publish', 'Escape leads out of the text')
  await keyboard.press('Enter')

  await page.getByText('something is still to come here').waitFor()
  t.equal(await page.getByRole('button', { name: 'Publish' }).count(), 0, 'what stops it stops it')
  await tabTo(page, 'Line 1')
  await keyboard.press('Enter')
  await text(page).waitFor()
  await until('the cursor is in the line', async () => await focusName(page) === 'Text')
  await keyboard.press('End')
  for (let i = 0; i < ' TK how many'.length; i++) await keyboard.press('Backspace')
  await keyboard.press('Control+s')
  await untilSaved(page)
  await keyboard.press('Escape')
  await keyboard.press('Enter')
  await page.getByText('Nothing stands against it').waitFor()
  await page.getByText('will be signed and offered to everyone who follows The Tidal Post, a minute after').waitFor()
  await tabTo(page, 'Publish')
  await keyboard.press('Enter')
  await page.getByText('Nothing has left this machine yet').waitFor()
  t.equal(await focusName(page), 'Undo', 'the way back is at hand')

  await page.getByRole('heading', { name: 'The harbour master', level: 1 }).waitFor()
  await page.getByText('Only here: nobody is connected').waitFor()
  await page.getByRole('img', { name: 'The link of The Tidal Post as a code for cameras' }).waitFor()
  const { issues } = await author.client.listIssues({ params: { newsletter: 'The Tidal Post' }, query: {} })
  t.match(issues, [{ title: 'The harbour master', subtitle: 'Who kept every letter', state: 'ready' }])
  t.same((await author.client.listDrafts()).drafts, [])
  await tabTo(page, 'All issues')
  await keyboard.press('Enter')
  await page.getByRole('link', { name: 'The harbour master' }).waitFor()
})

t.test('nothing that is typed is lost when the node is killed', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const home = `${network.folder}/author`
  let node = await startNode(home, network.addresses)
  t.teardown(() => node.process.kill())
  const { newsletter } = await node.client.createNewsletter({ body: { title: 'The Tidal Post' } })
  const { id } = await node.client.createDraft({ body: { newsletter: newsletter.address } })
  const page = await browser.open(node, { path: `/drafts/${id}`, expected: NODE_AWAY })
  await text(page).click()
  await page.keyboard.type('Typed before')
  await page.keyboard.press('Control+s')
  await untilSaved(page)
  t.equal((await node.client.getDraft({ params: { draft: id } })).markdown, 'Typed before')

  await node.process.kill()
  await page.keyboard.type(' and after')
  await page.getByRole('alert').getByText(/^Not saved: .*Your text is kept in this browser/).waitFor()
  await page.keyboard.type(' it was killed')
  node = await startNode(home, network.addresses, { port: Number(new URL(node.url).port) })
  await untilSaved(page)
  t.equal((await node.client.getDraft({ params: { draft: id } })).markdown, 'Typed before and after it was killed')
  t.equal(await textIn(page), 'Typed before and after it was killed')
})

t.test('nothing that is typed is lost when the window is killed, whoever opens the draft next', async t => {
  const opened = await openAuthor(t)
  if (!opened) return t.end()
  const { browser, author } = opened
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'A title', 'Begun. ')
  const page = await browser.open(author, { path: `/drafts/${draft}`, expected: REFUSED })
  const context = page.context()
  const kill = async (victim: Page): Promise<void> => {
    // The last key has been shown.
    await victim.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    const session = await context.newCDPSession(victim)
    const crashed = victim.waitForEvent('crash')
    session.send('Page.crash').catch(() => {}) // nobody is left to answer
    await crashed
  }
  await text(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('Never saved.')
  await kill(page)
  t.equal((await author.client.getDraft({ params: { draft } })).markdown, 'Begun. ')

  const second = await context.newPage()
  await second.goto(`${new URL(author.node.addressToOpen()).origin}/#/drafts`)
  await second.getByRole('link', { name: 'A title' }).waitFor()
  t.equal((await author.client.getDraft({ params: { draft } })).markdown, 'Begun. Never saved.', 'the list of drafts hands it to the node already')
  await second.getByRole('link', { name: 'A title' }).click()
  await text(second).click()
  await second.keyboard.press('Control+End')
  await second.keyboard.type(' Again.')
  await kill(second)

  // Meanwhile somebody saves from elsewhere: both texts are kept.
  await author.client.saveDraft({ params: { draft }, body: { baseVersion: 2, title: 'A title', subtitle: '', markdown: 'From elsewhere' } })
  const third = await context.newPage()
  await third.goto(`${new URL(author.node.addressToOpen()).origin}/#/drafts/${draft}`)
  await third.getByText('is kept among the versions, because the draft was saved elsewhere since').waitFor()
  await untilText(third, 'From elsewhere')
  const { versions } = await author.client.listDraftVersions({ params: { draft } })
  const kept = versions.find(({ kept }) => kept === 'conflict')!
  t.equal((await author.client.getDraftVersion({ params: { draft, version: kept.version } })).markdown, 'Begun. Never saved. Again.')
})

t.test('two windows on one draft never overwrite each other', async t => {
  const opened = await openAuthor(t)
  if (!opened) return t.end()
  const { browser, author } = opened
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'A title', 'Begun.')
  const [one, two] = [await browser.open(author, { path: `/drafts/${draft}`, expected: REFUSED }), await browser.open(author, { path: `/drafts/${draft}`, expected: REFUSED })]
  for (const page of [one, two]) {
    await text(page).click()
    await page.keyboard.press('Control+End')
  }
  await one.keyboard.type(' One.')
  await one.keyboard.press('Control+s')
  await untilText(two, 'Begun. One.')
  await two.getByText('This draft was saved in another window: this is its text.').waitFor()
  await two.getByText(/\b2 words ·/).waitFor()

  await one.keyboard.type(' Mine.')
  await two.keyboard.press('Control+End')
  await two.keyboard.type(' Theirs.')
  await two.keyboard.press('Control+s')
  await untilSaved(two)
  await one.keyboard.press('Control+s')
  const alert = one.getByRole('alert').filter({ hasText: 'Both texts are kept among the versions' })
  await alert.waitFor()
  t.equal(await textIn(one), 'Begun. One. Mine.', 'and what was typed stays where it is')
  await alert.getByRole('button', { name: 'See what differs' }).click()
  const dialog = one.getByRole('dialog', { name: 'Versions' })
  await dialog.locator('del', { hasText: 'Theirs' }).waitFor()
  await dialog.locator('ins', { hasText: 'Mine' }).waitFor()
  await one.keyboard.press('Escape')
  await alert.getByRole('button', { name: 'Go on with this text' }).click()
  await untilSaved(one)
  await untilText(two, 'Begun. One. Mine.')
  const { versions } = await author.client.listDraftVersions({ params: { draft } })
  const texts = await Promise.all(versions.map(async ({ version }) => (await author.client.getDraftVersion({ params: { draft, version } })).markdown))
  t.ok(texts.includes('Begun. One. Theirs.') && texts.includes('Begun. One. Mine.'))

  await one.getByRole('button', { name: 'Versions' }).click()
  await dialog.getByRole('button', { name: /1 word/ }).last().click()
  await dialog.getByRole('button', { name: 'Go back to this version' }).click()
  await untilText(one, 'Begun.')
  await one.getByText(/\b1 word ·/).waitFor()
  await until('the old text is the newest', async () => (await author.client.getDraft({ params: { draft } })).markdown === 'Begun.')
})

t.test('a window that was cut off shows what was saved meanwhile, and says in French what went wrong', async t => {
  const opened = await openAuthor(t)
  if (!opened) return t.end()
  const { browser, author } = opened
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'A title', 'Begun.')
  const page = await browser.open(author, { path: `/drafts/${draft}`, expected: NODE_AWAY, locale: 'fr-FR' })
  const words = page.getByRole('textbox', { name: 'Texte', exact: true })
  await words.waitFor()
  const port = Number(new URL(author.node.addressToOpen()).port)
  await author.stop()
  await page.getByRole('alert').getByText('Le nœud ne répond pas. Ce que vous voyez').waitFor()
  await author.restart({ port })
  await author.client.saveDraft({ params: { draft }, body: { baseVersion: 1, title: 'A title', subtitle: '', markdown: 'From elsewhere.' } })
  await author.node.listen()
  await untilText(page, 'From elsewhere.')
  await page.getByText('enregistré dans une autre fenêtre : voici son texte').waitFor()
  await author.stop()
  await words.click()
  await page.keyboard.type('More.')
  await page.keyboard.press('Control+s')
  await page.getByText('Non enregistré : Le nœud ne répond pas. Marche-t-il ? Votre texte est gardé').waitFor()
})

t.test('what was published by mistake is taken back within its minute, and what was planned is changed or missed', async t => {
  const opened = await openAuthor(t, { lateMs: 0 })
  if (!opened) return t.end()
  const { browser, author } = opened
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'Too early', 'A text.')
  const page = await browser.open(author, { path: `/drafts/${draft}/publish`, expected: NODE_AWAY })
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText(/It goes out in \d+ seconds/).waitFor()
  const held = (await author.client.getDraft({ params: { draft } })).publication!
  t.ok(Date.parse(held.goesOutAt) - Date.now() > 40_000, 'held for a minute')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Taken back. Nothing has gone out; it is a draft again.').waitFor()
  t.equal((await author.client.getDraft({ params: { draft } })).publication, null)
  t.equal((await author.client.listIssues({ params: { newsletter }, query: {} })).total, 0)

  await page.getByRole('radio', { name: 'At a time' }).check()
  await page.getByLabel('Day and time').fill('2031-05-06T07:30')
  await page.getByText('follows The Tidal Post on 6 May 2031 at 07:30').waitFor()
  await page.getByRole('button', { name: 'Schedule it' }).click()
  await page.getByText('It goes out on 6 May 2031 at 07:30').waitFor()
  await goTo(page, '/drafts')
  await page.getByText('Scheduled: 6 May 2031 at 07:30').waitFor()
  await page.getByRole('link', { name: 'See the publication' }).click()
  await page.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('radio', { name: 'Now' }).waitFor()

  const soon = new Date(Date.now() + 1_000)
  await author.client.publishDraft({ params: { draft }, body: { at: soon.toISOString() } })
  const port = Number(new URL(author.node.addressToOpen()).port)
  await author.stop()
  await until('the time has passed', () => Date.now() > soon.getTime() + 100)
  await author.restart({ port })
  await author.node.listen()
  await page.getByText(/It was to go out on .* but this node did not run then, and nothing was published/).waitFor()
  await page.getByRole('radio', { name: 'Now' }).waitFor()
  t.equal((await author.client.listIssues({ params: { newsletter }, query: {} })).total, 0, 'never silently')
})

t.test('what is typed after a draft went out elsewhere is not lost either', async t => {
  const opened = await openAuthor(t, { holdMs: 0 })
  if (!opened) return t.end()
  const { browser, author } = opened
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'Going', 'A text.')
  const page = await browser.open(author, { path: `/drafts/${draft}`, expected: REFUSED })
  const write = async (words: string): Promise<void> => {
    await text(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(words)
  }
  await write(' More.')
  await author.client.discardDraft({ params: { draft } })
  await page.keyboard.press('Control+s')
  await page.getByText('it can become a draft of its own').waitFor()
  await page.getByRole('button', { name: 'Make a new draft of it' }).click()
  const next = await until('there is another draft', async () => (await author.client.listDrafts()).drafts.find(({ version }) => version > 0))
  await page.waitForURL(`**/drafts/${next.id}`)
  await untilText(page, 'A text. More.')

  // This time it goes out, and its page with it, before the last words were saved.
  await write(' Last words.')
  await page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await author.client.publishDraft({ params: { draft: next.id }, body: {} })
  await page.getByRole('heading', { name: 'Where it is now' }).waitFor()
  await goTo(page, '/drafts')
  const lost = page.getByText('This was typed in this browser on')
  await lost.waitFor()
  await page.getByRole('button', { name: 'Make a new draft of it' }).click()
  await untilText(page, 'A text. More. Last words.')
  await goTo(page, '/drafts')
  await page.getByRole('link', { name: 'Going' }).waitFor()
  t.equal(await lost.count(), 0)
})

t.test('the preview is the page of readers, and follows what is written', async t => {
  const opened = await openAuthor(t)
  if (!opened) return t.end()
  const { browser, author } = opened
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const draft = await newDraft(author, newsletter, 'A title', '## Begun\n\n*Very* calm')
  const page = await browser.open(author, { path: `/drafts/${draft}`, viewport: { width: 1400, height: 900 } })
  await text(page).waitFor()
  await page.getByRole('button', { name: 'Preview' }).click()
  const shown = page.frameLocator('issue-frame:not(.coming) iframe.laid').frameLocator('iframe')
  await shown.getByRole('heading', { name: 'Begun' }).waitFor()
  await shown.locator('em', { hasText: 'Very' }).waitFor()
  t.equal(await page.locator('issue-frame iframe').evaluate(frame => frame.clientWidth), 390)
  await page.getByRole('button', { name: 'Dark' }).click()
  await until('it is dark', async () => await shown.locator('html').getAttribute('data-theme') === 'dark')
  await page.getByRole('button', { name: 'Desktop' }).click()
  await until('it is wide', async () => await page.locator('issue-frame iframe').evaluate(frame => frame.clientWidth) === 1024)
  await text(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(', and more')
  await page.keyboard.press('Control+s')
  await shown.getByText('calm, and more').waitFor()
})

t.test('the page of an issue tells where it is, as receipts come in', async t => {
  const browser = await testBrowser(t)
  if (!browser) return t.end()
  const network = await testNetwork(t)
  const [author, reader] = [await network.open('author'), await network.open('reader')]
  await author.node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const [ref] = await publishIssues(author, newsletter, 1)
  const page = await browser.open(author, { path: `/published/${encodeURIComponent(ref!)}` })
  await page.getByText('Only here', { exact: true }).waitFor()
  await page.frameLocator('issue-frame iframe.laid').frameLocator('iframe').getByText('Text of issue 1.').waitFor()
  await reader.client.subscribe({ body: { address: newsletter } })
  await page.getByText('1 copy', { exact: true }).waitFor()
  await page.getByText('Leave this node running until 2 more machines hold all of it and keepers of 2 more owners promise to keep it.').waitFor()
  await page.getByText('Who holds it').click()
  await page.getByRole('cell', { name: 'Holds all of it' }).waitFor()
  await page.getByRole('button', { name: 'Copy the link' }).click()
  await page.getByText('A few words for a mail').click()
  t.match(await page.getByRole('link', { name: 'Write a mail' }).getAttribute('href'), `mailto:?subject=Issue%201&body=`)
  t.match(decodeURIComponent(await page.getByRole('link', { name: 'Write a mail' }).getAttribute('href') ?? ''), `colporteur://${newsletter}`)

  // As many copies as were asked for, and too few owners: it does not look as if it were done.
  const bar = page.locator('.copies progress')
  await author.client.setCopiesTarget({ params: { newsletter }, body: { copies: 1, owners: 1 } })
  await page.getByText('Leave this node running until a keeper of 1 more owner promises to keep it.').waitFor()
  t.equal(await bar.evaluate((bar: HTMLProgressElement) => bar.position), 0.5)
  await reader.client.keepNewsletter({ body: { address: newsletter, owner: 'Wei' } })
  await page.getByText('Safe to close', { exact: true }).waitFor()
  t.equal(await bar.evaluate((bar: HTMLProgressElement) => bar.position), 1)
})
