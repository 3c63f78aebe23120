import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FrameLocator, Page } from 'playwright-core'
import { createNewsletter, type TestNetwork, type TestNode, untilComplete } from './network.ts'

/** A PNG of one pixel. What comes after its end does not matter to anyone. */
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** What the browser says when a check would like to run inside the page of an issue. */
export const CHECKED = /Blocked script execution/
/** And what it says by itself while a node is away. */
export const AWAY = /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|Failed to load resource|Blocked script execution/

/** Publishes one issue with a picture of some size; gives its ref. */
export async function publishWithPicture (network: TestNetwork, author: TestNode, newsletter: string): Promise<string> {
  const folder = join(network.folder, 'with-picture')
  await mkdir(folder)
  await writeFile(join(folder, 'harbour.png'), Buffer.concat([PIXEL, randomBytes(300_000)]))
  await writeFile(join(folder, 'index.md'), '# By sea\n\n![The harbour](harbour.png)\n\nThe boat came.\n')
  return (await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })).ref
}

export interface ReadingStage {
  author: TestNode
  reader: TestNode
  newsletter: string
  refs: string[]
  /** Of the reader's console. */
  port: number
}

/** An author and a reader who has everything. */
export async function twoNodes (network: TestNetwork, texts: string[]): Promise<ReadingStage> {
  const [author, reader] = await Promise.all([network.open('author'), network.open('reader')])
  const port = Number(new URL(await reader.node.listen()).port)
  const newsletter = await createNewsletter(author, 'The Long Road')
  const refs: string[] = []
  for (const markdown of texts) refs.push((await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })).ref)
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, texts.length)
  return { author, reader, newsletter, refs, port }
}

/** The page of an issue, inside the lectern, inside the console. */
export const textOf = (page: Page): FrameLocator => page.frameLocator('issue-frame iframe').frameLocator('iframe')

/** An issue with that title is open. */
export const headed = async (page: Page, title: string): Promise<void> => await page.locator('.issue-head .title').getByText(title, { exact: true }).waitFor()

export const titlesOf = async (page: Page): Promise<string[]> => (await page.locator('issue-row h2').allTextContents()).map(text => text.trim())
