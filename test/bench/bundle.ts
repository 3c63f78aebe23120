import { appendFile, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBootstrap } from '../../shared/network/bootstrap.ts'
import { messageOf } from '../../shared/errors.ts'
import { realNewsletters } from '../support/real-newsletters.ts'
import { startNode } from '../support/processes.ts'

/**
 * A bundle of many issues: its size, how long it takes to make and to open, and to be refused where it is 4 GB of nothing.
 * Real processes, and the issues of the newsletters that COLPORTEUR_REAL_NEWSLETTERS names.
 */

const ISSUES = 200
const HUGE_BYTES = 4 * 2 ** 30

const newsletters = await realNewsletters()
if (newsletters.length === 0) console.log('bundle: COLPORTEUR_REAL_NEWSLETTERS names no newsletters to measure with')
else {
  const folder = await mkdtemp(join(tmpdir(), 'colporteur-bench-'))
  const dht = await startBootstrap({ bind: '127.0.0.1', port: 0, nodes: 3 })
  try {
    await measure(folder, dht.addresses)
  } finally {
    await dht.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure (folder: string, addresses: string): Promise<void> {
  const file = join(folder, 'carried.bundle')
  const [author, reader] = [await startNode(join(folder, 'author'), addresses), await startNode(join(folder, 'reader'), addresses)]
  try {
    const issues = []
    for (const { name, folder: path } of newsletters) {
      const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: name } })
      await author.client.importIssues({ params: { newsletter }, body: { path } })
      issues.push(...(await author.client.listIssues({ params: { newsletter }, query: { limit: ISSUES } })).issues.map(({ ref }) => ref))
    }
    const chosen = issues.slice(0, ISSUES)
    const made = await timed(() => author.client.makeBundle({ body: { path: file, issues: chosen } }))
    console.log(`bundle of ${chosen.length} issues: ${((await stat(file)).size / 1e6).toFixed(1)} MB, made in ${made} ms`)
    console.log(`opened in ${await timed(() => reader.client.openBundle({ body: { path: file } }))} ms, once more in ${await timed(() => reader.client.openBundle({ body: { path: file } }))} ms`)
    await truncate(file, HUGE_BYTES)
    console.log(await refusal('with nothing behind it up to 4 GB'))
    await truncate(file, 1_000_000)
    await truncate(file, HUGE_BYTES)
    console.log(await refusal('with nothing but its first MB in 4 GB'))
    await truncate(file, 0)
    await truncate(file, HUGE_BYTES)
    await appendFile(file, 'end')
    console.log(await refusal('4 GB of nothing'))
  } finally {
    await Promise.all([author.process.kill(), reader.process.kill()])
  }

  async function refusal (what: string): Promise<string> {
    let answer = 'it was taken'
    const ms = await timed(async () => await reader.client.openBundle({ body: { path: file } }).catch((error: unknown) => { answer = messageOf(error) }))
    return `${what}: after ${ms} ms: ${answer}`
  }
}

async function timed (work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return Math.round(performance.now() - startedMs)
}
