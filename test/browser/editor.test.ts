import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { type Page, testBrowser } from '../support/browser.ts'
import { paste, textIn, untilSaved, untilText } from './console-page.ts'
import { createNewsletter, type TestNode, testNetwork } from '../support/network.ts'
import { until } from '../support/until.ts'

const pasted = fileURLToPath(new URL('../../../test/browser/pasted/', import.meta.url))

interface Room { page: Page, author: TestNode, draft: string }

/** A page with an empty draft, and the cursor in its text. */
async function openRoom (t: Test, markdown = '', expected?: RegExp): Promise<Room | null> {
  const browser = await testBrowser(t)
  if (!browser) return null
  const network = await testNetwork(t)
  const author = await network.open('author')
  await author.node.listen()
  const newsletter = await createNewsletter(author, 'The Tidal Post')
  const { id: draft } = await author.client.createDraft({ body: { newsletter } })
  if (markdown !== '') await author.client.saveDraft({ params: { draft }, body: { baseVersion: 0, title: 'A title', subtitle: '', markdown } })
  const page = await browser.open(author, { path: `/drafts/${draft}`, expected })
  await page.getByRole('textbox', { name: 'Text', exact: true }).click()
  return { page, author, draft }
}

async function begin (page: Page): Promise<void> {
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
}

async function press (page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
}

t.test('who has never seen Markdown writes paragraphs, lists, quotations and headings with the keys they know', async t => {
  const room = await openRoom(t)
  if (!room) return t.end()
  const { page } = room
  const { keyboard } = page
  const type = async (text: string): Promise<void> => await keyboard.type(text)

  await type('One paragraph')
  await press(page, 'Enter')
  await type('and another')
  t.equal(await textIn(page), 'One paragraph\n\nand another', 'Enter begins a paragraph')
  await press(page, 'Home', 'Backspace')
  t.equal(await textIn(page), 'One paragraphand another', 'Backspace joins it to the one before, at once')
  await press(page, 'Control+z')
  t.equal(await textIn(page), 'One paragraph\n\nand another')
  await press(page, 'ArrowUp', 'End')
  await type('!')
  t.equal(await textIn(page), 'One paragraph!\n\nand another', 'one press goes over the space between')
  await press(page, 'ArrowDown', 'End', 'Shift+Enter')
  await type('with a second line')
  t.equal(await textIn(page), 'One paragraph!\n\nand another\\\nwith a second line')

  await begin(page)
  await type('- first')
  await press(page, 'Enter')
  await type('second')
  await press(page, 'Enter', 'Tab')
  await type('nested')
  await press(page, 'Enter', 'Enter', 'Enter')
  await type('After the list')
  t.equal(await textIn(page), '- first\n- second\n    - nested\n\nAfter the list')

  await begin(page)
  await type('> said')
  await press(page, 'Enter')
  await type('and done')
  await press(page, 'Enter', 'Enter')
  await type('After it')
  t.equal(await textIn(page), '> said\n>\n> and done\n\nAfter it')

  await begin(page)
  await type('/')
  await page.getByRole('option', { name: 'Heading' }).first().waitFor()
  await type('sub')
  await page.getByRole('option', { name: 'Subheading' }).waitFor()
  await press(page, 'Enter')
  await type('Harbour')
  await press(page, 'Enter')
  await type('plain ')
  await press(page, 'Control+b')
  await type('bold')
  await press(page, 'Control+b')
  await type(' end')
  t.equal(await textIn(page), '### Harbour\n\nplain **bold** end')
  await press(page, 'Home', 'ArrowUp', 'Backspace')
  t.equal(await textIn(page), 'Harbour\n\nplain **bold** end', 'Backspace takes the heading back')

  await press(page, 'Control+a')
  await page.getByRole('button', { name: 'Numbered list' }).click()
  t.equal(await textIn(page), '1. Harbour\n\n2. plain **bold** end')
  t.equal(await page.getByRole('button', { name: 'Numbered list' }).getAttribute('aria-pressed'), 'true')
  await page.getByRole('button', { name: 'Numbered list' }).click()
  t.equal(await textIn(page), 'Harbour\n\nplain **bold** end')

  await begin(page)
  await type('see the flood')
  await press(page, 'Control+Shift+ArrowLeft', 'Control+k')
  await page.getByLabel('Address').fill('example.org/flood')
  await press(page, 'Enter')
  t.equal(await textIn(page), 'see the [flood](https://example.org/flood)')
  await press(page, 'Control+k')
  t.equal(await page.getByLabel('Address').inputValue(), 'https://example.org/flood')
  await page.getByRole('button', { name: 'Take the link away' }).click()
  t.equal(await textIn(page), 'see the flood')

  await begin(page)
  await type('a text with a note')
  await press(page, 'Enter')
  await type('/foot')
  await page.getByRole('option', { name: 'Footnote' }).waitFor()
  await press(page, 'Enter')
  await type('What it says')
  t.equal(await textIn(page), 'a text with a note\n\n[^1]\n\n[^1]: What it says')

  await begin(page)
  await type('out of it')
  await press(page, 'Tab')
  t.equal(await textIn(page), 'out of it')
  t.not(await page.evaluate(() => document.activeElement?.localName), 'text-editor', 'Tab leaves the text')
})

t.test('a text is drawn as it will look, and its marks show themselves where the cursor is', async t => {
  const room = await openRoom(t, 'plain\n\n## Heading\n\n> said **loud**\n\n- one\n\n> قال\n\n[words](https://example.org/a)')
  if (!room) return t.end()
  const { page } = room
  await press(page, 'Control+Home')
  const line = (text: string) => page.locator('.cm-line', { hasText: text })
  t.equal(await line('Heading').evaluate(element => getComputedStyle(element).fontSize), '28px')
  t.equal((await line('said').innerText()).replace(/^> /, ''), 'said loud', 'without the marks of emphasis')
  t.equal(await line('words').innerText(), 'words')
  t.equal(await line('قال').evaluate(element => getComputedStyle(element).direction), 'rtl')
  const place = async (): Promise<number> => Math.round((await page.getByText('said', { exact: false }).last().boundingBox())!.x)
  const before = await place()
  await line('said').click()
  t.equal(await place(), before, 'what opens a line takes no room in it')
  await line('words').click()
  t.equal(await line('words').innerText(), '[words](https://example.org/a)')
})

t.test('text is found and replaced', async t => {
  const room = await openRoom(t, 'The sea and the wall. The sea.')
  if (!room) return t.end()
  const { page } = room
  await press(page, 'Control+f')
  const find = page.getByRole('textbox', { name: 'Find' })
  await find.fill('sea')
  await page.getByText('2 found').waitFor()
  await press(page, 'Enter')
  await page.getByText('1 of 2').waitFor()
  await page.getByRole('textbox', { name: 'Replace by' }).fill('tide')
  await page.getByRole('button', { name: 'Replace all' }).click()
  t.equal(await textIn(page), 'The tide and the wall. The tide.')
  await page.getByText('Not found').waitFor()
  await press(page, 'Escape')
  await find.waitFor({ state: 'detached' })
})

t.test('what is not touched stays as it is, to the last character', async t => {
  const odd = [
    '* star\n+ plus\n1) paren', 'Setext\n===', '| a | b |\n|---|:-:|\n| 1 |  2 |', '```js\n\n  code\n```', 'a  \nb\\\nc', '[ref]: https://example.org "t"\n\n[x][ref] <https://e.org>',
    '<div class="x">html &amp; more</div>', '![](<files/a b.png> "cap")', 'note[^a]\n\n[^a]: text', '\tindented', '***bold and italic*** __b__ _i_ ~~s~~ `` ` ``', '- [ ] open\n- [x] done', 'عربي **غامق**'
  ].join('\n\n') + '\n\n'
  const room = await openRoom(t, odd)
  if (!room) return t.end()
  const { page, author, draft } = room
  t.equal(await textIn(page), odd)
  await press(page, 'Control+End')
  await page.keyboard.type('end')
  await untilSaved(page)
  t.equal((await author.client.getDraft({ params: { draft } })).markdown, `${odd}end`)
})

t.test('what other programs put on the clipboard arrives as clean Markdown', async t => {
  const room = await openRoom(t)
  if (!room) return t.end()
  const { page, author, draft } = room
  const names = readdirSync(pasted).filter(name => name.endsWith('.html')).map(name => name.replace('.html', ''))
  t.ok(names.length >= 5)
  for (const name of names) {
    await begin(page)
    const html = readFileSync(`${pasted}${name}.html`, 'utf8')
    const expected = readFileSync(`${pasted}${name}.md`, 'utf8').trimEnd()
    await paste(page, { 'text/html': html, 'text/plain': 'the same as plain text' })
    await until(`${name} was pasted`, async () => await textIn(page) !== '' && !(await textIn(page)).includes('pasted-'))
    t.equal(await textIn(page), expected, name)
  }
  await page.getByText('A picture did not come along.').first().waitFor()
  const { files } = await author.client.getDraft({ params: { draft } })
  t.match(files.map(({ name, type }) => [name, type]), [['picture.webp', 'image/webp']], 'a picture that came inside of the text is one of the draft\'s')

  // Two texts with a picture each, the second before the first one's picture is here; and one that is no picture.
  await begin(page)
  const { length } = (await author.client.getDraft({ params: { draft } })).files
  const picture = (color: string): string => `<img alt="${color}" src="data:image/svg+xml;base64,${Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="${color}"/></svg>`).toString('base64')}">`
  for (const color of ['red', 'blue']) await paste(page, { 'text/html': `<p>${color}</p><p>${picture(color)}</p>`, 'text/plain': color })
  await paste(page, { 'text/html': '<p>The <b>end</b></p><p><img src="data:image/png;base64,%%%"></p>', 'text/plain': 'The end' })
  await until('each picture has its place', async () => /red\n\n!\[red\]\(files\/[\w-]+\.webp\)\n\nblue\n\n!\[blue\]\(files\/[\w-]+\.webp\)\s*The \*\*end\*\*$/.test(await textIn(page)), () => textIn(page))
  t.equal(new Set((await textIn(page)).match(/files\/[\w-]+\.webp/g)).size, 2)
  t.equal((await author.client.getDraft({ params: { draft } })).files.length, length + 2)
  for (let i = 0; i < 12 && await textIn(page) !== ''; i++) {
    await press(page, 'Control+z')
    t.notMatch(await textIn(page), 'pasted-', 'taking it back brings no picture back that was still to come')
  }

  await begin(page)
  await paste(page, { 'text/html': '<meta charset="utf-8"><div style="font-family: monospace"><span style="color:#008">**not** bold</span></div>', 'text/plain': '**not** bold' })
  await untilText(page, '**not** bold')

  await begin(page)
  await page.keyboard.type('a flood')
  await press(page, 'Control+a')
  await paste(page, { 'text/plain': 'https://example.org/flood' })
  await untilText(page, '[a flood](https://example.org/flood)')

  await begin(page)
  await page.keyboard.type('beforeafter')
  for (let i = 0; i < 'after'.length; i++) await press(page, 'ArrowLeft')
  await paste(page, { 'text/html': '<p>one</p><p>two</p>', 'text/plain': 'one two' })
  await untilText(page, 'before\n\none\n\ntwo\n\nafter')
})

t.test('what is pasted while the node is gone arrives at least as the text that it is', async t => {
  const room = await openRoom(t, '', /ERR_FAILED|Failed to load resource/)
  if (!room) return t.end()
  const { page } = room
  await page.route(/html-to-markdown/, route => route.abort())
  await paste(page, { 'text/html': '<h2>Harbour</h2><p>The <b>boat</b> came.</p>', 'text/plain': 'Harbour\n\nThe boat came.' })
  await untilText(page, 'Harbour\n\nThe boat came.')
})

t.test('who selects text in a dialog and lets go beside it loses nothing', async t => {
  const room = await openRoom(t, 'see the flood')
  if (!room) return t.end()
  const { page } = room
  await press(page, 'Control+End', 'Control+k')
  const address = page.getByLabel('Address')
  await address.fill('https://example.org/flood')
  const { x, y } = (await address.boundingBox())!
  await page.mouse.move(x + 60, y + 10)
  await page.mouse.down()
  await page.mouse.move(10, y + 10, { steps: 3 })
  await page.mouse.up()
  t.equal(await address.inputValue(), 'https://example.org/flood')
  await page.mouse.click(10, y + 10)
  await address.waitFor({ state: 'detached' })
})

t.test('a dropped photograph is resized, loses what the camera wrote into it, and asks what it shows', async t => {
  const room = await openRoom(t)
  if (!room) return t.end()
  const { page, author, draft } = room
  await page.keyboard.type('Look')
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(3000, 2000)
    const context = canvas.getContext('2d')!
    for (let x = 0; x < 3000; x += 50) {
      context.fillStyle = `hsl(${x / 10} 60% 50%)`
      context.fillRect(x, 0, 50, 2000)
    }
    const jpeg = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer())
    // As a camera writes it: turned by a quarter (orientation 6), and a note of where it was.
    const tiff = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode('GPS 51.5 N 3.8 E')]
    const exif = [...new TextEncoder().encode('Exif'), 0, 0, ...tiff]
    const segment = [0xFF, 0xE1, (exif.length + 2) >> 8, (exif.length + 2) & 0xFF, ...exif]
    const file = new File([jpeg.slice(0, 2), new Uint8Array(segment), jpeg.slice(2)], 'IMG 2041 (1).JPG', { type: 'image/jpeg' })
    const data = new DataTransfer()
    data.items.add(file)
    const target = document.querySelector('text-editor')!.shadowRoot!.querySelector('.cm-line')!
    const { right, top } = target.getBoundingClientRect()
    target.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true, clientX: right - 2, clientY: top + 5 }))
  })
  const dialog = page.getByRole('dialog', { name: 'Picture' })
  await dialog.getByLabel('What does the picture show?').fill('Stripes of every colour')
  await dialog.getByLabel('Caption').fill('Seen from the "sea wall"')
  await dialog.getByRole('button', { name: 'Done' }).click()
  t.equal(await textIn(page), 'Look\n\n![Stripes of every colour](files/IMG-2041-1.webp "Seen from the \\"sea wall\\"")')
  const shown = page.getByRole('img', { name: 'Stripes of every colour' })
  await shown.waitFor()
  t.same(await shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]), [1600, 2400], 'upright, and no wider than readers see it')

  // The file is told after the text.
  const files = await until('the file is described', async () => {
    const { files } = await author.client.getDraft({ params: { draft } })
    return files[0]?.alt === '' ? null : files
  })
  t.match(files, [{ name: 'IMG-2041-1.webp', type: 'image/webp', alt: 'Stripes of every colour' }])
  const path = await shown.getAttribute('src')
  const bytes = (await author.node.app.inject({ url: path!, headers: { host: 'localhost' } })).rawPayload.toString('latin1')
  t.match(bytes.slice(8, 12), 'WEBP')
  t.notMatch(bytes, /Exif|EXIF|GPS/)

  await page.getByRole('textbox', { name: 'Text', exact: true }).focus()
  await press(page, 'Control+End', 'Alt+Enter')
  await dialog.waitFor()
  await dialog.getByRole('button', { name: 'Take it out' }).click()
  await untilSaved(page)
  t.equal((await textIn(page)).trim(), 'Look')
  await page.getByRole('button', { name: 'Details' }).click()
  await page.getByText('not in the text, so not published').waitFor()
  await page.getByRole('button', { name: 'Remove IMG-2041-1.webp' }).click()
  await until('the file is gone', async () => (await author.client.getDraft({ params: { draft } })).files.length === 0)
})

t.test('attachments go along by their own name, and what is no picture is refused with what to do', async t => {
  const room = await openRoom(t)
  if (!room) return t.end()
  const { page, author, draft } = room
  const give = async (name: string, mimeType: string): Promise<void> => {
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: mimeType.startsWith('image') ? 'Picture' : 'Attachment' }).click()
    await (await choosing).setFiles({ name, mimeType, buffer: Buffer.from('%PDF-1.4 not much') })
  }
  await give('Tide table [2026].pdf', 'application/pdf')
  await untilText(page, '[Tide table \\[2026\\].pdf](files/Tide-table-2026.pdf)')
  await give('photo.heic', 'image/heic')
  await page.getByText('This browser can not read the picture photo.heic. Save it as JPEG or PNG and add that.').waitFor()
  t.match((await author.client.getDraft({ params: { draft } })).files, [{ name: 'Tide-table-2026.pdf', type: 'application/pdf' }])
})
