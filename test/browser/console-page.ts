import type { Locator, Page } from 'playwright-core'
import type { TestNode } from '../support/network.ts'
import { until } from '../support/until.ts'

/** Steps of the Tab key before a test says that there is no way there. */
const MOST_STEPS = 60

/** Where the keyboard is, as a screen reader would name it. */
export async function focusName (page: Page): Promise<string> {
  return await page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    const [label] = (element as HTMLInputElement | null)?.labels ?? []
    return (element?.getAttribute('aria-label') ?? label?.textContent ?? element?.textContent ?? '').replace(/\s+/g, ' ').trim()
  })
}

/** Goes with the Tab key alone to what has this name. */
export async function tabTo (page: Page, name: string): Promise<void> {
  const seen: string[] = []
  for (let step = 0; step < MOST_STEPS; step++) {
    await page.keyboard.press('Tab')
    seen.push(await focusName(page))
    if (seen.at(-1)!.startsWith(name)) return
  }
  throw new Error(`The Tab key does not lead to ${name}. It leads to: ${seen.join(' | ')}`)
}

/** The Markdown in the editor; '' where there is none. */
export async function textIn (page: Page): Promise<string> {
  return await page.evaluate(() => document.querySelector<HTMLElement & { value: string }>('text-editor')?.value ?? '')
}

export async function untilSaved (page: Page): Promise<void> {
  await page.getByText(/Saved at/).waitFor()
}

/** Puts something into the editor as the clipboard of another program would. */
export async function paste (page: Page, content: Record<string, string>): Promise<void> {
  await page.evaluate(content => {
    const data = new DataTransfer()
    for (const [type, text] of Object.entries(content)) data.setData(type, text)
    const target = document.querySelector('text-editor')!.shadowRoot!.querySelector('.cm-content')!
    target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, content)
}

export async function untilText (page: Page, expected: string): Promise<void> {
  await until('the editor has the text', async () => await textIn(page) === expected, () => textIn(page))
}

export function textField (page: Page): Locator {
  return page.getByRole('textbox', { name: 'Text', exact: true })
}

/** Follows a link inside of the console, without loading it anew. */
export async function goTo (page: Page, path: string): Promise<void> {
  await page.evaluate(place => { location.hash = place }, path)
}

/** @param title without one, it is empty */
export async function newDraft ({ client }: Pick<TestNode, 'client'>, newsletter: string, title = '', markdown = ''): Promise<string> {
  const { id } = await client.createDraft({ body: { newsletter } })
  if (title !== '') await client.saveDraft({ params: { draft: id }, body: { baseVersion: 0, title, subtitle: '', markdown } })
  return id
}
