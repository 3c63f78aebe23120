import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IssueFiles } from '../../subscriber/rendering/issue-files.ts'
import { parsedMarkdown } from '../../subscriber/rendering/markdown.ts'
import { createNewsletter, type TestNode } from '../support/network.ts'
import { parseHtml } from '../support/parsed-html.ts'
import { shuffled } from '../support/random.ts'
import { realNewsletters } from '../support/real-newsletters.ts'
import type { Viewer } from '../support/viewer.ts'
import { whatItSays } from './issue-says.ts'

const SAMPLE = fileURLToPath(new URL('../../../sample/the-long-road', import.meta.url))

interface Comparison {
  compared: number
  /** Titles of issues that say something else after the sanitiser. */
  altered: string[]
  /** Pictures that were seen, and links. */
  pictures: number
  links: number
  /** Titles of issues in whose page a picture or a link is missing, and what it is. */
  lacking: string[]
  /** Elements, and attributes of elements, that it has taken away, by their names. */
  removed: string[]
}

/**
 * Publishes issues that mean no harm, real ones where there are some, and compares what is shown of them with what it would be
 * without the sanitiser; and what a browser shows with the pictures and links of the text itself.
 */
export async function compareBenign (node: TestNode, viewer: Viewer, most: number, draw: () => number): Promise<Comparison> {
  const { client } = node
  await node.node.listen()
  await viewer.console(node)
  const folders = [SAMPLE, ...(await realNewsletters()).map(({ folder }) => folder)]
  const paths = await Promise.all(folders.map(async folder => (await readdir(folder)).filter(name => name.endsWith('.md')).map(name => join(folder, name))))
  const newsletter = await createNewsletter(node, 'No harm')
  const comparison: Comparison = { compared: 0, altered: [], pictures: 0, links: 0, lacking: [], removed: [] }
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
    const [said, seen] = [whatItSays(markdown, files), await viewer.look(ref, title)]
    comparison.pictures += seen.pictures
    comparison.links += seen.links.length
    if (seen.pictures < said.pictures.length) comparison.lacking.push(`${title}: ${seen.pictures} of ${said.pictures.join(', ')}`)
    comparison.lacking.push(...seen.brokenPictures.map(alt => `${title}: the picture "${alt}" is broken`))
    comparison.lacking.push(...missing(said.links, seen.links).map(link => `${title}: ${link}`))
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
