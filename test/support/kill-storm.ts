import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Client } from '../../shared/api/client.ts'
import type { Subscription } from '../../shared/api/subscriptions.ts'
import { allIssues } from './all-issues.ts'
import { createNewsletter, testNetwork, untilComplete } from './network.ts'
import { type NodeProcess, startNode } from './processes.ts'
import { until } from './until.ts'

/** A publisher is killed so often during bulk publishing: nothing that was acknowledged is lost, and nothing is there half. */
export async function killPublisher (t: Test, kills: number): Promise<void> {
  const network = await testNetwork(t)
  const home = join(network.folder, 'author')
  const folder = join(network.folder, 'issues')
  const imported = kills * 20
  await mkdir(folder)
  for (let i = 0; i < imported; i++) {
    const day = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)
    await writeFile(join(folder, `${day}-issue.md`), `# Issue of ${day}\n\n${'Text. '.repeat(200)}\n`)
  }
  let author = await startNode(home, network.addresses)
  t.teardown(() => author.process.kill())
  const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'Often killed' } })
  const acknowledged: string[] = []
  for (let i = 1; i <= kills; i++) {
    const { ref } = await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown: `# Word ${i}\n\nAcknowledged.` } } })
    acknowledged.push(ref)
    const before = await countOf(author.client, newsletter)
    author.client.importIssues({ params: { newsletter }, body: { path: folder } }).catch(() => {}) // it is killed under it
    await until('the import goes on', async () => await countOf(author.client, newsletter) > Math.min(before + 3, imported + i - 1), () => countOf(author.client, newsletter))
    await author.process.kill()
    author = await startNode(home, network.addresses)
    await checkWhole(t, author.client, newsletter, acknowledged)
  }
  const last = await author.client.importIssues({ params: { newsletter }, body: { path: folder } })
  t.equal(last.published + last.already, imported)
  t.same(last.failed, [])
  const numbers = (await allIssues(author.client, newsletter)).map(({ number }) => number).sort((a, b) => a - b)
  t.same(numbers, Array.from({ length: imported + kills }, (_, i) => i + 1), 'every number is there once')

  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address: newsletter } })
  await untilComplete(reader, newsletter, imported + kills)
}

/** A reader is killed so often during a download: it goes on where it was. */
export async function killReader (t: Test, kills: number): Promise<void> {
  const network = await testNetwork(t)
  const author = await network.open('author')
  const newsletter = await createNewsletter(author, 'Heavy')
  const issues = Math.ceil(kills * 1.5)
  for (let i = 0; i < issues; i++) {
    const folder = join(network.folder, `heavy-${i}`)
    await mkdir(folder)
    await writeFile(join(folder, 'index.md'), `# Heavy ${i}\n\n[Data](data.bin)\n`)
    await writeFile(join(folder, 'data.bin'), randomBytes(3_000_000))
    await author.client.publishIssue({ params: { newsletter }, body: { source: { path: folder } } })
  }
  const home = join(network.folder, 'reader')
  let reader = await startNode(home, network.addresses)
  t.teardown(() => reader.process.kill())
  await reader.client.subscribe({ body: { address: newsletter } })
  let ready = 0
  for (let i = 1; i <= kills; i++) {
    const seen = await moreThan(reader, newsletter, ready)
    await reader.process.kill()
    reader = await startNode(home, network.addresses)
    const { progress } = await reader.client.getSubscription({ params: { newsletter } })
    t.ok(progress.issues.ready >= seen, `after kill ${i} the ${seen} ready issues are there`)
    ready = Math.min(progress.issues.ready, issues - 1)
  }
  await until('all is here', async () => (await progressOf(reader, newsletter)).issues.ready === issues, () => progressOf(reader, newsletter))
  for (const { ref } of await allIssues(reader.client, newsletter)) {
    t.match(await reader.client.verifyIssue({ params: { issue: ref } }), { verified: true })
  }
}

async function countOf (client: Client, newsletter: string): Promise<number> {
  return (await client.getNewsletter({ params: { newsletter } })).issues.total
}

async function progressOf ({ client }: NodeProcess, newsletter: string): Promise<Subscription['progress']> {
  return (await client.getSubscription({ params: { newsletter } })).progress
}

/** Everything that was acknowledged is there, and everything that is there is whole. */
async function checkWhole (t: Test, client: Client, newsletter: string, acknowledged: string[]): Promise<void> {
  await until('all issues were looked at', async () => {
    const { issues } = await client.getNewsletter({ params: { newsletter } })
    return issues.ready === issues.total && issues.total >= acknowledged.length
  }, () => client.getNewsletter({ params: { newsletter } }))
  for (const ref of acknowledged) t.equal((await client.getIssue({ params: { issue: ref } })).issue.state, 'ready')
}

/** Waits until more issues are ready than before, while others are still missing; gives how many. */
async function moreThan (reader: NodeProcess, newsletter: string, before: number): Promise<number> {
  return await until(`more than ${before} issues are ready`, async () => {
    const { issues } = await progressOf(reader, newsletter)
    return issues.ready > before ? issues.ready : 0
  }, () => progressOf(reader, newsletter))
}
