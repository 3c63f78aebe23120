import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { testBrowser } from '../support/browser.ts'
import { createNewsletter, type TestNode, testNetwork } from '../support/network.ts'
import { headed, textOf, twoNodes } from '../support/reading-stage.ts'
import { until } from '../support/until.ts'
import { goTo, newDraft, textField } from './console-page.ts'

/** A phone, a window of 1280 px enlarged to 200 %, and a wide screen. */
const WIDTHS = [390, 640, 1600]
const LONG_WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
const ARABIC = '---\nlanguage: ar\n---\n\n# رسالة من المرفأ\n\n## الميناء\n\nنص الرسالة **بخط غليظ** و[رابط](https://example.org).\n\n> قال\n\n- واحد\n- اثنان\n'
const WIDE = `# ${LONG_WORD}\n\n${LONG_WORD}${LONG_WORD}\n\n| ${'Column | '.repeat(12)}\n|${'---|'.repeat(12)}\n| ${'a value | '.repeat(12)}\n\n\`\`\`\n${'code '.repeat(60)}\n\`\`\`\n`

/** What a place shows when it is there. */
type Places = readonly (readonly [path: string, shown: string])[]

/** Nothing of the page is beside the window, at every width and in both directions of writing. */
async function checkWidths (t: Test, page: Page, name: string): Promise<void> {
  for (const direction of ['ltr', 'rtl']) {
    await page.evaluate(direction => { document.documentElement.dir = direction }, direction)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      const beside = await page.evaluate(async () => {
        // What is drawn anew for another width has been.
        await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
        if (document.documentElement.scrollWidth <= innerWidth) return []
        const wide = [...document.querySelectorAll('body *')].filter(element => {
          const { left, right } = element.getBoundingClientRect()
          return right > innerWidth + 1 || left < -1
        })
        return wide.slice(0, 5).map(({ localName, className }) => `${localName}.${String(className)}`)
      })
      t.same(beside, [], `${name} at ${width} px, ${direction}`)
    }
  }
  await page.evaluate(() => document.documentElement.removeAttribute('dir'))
}

async function visit (t: Test, page: Page, places: Places, state: string): Promise<void> {
  for (const [path, shown] of places) {
    await page.setViewportSize({ width: 1600, height: 800 })
    await goTo(page, path)
    await page.locator('main').getByText(shown).first().waitFor()
    await checkWidths(t, page, `${path}, ${state}`)
  }
}

/** Where the larger parts of a page are. */
async function layoutOf (page: Page): Promise<string[]> {
  return await page.locator('main').evaluate(main => [...main.querySelectorAll('h1, h2, section, table, dl, form, issue-row, .page, .desk-text, .writing-desk, .button.primary')].map(element => {
    const { x, y, width } = element.getBoundingClientRect()
    return `${element.localName}.${element.className} ${[x, y, width].map(Math.round).join(' ')}`
  }))
}

/** Styles of all pages are in one document: what one brings with it may not move another. */
async function checkApart (t: Test, page: Page, places: Places): Promise<void> {
  await page.setViewportSize({ width: 1600, height: 800 })
  for (const [path, shown] of places) {
    const there = async (): Promise<string[]> => {
      await page.locator('main').getByText(shown).first().waitFor()
      await until('nothing is still loading', async () => await page.locator('main').getByText('Loading …', { exact: true }).count() === 0)
      await page.evaluate(() => document.fonts.ready)
      return await layoutOf(page)
    }
    await goTo(page, path)
    const after = await there()
    await page.reload()
    t.same(after, await there(), `${path} is the same whatever was opened before`)
  }
}

async function emptyNode (): Promise<Places> {
  return [
    ['/inbox', 'Your inbox is empty'], ['/saved', 'Nothing is saved'], ['/newsletters', 'You follow no newsletter yet'], ['/subscribe', 'Address of the newsletter'], ['/prepare', 'Get everything unread'],
    ['/peers', 'nobody to look for yet'], ['/storage', 'Nothing is kept here yet'], ['/settings', 'In this browser'], ['/start', 'What is it called?'],
    ['/drafts', 'A newsletter of your own'], ['/published', 'Nothing is published yet'], ['/readers', 'Nobody tells you who reads'], ['/nowhere', 'There is no such page'],
    ['/newsletters/none', 'There is no such newsletter'], ['/issues/none', 'Try again'], ['/drafts/none', 'There is no such draft']
  ]
}

async function loadedNode ({ client }: TestNode, newsletter: string): Promise<{ reading: Places, writing: Places }> {
  const { issues } = await client.listIssues({ params: { newsletter }, query: {} })
  const [arabic, wide] = ['رسالة من المرفأ', LONG_WORD].map(title => encodeURIComponent(issues.find(issue => issue.title === title)!.ref)) as [string, string]
  const draft = await newDraft({ client } as TestNode, newsletter, `${LONG_WORD} TK`, WIDE)
  return {
    reading: [
      ['/inbox', 'Unread'], [`/newsletters/${newsletter}`, 'Address'], [`/newsletters/${newsletter}/issues/${arabic}`, 'Ready offline'], [`/issues/${wide}`, 'Ready offline'],
      ['/newsletters', 'Written here'], ['/storage', 'By newsletter'], ['/peers', 'connected']
    ],
    writing: [
      [`/newsletters/${newsletter}/words`, 'Write them on paper'], ['/drafts', 'New draft'], [`/drafts/${draft}`, 'Saved at'], [`/drafts/${draft}/publish`, 'something is still to come'],
      ['/published', '2 issues'], [`/published/${wide}`, 'Full copies'], ['/readers', 'Copy the link']
    ]
  }
}

t.test('every page of a console in which nothing is fits into the window', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const node = await (await testNetwork(t)).open('author')
  await node.node.listen()
  const page = await browser.open(node, { expected: /status of 404/ })
  await visit(t, page, await emptyNode(), 'empty')
})

t.test('every page fits into the window with titles that do not break and from right to left, and none moves another', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const author = await (await testNetwork(t)).open('author')
  await author.node.listen()
  const newsletter = await createNewsletter(author, `The ${LONG_WORD} Post`)
  for (const markdown of [ARABIC, WIDE]) await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })
  const { reading, writing } = await loadedNode(author, newsletter)
  const page = await browser.open(author)
  await visit(t, page, [...reading, ...writing], 'loaded')
  for (const keys of ['?', 'Control+k']) {
    await page.keyboard.press(keys)
    await page.getByRole('dialog').waitFor()
    await checkWidths(t, page, `the dialog of ${keys}`)
    await page.keyboard.press('Escape')
  }
  await checkApart(t, page, [reading[0]!, reading[1]!, reading[5]!, writing[1]!, writing[4]!, writing[6]!])

  await goTo(page, writing[2]![0])
  await textField(page).waitFor()
  for (const name of ['Details', 'Versions', 'Preview']) {
    await page.getByRole('button', { name }).click()
    await page.getByRole('dialog', { name }).waitFor()
    await checkWidths(t, page, name)
    await page.getByRole('dialog').getByRole('button', { name: /^(Done|Close)$/ }).click()
  }
})

t.test('beside a newsletter each choice stands with its hint, apart from the next', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader, newsletter } = await twoNodes(network, ['# One\n\nText.\n'])
  const page = await browser.open(reader, { viewport: { width: 1280, height: 900 } })
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await goTo(page, `/newsletters/${newsletter}`)
    await page.getByRole('heading', { name: 'The Long Road', exact: true }).first().waitFor()
    if (width === 390) await page.getByText('About this newsletter').click()
    await page.getByText('Let its author count this copy').waitFor()
    const { folder, check, hint, legend } = await page.locator('newsletter-about').evaluate(about => {
      const box = (selector: string): { left: number, top: number, bottom: number } => about.querySelector(selector)!.getBoundingClientRect()
      return { folder: box('folder-field'), check: box('label.check'), hint: box('label.check + .hint'), legend: box('fieldset > legend') }
    })
    t.ok(check.top >= folder.bottom + 8, `below the folder, and apart from it, at ${width} px`)
    t.ok(hint.top >= check.bottom && hint.top < check.bottom + 8 && Math.abs(hint.left - check.left) < 1, 'with its hint right below it')
    t.ok(legend.top >= hint.bottom + 24, 'and room before the next heading')
  }
})

t.test('on paper there is what is read, and nothing of the console', async t => {
  const browser = await testBrowser(t)
  if (!browser) return
  const network = await testNetwork(t)
  const { reader } = await twoNodes(network, ['# On paper\n\nThe text, with [a link](https://example.org/there).\n'])
  const page = await browser.open(reader, { viewport: { width: 1280, height: 800 } })
  await page.getByRole('link', { name: 'On paper' }).click()
  await headed(page, 'On paper')
  await textOf(page).getByText('The text').waitFor()

  // Who presses the keys of the browser prints the issue, wherever the focus is. There is no printer to see: it is asked who would be.
  const lectern = page.frames().find(frame => frame.url().endsWith('/lectern.html'))!
  await lectern.evaluate(() => {
    const { contentWindow } = document.querySelector('iframe')!
    contentWindow!.print = () => { document.documentElement.dataset['printed'] = String(Number(document.documentElement.dataset['printed'] ?? 0) + 1) }
  })
  const printed = async (times: string): Promise<void> => await lectern.locator(`html[data-printed="${times}"]`).waitFor({ state: 'attached' })
  await page.keyboard.press('Control+p')
  await printed('1')
  await textOf(page).locator('main').click()
  await page.keyboard.press('Control+p')
  await printed('2')

  await page.emulateMedia({ media: 'print' })
  t.same(await page.evaluate(() => {
    const all = [...document.querySelectorAll('console-rail, .desk-list, .reader-tools, .reader-foot, .reading-progress, .notices, .issue-head, issue-frame')]
    return all.filter(element => element.checkVisibility()).map(({ className, localName }) => className || localName)
  }), ['issue-frame'], 'who prints the window nevertheless gets the issue alone, whose page has its head')
  const issue = page.frames().find(frame => frame.url().includes('/read/'))!
  t.same(await issue.evaluate(() => {
    const { color } = getComputedStyle(document.body)
    return [color, getComputedStyle(document.querySelector('main a[href^="http"]')!, '::after').content]
  }), ['rgb(0, 0, 0)', '" <https://example.org/there>"'], 'black on white, and with the addresses of links')
})
