import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { unzipSync } from 'fflate'
import Parser from 'rss-parser'
import { allIssues } from '../support/all-issues.ts'
import type { TestNode } from '../support/network.ts'

interface Leaving { url: string, folder: string, issues: number }

/** A page for each feed, with what stands in it, as a feed reader shows it that believes everything. */
export async function pagesOfFeeds ({ client }: TestNode, newsletter: string, { url, folder, issues }: Leaving): Promise<string[]> {
  const feed = (await client.listFeeds()).feeds.find(candidate => candidate.newsletter === newsletter)!
  const get = async (address: string): Promise<string> => {
    const { pathname, search } = new URL(address)
    return await (await fetch(new URL(pathname + search, url))).text()
  }
  const parser = new Parser({ customFields: { item: [['content:encoded', 'encoded']] } })
  const texts = {
    atom: (await parser.parseString(await get(feed.atom))).items.map(({ content }) => content ?? ''),
    rss: (await parser.parseString(await get(feed.rss))).items.map(item => String((item as { encoded?: string }).encoded ?? item.content)),
    json: (JSON.parse(await get(feed.json)) as { items: { content_html: string }[] }).items.map(({ content_html }) => content_html)
  }
  return await Promise.all(Object.entries(texts).map(async ([format, items]) => {
    const whole = items.filter(html => html !== '')
    if (whole.length !== issues) throw new Error(`${whole.length} of ${issues} issues stand in the feed as ${format}.`)
    const file = join(folder, `feed-${format}.html`)
    await writeFile(file, `<!doctype html><meta charset="utf-8"><body>${whole.join('<hr>')}`)
    return pathToFileURL(file).href
  }))
}

export async function pagesOfHtml ({ client }: TestNode, newsletter: string, path: string): Promise<string[]> {
  await client.exportNewsletter({ params: { newsletter }, body: { path, format: 'html' } })
  return [pathToFileURL(path).href]
}

/** The book unpacked, as a program unpacks it that shows books in a browser. */
export async function pagesOfEpub ({ client }: TestNode, newsletter: string, folder: string): Promise<string[]> {
  const path = `${folder}.epub`
  await client.exportNewsletter({ params: { newsletter }, body: { path, format: 'epub' } })
  const files = Object.entries(unzipSync(await readFile(path)))
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  return files.filter(([name]) => name.endsWith('.xhtml')).map(([name]) => pathToFileURL(join(folder, name)).href)
}

/** Issues whose Markdown is not word for word in the folder of texts. */
export async function textsChangedInMarkdown ({ client }: TestNode, newsletter: string, path: string): Promise<string[]> {
  await client.exportNewsletter({ params: { newsletter }, body: { path, format: 'markdown' } })
  const files = (await readdir(path, { recursive: true })).filter(name => name.endsWith('.md'))
  const texts = await Promise.all(files.map(async name => await readFile(join(path, name), 'utf8')))
  const issues = await allIssues(client, newsletter)
  const contents = await Promise.all(issues.map(async ({ ref }) => (await client.getIssueContent({ params: { issue: ref }, query: { format: 'markdown' } })).content.trim()))
  return issues.filter((_, i) => !texts.some(text => text.trim().endsWith(contents[i]!))).map(({ title }) => title)
}
