import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '../../shared/api/client.ts'
import { allIssues } from '../support/all-issues.ts'
import { killAtWrite } from '../support/kill-at-write.ts'
import { createNewsletter, testNetwork } from '../support/network.ts'
import { startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import type { Storm } from './kill.ts'
import { publishHeavy } from './publish-heavy.ts'
import type { Trial } from './suite.ts'

const MOST_BYTES = 3_000_000
/** A reader that takes in an issue of this size makes about so many. */
const WRITES = 400

/** A reader is killed while issues come. What it had said to have it has, and the rest comes. */
export async function killReplicating ({ ends, draw, demand }: Trial, kills: number): Promise<Storm> {
  const network = await testNetwork(ends)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  const home = join(network.folder, 'reader')
  let reader = await startNode(home, network.addresses)
  ends.teardown(() => reader.process.kill())
  await reader.client.subscribe({ body: { address: newsletter } })
  let [lost, torn, during] = [0, 0, 0]
  for (let i = 1; i <= kills; i++) {
    const publishing = publishHeavy(author, network.folder, newsletter, { number: i, bytes: 1 + Math.floor(draw() * MOST_BYTES) })
    const told = await readyIn(reader.client, newsletter)
    const writes = await killAtWrite(reader.process, Math.floor(draw() * WRITES))
    await publishing
    await rm(join(network.folder, `issue-${i}`), { recursive: true })
    reader = await startNode(home, network.addresses)
    const { client } = reader
    const missing = Math.max(0, told - await readyIn(client, newsletter))
    lost += missing
    demand(missing === 0, `replicating, kill ${i} at write ${writes}: ${missing} issues that were ready are not any more`)
    if (await readyIn(client, newsletter) < i) during++
    await until(`${i} issues are here`, async () => await readyIn(client, newsletter) === i, () => client.getSubscription({ params: { newsletter } }))
    const broken = await brokenIn(client, newsletter, 2)
    torn += broken.length
    demand(broken.length === 0, `replicating, kill ${i} at write ${writes}: ${broken.join(', ')} is not whole`)
  }
  const broken = await brokenIn(reader.client, newsletter, kills)
  demand(broken.length === 0, `${broken.join(', ')} of all that came is not whole`)
  return { lost, torn: torn + broken.length, figures: { 'before the issue was here': during } }
}

async function readyIn (client: Client, newsletter: string): Promise<number> {
  return (await client.getSubscription({ params: { newsletter } })).progress.issues.ready
}

/** Of the newest issues those of which not every byte is as it was signed. */
async function brokenIn (client: Client, newsletter: string, newest: number): Promise<string[]> {
  const issues = (await allIssues(client, newsletter)).slice(0, newest)
  const verified = await Promise.all(issues.map(async ({ ref }) => (await client.verifyIssue({ params: { issue: ref } })).verified))
  return issues.filter((_, i) => !verified[i]).map(({ title }) => title)
}
