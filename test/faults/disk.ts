import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Status } from '../../shared/api/node.ts'
import { testNetwork } from '../support/network.ts'
import type { NodeProcess } from '../support/processes.ts'
import { fill, leaveFree, noDisk, startOnSmallDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'
import { publishHeavy } from './publish-heavy.ts'
import type { Suite } from './suite.ts'

const ISSUE_BYTES = 8_000_000
/** Enough for the node to fetch something, and soon full. */
const LEFT_BYTES = 150_000_000
const TOLD_MS = 5_000
const AGAIN_MS = 10_000

/** A reader's disk is filled up by another program, at any moment of a download, and is emptied again. */
export const disk: Suite = {
  options: { times: 50 },
  run: async ({ ends, options: { times }, draw, demand, demandWithin }) => {
    if (noDisk) throw new Error(noDisk)
    const network = await testNetwork(ends)
    const author = await network.open('author')
    const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: 'Narrow' } })
    const reader = await startOnSmallDisk(ends, join(network.folder, 'reader'), network.addresses, '1g')
    await reader.client.subscribe({ body: { address } })
    const told: number[] = []
    const again: number[] = []
    for (let i = 1; i <= times!; i++) {
      await leaveFree(reader.disk, LEFT_BYTES)
      await publishHeavy(author, network.folder, address, { number: i, bytes: ISSUE_BYTES })
      const share = draw()
      await until('a part of it has come', async () => {
        const bytes = await reader.client.getSubscription({ params: { newsletter: address } }).then(({ progress }) => progress.bytes, () => null)
        if (bytes === null) return false // it is opening its store anew
        return bytes.have >= (i - 1 + share * 0.9) * ISSUE_BYTES || bytes.have >= bytes.known
      })
      await fill(join(reader.disk, 'more'))
      const fullMs = performance.now()
      await until('it says so', async () => (await statusOf(reader))?.problems.some(({ code }) => code === 'DISK_FULL'), () => statusOf(reader))
      told.push(performance.now() - fullMs)
      demand((await reader.client.listIssues({ params: { newsletter: address }, query: { limit: 1 } })).issues.length > 0, 'what is here is listed')
      for (const name of ['filler', 'more']) await rm(join(reader.disk, name))
      const freeMs = performance.now()
      await untilReady(reader, address, i)
      again.push(performance.now() - freeMs)
    }
    await until('nothing is said of it any more', async () => (await statusOf(reader))?.problems.length === 0, () => statusOf(reader))
    demandWithin(TOLD_MS, Math.max(...told), 'it was told')
    demandWithin(AGAIN_MS, Math.max(...again), 'it went on')
    const verified = await allVerified(reader, address)
    demand(verified === times, `${verified} of ${times} issues are verified`)
    return { 'times full': times!, 'told after ms at most': Math.round(Math.max(...told)), 'complete again after ms at most': Math.round(Math.max(...again)), verified }
  }
}

/** Null while it opens its store anew. */
async function statusOf ({ client }: NodeProcess): Promise<Status | null> {
  return await client.getStatus().catch(() => null)
}

async function untilReady ({ client, process }: NodeProcess, newsletter: string, count: number): Promise<void> {
  // It may be opening its store anew.
  const look = async (): Promise<unknown> => await client.getSubscription({ params: { newsletter } }).catch((error: unknown) => String(error))
  const isReady = async (): Promise<boolean> => (await look() as { progress?: { issues: { ready: number } } }).progress?.issues.ready === count
  await until(`${count} issues are ready`, isReady, async () => ({ seen: await look(), log: process.stderr.slice(-2_000) }))
}

async function allVerified ({ client }: NodeProcess, newsletter: string): Promise<number> {
  const { issues } = await client.listIssues({ params: { newsletter }, query: { limit: 500 } })
  let verified = 0
  for (const { ref } of issues) if ((await client.verifyIssue({ params: { issue: ref } })).verified) verified++
  return verified
}
