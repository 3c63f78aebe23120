import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type HostileDocument, hostileCorpus, hostileIssues, LAST_WORDS, OWN_DOCUMENTS } from '../support/hostile-documents.ts'
import { createNewsletter, testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { HOSTILE_PICTURES, svg } from '../support/pictures.ts'
import { shuffled } from '../support/random.ts'
import { openTrap } from '../support/trap.ts'
import { until } from '../support/until.ts'
import { openViewer } from '../support/viewer.ts'
import { compareBenign } from './benign-issues.ts'
import { pagesOfEpub, pagesOfFeeds, pagesOfHtml, textsChangedInMarkdown } from './leaving-documents.ts'
import type { Suite } from './suite.ts'

const DOES_ALL = '<img src="http://tracker.test/p"><script>alert(1)</script><meta http-equiv="refresh" content="0;url=http://tracker.test/away">'

const PICTURES = 'Hostile pictures'
/** Does nothing where it is a picture. */
const ACTIVE_SVG = svg('width="90" height="90" onload="parent.alert(1)"', '<script>parent.alert(1)</script><image href="http://tracker.test/p" width="9" height="9"/><foreignObject width="9" height="9"><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://tracker.test/p"/></foreignObject>')

/** Hostile documents and pictures are published, and read in every way in which a newsletter is read: in the console, in feeds, in files, on web pages. */
export const documents: Suite = {
  /** Of the corpus at most so many, by chance; and so many issues that mean no harm. */
  options: { corpus: 1_000_000, benign: 300 },
  run: async ({ ends, options: { corpus, benign }, draw, demand }) => {
    const trap = await openTrap(ends)
    const network = await testNetwork(ends)
    const viewer = await openViewer(ends, { trapPort: trap.port, folder: network.folder })
    if (!viewer) throw new Error('There is no Chromium: set CHROME_PATH.')
    const control = join(network.folder, 'control.html')
    await writeFile(control, DOES_ALL)
    await viewer.pageThatDoesAll(pathToFileURL(control).href)
    demand(trap.caught.some(line => line.startsWith('GET /p ')), 'what asks for something from elsewhere is caught')
    const caughtBefore = trap.caught.length

    const known = await hostileCorpus()
    const all: HostileDocument[] = [...OWN_DOCUMENTS, ...shuffled(known ?? [], draw).slice(0, corpus)]
    const issues = hostileIssues(all)
    const [author, reader, keeper] = await Promise.all(['author', 'reader', 'keeper'].map(name => network.open(name)))
    const newsletter = await createNewsletter(author!, 'The Long Road <script>alert(1)</script>')
    const params = { newsletter }
    const refs: string[] = []
    for (const { markdown } of issues) refs.push((await author!.client.publishIssue({ params, body: { source: { markdown } } })).ref)
    refs.push(await publishPictures(author!, newsletter, join(network.folder, 'pictures')))
    issues.push({ title: PICTURES, markdown: '' })
    await reader!.client.subscribe({ body: { address: newsletter } })
    await keeper!.client.keepNewsletter({ body: { address: newsletter } })
    await keeper!.client.changeKeeperSettings({ body: { web: { host: '127.0.0.1', port: 0, url: null } } })
    await untilComplete(reader!, newsletter, issues.length)
    await until('all of it is kept', async () => (await keeper!.client.listKept()).kept[0]?.issues.ready === issues.length)
    const url = await reader!.node.listen()

    await viewer.console(reader!)
    for (const [i, ref] of refs.entries()) await viewer.read(ref, issues[i]!.title, LAST_WORDS)
    const read = viewer.pages
    const leaving = [
      ...await pagesOfFeeds(reader!, newsletter, { url, folder: network.folder, issues: issues.length }),
      ...await pagesOfHtml(reader!, newsletter, join(network.folder, 'all.html')),
      ...await pagesOfEpub(reader!, newsletter, join(network.folder, 'epub'))
    ]
    for (const page of leaving) await viewer.page(page)
    const changed = await textsChangedInMarkdown(reader!, newsletter, join(network.folder, 'markdown'))
    demand(changed.length === 0, `as Markdown another text: ${changed.join(', ')}`)
    const web = (await keeper!.client.listKept()).webUrl!.replace(/\/$/, '')
    const shown = [web, ...refs.map(ref => `${web}/${newsletter}/issues/${ref.split('@', 1)[0]}`)]
    for (const page of shown) await viewer.page(new URL(page).href)

    const { scripts, packets, navigations, complaints } = viewer.seen
    const caught = trap.caught.slice(caughtBefore)
    for (const [name, list] of Object.entries({ scripts, packets, navigations, complaints, caught })) demand(list.length === 0, `${name}: ${list.slice(0, 5).join(' | ')}`)

    const { compared, altered, pictures, links, lacking, removed } = await compareBenign(author!, viewer, benign!, draw)
    demand(altered.length === 0, `another text after the sanitiser: ${altered.join(', ')}`)
    demand(lacking.length === 0, `pictures and links that are not shown: ${lacking.join(' | ')}`)
    return {
      documents: all.length,
      'of which': counted(all.map(({ source }) => source)) + (known ? '' : ' (COLPORTEUR_HOSTILE_DOCUMENTS names no others)'),
      'issues read in the console': read,
      'feeds, books and pages': leaving.length + shown.length,
      scripts: scripts.length,
      packets: packets.length + caught.length,
      navigations: navigations.length,
      'benign issues': compared,
      'with another text': altered.length,
      'pictures seen in them': pictures,
      'links seen in them': links,
      'pictures and links not seen': lacking.length,
      'taken out of them': counted(removed) || 'nothing'
    }
  }
}

/** One issue with every picture that wants too much, is none, or would like to do something. */
async function publishPictures ({ client }: TestNode, newsletter: string, folder: string): Promise<string> {
  await mkdir(folder)
  const pictures = { ...Object.fromEntries(Object.entries(HOSTILE_PICTURES).map(([name, { bytes }]) => [name, bytes])), 'active.svg': ACTIVE_SVG }
  for (const [name, bytes] of Object.entries(pictures)) await writeFile(join(folder, name), bytes)
  const text = Object.keys(pictures).map(name => `![${name}](${name})`).join('\n\n')
  await writeFile(join(folder, 'index.md'), `# ${PICTURES}\n\n${text}\n\n${LAST_WORDS}\n`)
  return (await client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })).ref
}

function counted (names: string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => `${name} ${count}`).join('; ')
}
