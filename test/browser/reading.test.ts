import { readFile } from 'node:fs/promises'
import t from 'tap'
import { checkAccess, testBrowser } from '../support/browser.ts'
import { publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { AWAY, CHECKED, headed, textOf, titlesOf, twoNodes } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'

const LONG = `# A long road

${'The chapman walked from farm to farm, and nobody knew when he would come again. '.repeat(12)}

[To the last mile](#the-last-mile) and [a new word](colporteur://${'y'.repeat(51)}o)[^1].

${Array.from({ length: 40 }, (_, i) => `Paragraph ${i + 1}. ${'He carried what there was to read, and read it himself on the way. '.repeat(6)}`).join('\n\n')}

## The last mile

The end of it.

[^1]: A note at the foot.
`

t.test('an issue is read as the reader likes it, by keys, and goes on where it was left', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader, refs: [first, long, , hostile] } = await twoNodes(network, [
    '# First\n\nOne.\n', LONG, '# Third\n\nThree.\n', '# Last\n\n<script>alert(1)</script>\n\nFour.\n'
  ])
  const issue = { params: { issue: long! } }
  const page = await browser.open(reader, { expected: CHECKED, viewport: { width: 1280, height: 800 } })
  await page.getByText('4 unread').waitFor()
  await page.keyboard.press('j')
  await headed(page, 'Last')
  await textOf(page).getByText('Four.').waitFor()
  await textOf(page).locator('main').click()
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await headed(page, 'A long road')
  t.match(page.url(), encodeURIComponent(long!), 'keys that were pressed in the text lead on, too')
  await page.keyboard.press('k')
  await page.keyboard.press('j')
  await textOf(page).getByText('Paragraph 1.').waitFor()

  // The frame is as tall as its text, and only the page scrolls.
  const frame = page.locator('issue-frame iframe')
  const inner = () => page.frames().find(candidate => candidate.url().includes('/read/'))!
  await until('the frame is tall', async () => (await frame.boundingBox())!.height > 3000)
  await until('nothing scrolls inside', () => inner().evaluate(() => document.documentElement.scrollHeight <= innerHeight + 1))
  await page.keyboard.press('Escape')
  await page.getByText('Nothing is open').waitFor()
  await page.getByRole('link', { name: 'A long road' }).click()
  await textOf(page).getByRole('link', { name: 'To the last mile' }).click()
  await until('the page has scrolled to the heading', () => page.evaluate(() => scrollY > 2000))
  const top = await textOf(page).getByRole('heading', { name: 'The last mile' }).boundingBox()
  t.ok(top && top.y >= 0 && top.y < 400, 'a link inside the text leads there')

  // A place is kept, also at another width.
  await page.evaluate(() => scrollTo(0, 0))
  const paragraph = textOf(page).getByText('Paragraph 20.')
  await paragraph.scrollIntoViewIfNeeded()
  await page.evaluate(by => scrollBy(0, by), (await paragraph.boundingBox())!.y - 100)
  const { place } = await until('the place is kept', async () => {
    const { issue: { place } } = await reader.client.getIssue(issue)
    return place && place.block > 15 ? { place } : null
  })
  t.ok(place.fraction > 0.2 && place.fraction < 0.8)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.reload()
  await page.getByText('You stopped here.').waitFor({ state: 'attached' })
  const found = await until('the paragraph is there again', async () => {
    const box = await textOf(page).getByText('Paragraph 20.').boundingBox()
    return box && Math.abs(box.y - 96) < 140 ? box : null
  })
  t.ok(found, 'on a phone it goes on at the same paragraph')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.evaluate(() => scrollTo(0, 0))

  // Who goes on to another issue before the place was kept finds it all the same.
  await textOf(page).getByText('Paragraph 30.').scrollIntoViewIfNeeded()
  await page.evaluate(by => scrollBy(0, by), (await textOf(page).getByText('Paragraph 30.').boundingBox())!.y - 100)
  // Of a text that was just laid out anew the place is held, until there is a hand at the keys.
  await page.keyboard.press('Shift')
  await page.evaluate(() => scrollBy(0, 1))
  await until('the place was seen', () => page.evaluate(() => Number.parseFloat(document.querySelector<HTMLElement>('.reading-progress')!.style.scale) > 0.6))
  await page.keyboard.press('j')
  await headed(page, 'First')
  await until('the place is kept', async () => ((await reader.client.getIssue(issue)).issue.place?.block ?? 0) > 25)
  t.equal((await reader.client.getIssue({ params: { issue: first! } })).issue.place, null, 'and no other issue has it')
  await page.keyboard.press('k')
  await textOf(page).getByText('Paragraph 1.').waitFor({ state: 'attached' })
  await page.evaluate(() => scrollTo(0, 0))

  // How it looks changes without loading it again.
  await page.getByRole('button', { name: 'Text', exact: true }).click()
  const look = async (): Promise<{ size: string, face: string, paper: string }> => await inner().evaluate(() => {
    const { fontSize, fontFamily } = getComputedStyle(document.body)
    return { size: fontSize, face: fontFamily, paper: getComputedStyle(document.documentElement).backgroundColor }
  })
  t.match(await look(), { size: '19px', face: /Source Serif/, paper: 'rgb(251, 249, 244)' })
  t.ok(await inner().evaluate(() => document.fonts.check('19px "Source Serif 4 Variable"')), 'it has the typeface of the console')
  await page.getByRole('button', { name: 'Larger' }).click()
  await page.getByRole('button', { name: 'Sans', exact: true }).click()
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  await until('the text looks so', async () => {
    const { size, face, paper } = await look()
    return size === '21.66px' && face.startsWith('"Source Sans 3') && paper === 'rgb(22, 21, 19)'
  })
  await checkAccess(t, page, 'the menu of the text')
  await page.getByRole('button', { name: 'Show the Markdown' }).click()
  t.match(await page.locator('pre.source').innerText(), /^The chapman/)
  await page.keyboard.press('v')
  await textOf(page).getByText('Paragraph 1.').waitFor()

  // Marks.
  await page.keyboard.press('s')
  await page.getByRole('button', { name: 'Saved' }).first().waitFor()
  await page.keyboard.press('m')
  await until('it is unread again', async () => !(await reader.client.getIssue(issue)).issue.read)
  await page.getByRole('button', { name: /^Signed by/ }).click()
  await page.getByRole('button', { name: 'Verify again now' }).click()
  await page.getByText('Everything held').waitFor()
  await checkAccess(t, page, 'the proof')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await checkAccess(t, page, 'an issue')
  await page.getByRole('button', { name: 'Ready offline' }).click()
  await page.getByText('It opens without any network.').waitFor()

  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.getByRole('heading', { name: 'Saved' }).waitFor()
  await page.getByRole('link', { name: 'A long road' }).waitFor()
  await checkAccess(t, page, 'what was saved')
  t.match(await page.locator('issue-row').innerText(), /saved\s+· unread/)

  await page.getByRole('link', { name: 'A long road' }).click()
  await textOf(page).getByRole('link', { name: 'a new word' }).click()
  t.match(await page.getByRole('textbox').inputValue(), /^colporteur:\/\/y{51}o$/, 'a link to a newsletter leads to its subscription')

  await page.goto(`${new URL(page.url()).origin}/#/issues/${encodeURIComponent(hostile!)}`)
  await headed(page, 'Last')
  await page.getByRole('link', { name: /^Older/ }).click()
  await headed(page, 'Third')
})

t.test('the inbox follows what happens, is narrowed and marked read at once, and stays quick when it is long', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter } = await twoNodes(network, ['# First\n\nOne.\n'])
  const page = await browser.open(reader, { expected: CHECKED, viewport: { width: 1280, height: 800 } })
  await page.getByRole('link', { name: 'First' }).waitFor()
  await publishIssues(author, newsletter, 1, 2)
  await page.getByRole('link', { name: 'Issue 2' }).waitFor()
  t.same(await titlesOf(page), ['Issue 2', 'First'], 'what comes appears by itself, on top')
  await page.getByText('2 unread from 1 newsletter').waitFor()

  await publishIssues(author, newsletter, 118, 3)
  await untilComplete(reader, newsletter, 120)
  await page.getByRole('link', { name: 'Issue 120' }).waitFor()
  for (let i = 0; i < 4; i++) await page.keyboard.press('j')
  await page.locator('.issue-head .title').getByText(/^Issue 11\d$/).waitFor()
  await page.keyboard.press('Escape')
  await until('all are in the list', async () => {
    await page.locator('issue-row').last().scrollIntoViewIfNeeded()
    return (await titlesOf(page)).length === 120
  })
  t.equal((await titlesOf(page)).at(-1), 'First')

  await page.keyboard.press('/')
  await page.keyboard.type('issue 7')
  await until('only those that match are left', async () => (await titlesOf(page)).length === 11)
  t.same((await titlesOf(page)).slice(-2), ['Issue 70', 'Issue 7'])
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Issue 120' }).waitFor()

  await page.getByRole('button', { name: 'Mark all read' }).click()
  await page.getByText('Everything is read').first().waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await page.getByText('What comes next appears here by itself.').waitFor()
  await checkAccess(t, page, 'the inbox with nothing unread')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('link', { name: 'Issue 120' }).waitFor()
  t.ok((await reader.client.getStatus()).issues.unread >= 115)
  await publishIssues(author, newsletter, 1, 121)
  await page.getByRole('link', { name: 'Issue 121' }).waitFor()
  await checkAccess(t, page, 'the inbox')
})

t.test('the page of an issue keeps nobody out, however it is dressed', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader, refs: [ref] } = await twoNodes(network, [`${LONG}\n| A | B |\n|---|---|\n| 1 | 2 |\n\n\`\`\`js\nlet x\n\`\`\`\n\n> Quoted.\n`])
  const { path } = await reader.client.openIssue({ params: { issue: ref! } })
  const { payload } = await reader.node.app.inject({ url: path, headers: { host: 'localhost' } })
  // In a page of its own, because nothing that could check it would run in the page as it is served.
  const page = await (await browser.open(reader)).context().newPage()
  await page.setContent(payload)
  await checkAccess(t, page, 'the page of an issue')
  await page.evaluate(() => Object.assign(document.documentElement.dataset, { theme: 'dark', size: '5', face: 'sans', width: 'narrow' }))
  await checkAccess(t, page, 'the page of an issue in the largest size')
  await page.emulateMedia({ media: 'print' })
  t.same(await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]), ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
})

t.test('with the node gone what is shown stays, and everything goes on by itself when it is back', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, newsletter, port } = await twoNodes(network, ['# First\n\nOne.\n'])
  await reader.restart({ port })
  await reader.node.listen()
  const page = await browser.open(reader, { expected: AWAY, viewport: { width: 1280, height: 800 } })
  await page.getByRole('link', { name: 'First' }).click()
  await textOf(page).getByText('One.').waitFor()
  await reader.stop()
  await page.getByRole('alert').getByText('The node does not answer').waitFor()
  await page.keyboard.press('s')
  await page.getByText('Is it running?').waitFor()
  t.ok(await textOf(page).getByText('One.').isVisible(), 'what was open stays open')
  await checkAccess(t, page, 'the console without its node')
  await publishIssues(author, newsletter, 1, 2)
  await reader.restart({ port })
  await reader.node.listen()
  await page.getByText('The node is back.').waitFor()
  await page.locator('issue-row').getByRole('link', { name: 'Issue 2' }).click()
  await textOf(page).getByText('Text of issue 2.').waitFor()
})

t.test('words are highlighted with the keyboard, noted, found again, and kept as a file; and a text is read aloud by a voice of this machine alone', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { author, reader, refs } = await twoNodes(network, ['# First\n\nThe boat came. The *boat* went.\n\nAnd the boat came again.\n', '---\nlanguage: ar\n---\n\n# Second\n\nOne رسالة.\n'])
  const [ref, arabic] = refs as [string, string]
  const page = await browser.open(reader, { expected: CHECKED, path: `/issues/${encodeURIComponent(ref)}`, viewport: { width: 1280, height: 900 } })
  await textOf(page).getByText('The boat came.').waitFor()
  t.equal(await page.getByRole('button', { name: 'Read aloud' }).count(), 0, 'where there is no voice there is no button')
  const frame = page.frames().find(frame => frame.url().includes('/read/'))!
  const select = async (words: string, from: number): Promise<void> => await textOf(page).locator('main').evaluate((main, [words, from]) => {
    const walker = document.createTreeWalker(main, 4)
    const nodes: Text[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node as Text)
    const start = main.textContent!.indexOf(words, from)
    const at = (place: number): [Text, number] => {
      let left = place
      for (const node of nodes) {
        if (left <= node.data.length) return [node, left]
        left -= node.data.length
      }
      throw new Error('no such place')
    }
    getSelection()!.setBaseAndExtent(...at(start), ...at(start + words.length))
  }, [words, from] as const)
  await select('boat came', 20)
  await page.getByRole('button', { name: 'Highlight', exact: true }).waitFor()
  await checkAccess(t, page, 'words are selected')
  await page.keyboard.press('h')
  await page.getByRole('heading', { name: 'Highlights' }).waitFor()
  const shown = async (): Promise<string[]> => await frame.evaluate(() => [...CSS.highlights.get('reader') ?? []].map(range => {
    const text = document.createRange()
    text.setStart(document.querySelector('main')!, 0)
    text.setEnd((range as Range).startContainer, (range as Range).startOffset)
    return `${text.toString().trim().length} ${String(range)}`
  }))
  await until('it is shown', async () => (await shown()).length === 1)
  t.match(await shown(), [/^3\d boat came$/], 'the second of two places with the same words')
  await select('boat went', 0)
  await page.getByRole('button', { name: 'Highlight', exact: true }).click()
  await until('both are shown', async () => (await shown()).length === 2)
  const note = page.getByRole('textbox', { name: 'Note on “boat came”' })
  await note.fill('# Which boat?\n\nThe same.')
  await page.keyboard.press('Tab')
  await page.getByText('The note is kept.').waitFor()
  await checkAccess(t, page, 'highlights')
  const { highlights } = await reader.client.listHighlights({})
  t.same(highlights.map(({ quote, note }) => [quote, note]).sort(), [['boat came', '# Which boat?\n\nThe same.'], ['boat went', '']])

  await author.client.correctIssue({ params: { issue: ref }, body: { source: { markdown: '# First\n\nYesterday and today. The boat came.\n\nAnd the boat came again.\n' }, change: 'correction', note: 'It did not go.' } })
  // Waiting in a frame fails while another takes its place.
  await until('the correction is shown', () => textOf(page).getByText('Yesterday').isVisible().catch(() => false))
  await page.getByText('These words are no longer in the text.').waitFor()
  await page.evaluate(() => { location.hash = '/highlights' })
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as Markdown' }).click()
  const markdown = await readFile(await (await saved).path(), 'utf8')
  t.match(markdown, /^## First\n\nThe Long Road · colporteur:\/\/\w{52}\/\w{26}\n\n> boat went\n\n> boat came\n\n# Which boat\?\n\nThe same\.\n$/)
  await checkAccess(t, page, 'all highlights')
  await page.getByRole('button', { name: 'Remove' }).first().click()
  await until('one is left', async () => (await reader.client.listHighlights({})).highlights.length === 1)

  await page.evaluate(path => { location.hash = path }, `/issues/${encodeURIComponent(arabic)}`)
  await textOf(page).getByText('رسالة').waitFor()
  t.equal(await textOf(page).locator('main').evaluate(main => getComputedStyle(main).direction), 'rtl', 'by its language, whatever its first word')

  // No browser of a test has a voice: one that says nothing stands in for those of a machine.
  const spoken = await page.context().newPage()
  await spoken.addInitScript(() => {
    const voices = [{ lang: 'en-GB', localService: false, name: 'far' }, { lang: 'en-US', localService: true, name: 'here' }]
    const said: string[] = []
    const synthesis = Object.assign(new EventTarget(), {
      getVoices: () => voices, cancel: () => { said.push('cancel') },
      speak: (saying: { text: string, voice: { name: string }, onend: () => void }) => {
        said.push(`${saying.voice.name}: ${saying.text}`)
        queueMicrotask(saying.onend)
      }
    })
    Object.defineProperty(window, 'speechSynthesis', { value: synthesis })
    Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: function (this: { text: string }, text: string) { this.text = text } })
    Object.assign(window, { said })
  })
  await spoken.goto(page.url().replace(/#.*/, `#/issues/${encodeURIComponent(ref)}`))
  await spoken.getByRole('button', { name: 'Read aloud' }).click()
  await until('it was read', async () => (await spoken.evaluate(() => (window as unknown as { said: string[] }).said)).length >= 2)
  t.match((await spoken.evaluate(() => (window as unknown as { said: string[] }).said)).join('\n'), /here: Yesterday and today\. The boat came\.\s*\nhere: And the boat/)
})
