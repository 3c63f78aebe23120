import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IssueFiles } from '../../subscriber/rendering/issue-files.ts'
import { parsedMarkdown } from '../../subscriber/rendering/markdown.ts'
import { createNewsletter, type TestNode } from '../support/network.ts'
import { parseHtml } from '../support/parsed-html.ts'
import { shuffled } from '../support/random.ts'
import { realNewsletters } from '../support/real-newsletters.ts'

const SAMPLE = fileURLToPath(new URL('../../../sample/the-long-road', import.meta.url))

interface Comparison {
  compared: number
  /** Titles of issues that say something else after the sanitiser. */
  altered: string[]
  /** Elements, and attributes of elements, that it has taken away, by their names. */
  removed: string[]
}

/** Publishes issues that mean no harm, real ones where there are some, and compares what is shown of them with what it would be without the sanitiser. */
export async function compareBenign (node: TestNode, most: number, draw: () => number): Promise<Comparison> {
  const { client } = node
  const folders = [SAMPLE, ...(await realNewsletters()).map(({ folder }) => folder)]
  const paths = await Promise.all(folders.map(async folder => (await readdir(folder)).filter(name => name.endsWith('.md')).map(name => join(folder, name))))
  const newsletter = await createNewsletter(node, 'No harm')
  const comparison: Comparison = { compared: 0, altered: [], removed: [] }
  for (const path of shuffled(paths.flat(), draw).slice(0, most)) {
    const { ref, title } = await client.publishIssue({ params: { newsletter }, body: { source: { path } } })
    const params = { issue: ref }
    const [{ files }, { content: markdown }, { content: shown }] = await Promise.all([
      client.getIssue({ params }), client.getIssueContent({ params, query: { format: 'markdown' } }), client.getIssueContent({ params, query: { format: 'html' } })
    ])
    const before = parseHtml(parsedMarkdown(markdown, new IssueFiles(files, name => `files/${encodeURIComponent(name)}`)))
    const after = parseHtml(shown)
    comparison.compared++
    if (after.text.trim() !== before.text.trim()) comparison.altered.push(title)
    comparison.removed.push(...missing(namesIn(before.tags), namesIn(after.tags)))
  }
  return comparison
}

function namesIn (tags: ReturnType<typeof parseHtml>['tags']): string[] {
  return tags.flatMap(({ name, attributes }) => [name, ...Object.keys(attributes).map(attribute => `${name} ${attribute}`)])
}

/** Of the first list what the second one has less often. */
function missing (before: string[], after: string[]): string[] {
  const left = [...after]
  return before.filter(name => {
    const at = left.indexOf(name)
    if (at !== -1) left.splice(at, 1)
    return at === -1
  })
}
