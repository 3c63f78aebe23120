import type { Page } from 'playwright-core'
import { onStage, spreadOf } from './bench-stage.ts'

/** From a key to the frame that shows it, in a draft as long as a book. Real keys, one after the other. */

const WORDS = 50_000
const KEYS = 300

await onStage(async ({ start, open }) => {
  const author = await start('author')
  const { client } = author
  const { newsletter: { address } } = await client.createNewsletter({ body: { title: 'Long' } })
  const { id: draft } = await client.createDraft({ body: { newsletter: address } })
  await client.saveDraft({ params: { draft }, body: { baseVersion: 0, title: 'As long as a book', subtitle: '', markdown: book() } })
  const startedMs = performance.now()
  const page = await open(author, `/drafts/${draft}`)
  const text = page.getByRole('textbox', { name: 'Text', exact: true })
  await text.waitFor()
  await page.getByText(/50,000 words/).waitFor()
  console.log(`a draft of ${WORDS} words is there after ${Math.round(performance.now() - startedMs)} ms, from the address on`)
  await text.click()
  for (const [place, key] of [['at the start', 'Control+Home'], ['at the end', 'Control+End']] as const) {
    await page.keyboard.press(key)
    console.log(`key to paint ${place}: ${spreadOf(await keyTimes(page))}`)
  }
})

/** Paragraphs with marks, links and headings, as an editor that draws them has to look at. */
function book (): string {
  const paragraph = (i: number): string => `${i % 20 === 0 ? '## Another chapter\n\n' : ''}${Array.from({ length: 98 }, (_, word) => ['road', '*inn*', '**fair**', 'print', '[link](https://example.org)'][(i + word) % 5]).join(' ')} ${i} end.`
  const paragraphs: string[] = []
  let words = 0
  for (let i = 0; words < WORDS - 100; i++) {
    paragraphs.push(paragraph(i))
    words += i % 20 === 0 ? 102 : 100
  }
  return `${paragraphs.join('\n\n')}\n\n${'rest '.repeat(WORDS - words).trim()}\n`
}

async function keyTimes (page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = []
    Object.assign(globalThis, { times })
    // A message that is posted in a frame arrives after that frame was drawn.
    const afterPaint = (done: () => void): void => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = done
        port2.postMessage(null)
      })
    }
    addEventListener('keydown', ({ timeStamp }) => afterPaint(() => times.push(performance.now() - timeStamp)), { capture: true })
  })
  for (let i = 0; i < KEYS; i++) await page.keyboard.press(i % 6 === 5 ? 'Space' : 'abcdefghij'[i % 10]!, { delay: 20 })
  return await page.evaluate(() => (globalThis as unknown as { times: number[] }).times)
}
