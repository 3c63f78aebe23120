import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../shared/api/client.ts'
import type { Issue } from '../../shared/api/issues.ts'
import { allIssues } from '../support/all-issues.ts'
import { killAtWrite } from '../support/kill-at-write.ts'
import { testNetwork, untilComplete } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import type { Storm } from './kill.ts'
import type { Trial } from './suite.ts'

/** At most so many issues are acknowledged between two kills, and so many writes are made after them. */
const BETWEEN = 3
const WRITES = 300
/** Issues in the folder that is imported meanwhile. */
const FOLDER = 5
const SENTENCES = 8_000

/** An author is killed while issues are published one by one, and a whole folder of them at the same time. */
export async function killPublishing ({ ends, draw, demand }: Trial, kills: number): Promise<Storm> {
  const network = await testNetwork(ends)
  const home = join(network.folder, 'author')
  let author = await startNode(home, network.addresses)
  ends.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'Often killed' } })
  const params = { newsletter }
  const acknowledged = new Set<string>()
  let [words, lost, torn] = [0, 0, 0]
  const publish = async (): Promise<void> => {
    const title = `Word ${++words}`
    const markdown = `# ${title}\n\n${title}. ${'It was written before. '.repeat(1 + Math.floor(draw() * SENTENCES))}`
    await author.client.publishIssue({ params, body: { source: { markdown } } })
    acknowledged.add(title)
  }
  const importAll = async (folder: string, titles: string[]): Promise<void> => {
    await author.client.importIssues({ params, body: { path: folder } })
    for (const title of titles) acknowledged.add(title)
  }
  const folders: { folder: string, titles: string[] }[] = []
  await publish()
  for (let i = 1; i <= kills; i++) {
    const { folder, titles } = await folderOf(join(network.folder, `folder-${i}`), i)
    folders.push({ folder, titles })
    const enough = acknowledged.size + Math.floor(draw() * BETWEEN)
    const work = Promise.allSettled([publishOn(publish), importAll(folder, titles)]) // they are killed under it
    await until('enough was acknowledged', () => acknowledged.size >= enough)
    const writes = await killAtWrite(author.process, Math.floor(draw() * WRITES))
    await work
    author = await startNode(home, network.addresses)
    const found = await look(author.client, newsletter, acknowledged)
    lost += found.lost.length
    torn += found.torn.length
    demand(found.lost.length + found.torn.length === 0, `publishing, kill ${i} at write ${writes}: lost ${found.lost.join(', ')}; torn ${found.torn.join(', ')}`)
    for (const title of found.lost) acknowledged.delete(title)
  }
  for (const { folder, titles } of folders) await importAll(folder, titles)
  const found = await look(author.client, newsletter, acknowledged)
  lost += found.lost.length
  torn += found.torn.length
  demand(found.lost.length + found.torn.length === 0, `after everything was imported again: lost ${found.lost.join(', ')}; torn ${found.torn.join(', ')}`)
  const issues = await allIssues(author.client, newsletter)
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, issues.length)
  for (const { ref, title } of issues) demand((await reader.client.verifyIssue({ params: { issue: ref } })).verified, `a reader has ${title} whole`)
  return { lost, torn, figures: { 'publications acknowledged': acknowledged.size } }
}

async function folderOf (folder: string, number: number): Promise<{ folder: string, titles: string[] }> {
  await mkdir(folder)
  const titles = Array.from({ length: FOLDER }, (_, i) => `Folder ${number}, ${i}`)
  for (const [i, title] of titles.entries()) await writeFile(join(folder, `2020-01-0${i + 1}-folder-${number}.md`), `# ${title}\n\n${title}. ${'Text. '.repeat(200)}\n`)
  return { folder, titles }
}

/** One after the other, until there is no node any more. */
async function publishOn (publish: () => Promise<void>): Promise<void> {
  while (true) await publish()
}

/** What was acknowledged has to be there once and whole, and everything that is there has to be whole. */
async function look (client: Client, newsletter: string, acknowledged: Set<string>): Promise<{ lost: string[], torn: string[] }> {
  let issues: Issue[] = []
  await until('all issues were looked at', async () => {
    issues = await allIssues(client, newsletter)
    const ready = new Set(issues.filter(({ state }) => state === 'ready').map(({ title }) => title))
    return issues.length === ready.size && [...acknowledged].every(title => ready.has(title))
  }).catch(() => {}) // what is wrong is counted
  const ready = new Set(issues.filter(({ state }) => state === 'ready').map(({ title }) => title))
  const torn = issues.filter(({ state, title }, i) => state !== 'ready' || issues.findIndex(other => other.title === title) !== i).map(({ title }) => title)
  const numbers = issues.map(({ number }) => number).sort((a, b) => a - b)
  if (numbers.some((number, i) => number !== i + 1)) torn.push('the numbering')
  // Of the others nothing was written since they were checked.
  const newest = [...issues].sort((a, b) => b.number - a.number).slice(0, BETWEEN + FOLDER + 1)
  for (const { ref, title } of newest) if (!(await client.verifyIssue({ params: { issue: ref } })).verified) torn.push(title)
  return { lost: [...acknowledged].filter(title => !ready.has(title)), torn }
}
