import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../shared/api/client.ts'
import { allIssues } from '../support/all-issues.ts'
import { killAtWrite, writesOf } from '../support/kill-at-write.ts'
import { publishIssues, testNetwork } from '../support/network.ts'
import { makeOlder, marksVersionOf, OLDER_MARKS } from '../support/older-home.ts'
import { type NodeProcess, pidOfNode, spawnNode, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import { pick } from './fuzzed-values.ts'
import type { Storm } from './kill.ts'
import type { Trial } from './suite.ts'

const ISSUES = 24
/** A start is killed at most so often before it may go on. */
const MOST_KILLS = 3

/** The home of an earlier version is opened by this one, which is killed while it takes it over; then it is opened again. */
export async function killUpgrading ({ ends, draw, demand }: Trial, kills: number): Promise<Storm> {
  const network = await testNetwork(ends)
  const home = join(network.folder, 'author')
  let author = await startNode(home, network.addresses)
  ends.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter }, words } = await author.client.createNewsletter({ body: { title: 'Of long ago' } })
  await publishIssues(author, newsletter, ISSUES)
  const ids = (await allIssues(author.client, newsletter)).map(({ id }) => id)
  let [killed, upgrades, lost, torn, between] = [0, 0, 0, 0, 0]
  let writes = await writesSoFar(author)
  while (killed < kills) {
    author.process.child.kill('SIGTERM')
    await author.process.finished
    const version = pick(OLDER_MARKS, draw)
    const [read, saved] = [0.5, 0.2].map(share => ids.filter(() => draw() < share)) as [string[], string[]]
    await makeOlder({ home, newsletter, words, version, read, saved })
    const points: (number | null)[] = []
    for (let left = 1 + Math.floor(draw() * MOST_KILLS); left > 0 && killed < kills; left--) {
      const point = await killAtWrite(spawnNode(home, network.addresses), Math.floor(draw() * writes))
      points.push(point)
      if (point !== null) killed++
      const marks = await marksVersionOf(home)
      if (marks > version && marks < OLDER_MARKS.length + 1) between++
    }
    author = await startNode(home, network.addresses)
    writes = await writesSoFar(author)
    upgrades++
    const found = await look(author.client, newsletter, { read, saved: version > 1 ? saved : [] })
    lost += found.lost
    const aside = (await readdir(home, { recursive: true })).filter(name => name.includes('.damaged-'))
    torn += found.torn.length + aside.length
    demand(found.lost + found.torn.length + aside.length === 0,
      `upgrading marks of version ${version}, killed at writes ${points.join(', ')}: lost ${found.lost}; ${[...found.torn, ...aside].join('; ')}`)
  }
  await publishIssues(author, newsletter, 1, ISSUES + 1)
  await author.client.confirmWords({ params: { newsletter }, body: { words } })
  return { lost, torn, figures: { upgrades, 'seen between two versions': between } }
}

/** Of a node that has just started. */
async function writesSoFar (node: NodeProcess): Promise<number> {
  return await writesOf(await pidOfNode(node)) ?? 0
}

/** Everything is as it was before, and can be found. */
async function look (client: Client, newsletter: string, { read, saved }: { read: string[], saved: string[] }): Promise<{ lost: number, torn: string[] }> {
  const params = { newsletter }
  const torn: string[] = []
  const isReady = async (): Promise<boolean> => (await client.getNewsletter({ params })).issues.ready === ISSUES
  await until('all issues are in the index again', isReady).catch(() => torn.push('the index is not complete'))
  await until('all issues are found again', async () => {
    const { total, index } = await client.searchIssues({ query: { q: 'Text' } })
    return index.isComplete && total === ISSUES
  }).catch(() => torn.push('the search is not complete'))
  const issues = await allIssues(client, newsletter)
  const lost = issues.filter(issue => issue.read !== read.includes(issue.id)).length + issues.filter(issue => issue.saved !== saved.includes(issue.id)).length
  const { problems } = await client.getStatus()
  torn.push(...problems.map(({ reason }) => reason))
  if (!(await client.getNewsletter({ params })).wordsUnconfirmed) torn.push('the key of the root is gone')
  return { lost, torn }
}
