import { join } from 'node:path'
import type { Progress } from '../../shared/api/subscriptions.ts'
import { createIssueId } from '../../shared/format/id.ts'
import { openHostileAuthor } from '../support/hostile-author.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { pidOfNode, startNode } from '../support/processes.ts'
import { appendRawIssue } from '../support/raw-index.ts'
import { until } from '../support/until.ts'
import { HOSTILE_DRIVES, type HostileDrive } from './hostile-drives.ts'
import { playEndlessIndex } from './endless-index.ts'
import type { Suite } from './suite.ts'

/** Drives that break every rule which a program could rely on, each with a fine issue before it and after it; and an honest newsletter beside them. */
export const drives: Suite = {
  options: { rounds: 10, many: 20_000 },
  run: async ({ ends, options: { rounds, many }, draw, demand }) => {
    const network = await testNetwork(ends)
    const honest = await network.open('honest')
    const good = await createNewsletter(honest, 'Good')
    const home = join(network.folder, 'reader')
    let reader = await startNode(home, network.addresses)
    ends.teardown(() => reader.process.kill())
    await reader.client.subscribe({ body: { address: good } })
    const pid = await pidOfNode(reader)
    const state = async (newsletter: string): Promise<Progress> => (await reader.client.getSubscription({ params: { newsletter } })).progress
    const isReady = async (issue: string): Promise<boolean> => (await reader.client.getIssue({ params: { issue } }).catch(() => null))?.issue.state === 'ready'
    const last: string[] = []
    let [made, refused, slowestMs] = [0, 0, 0]
    const play = async ({ name, do: harm, told }: HostileDrive): Promise<void> => {
      const author = await openHostileAuthor(join(network.folder, `hostile-${made}`), network.bootstrap)
      ends.teardown(() => author.close())
      const { address } = author
      const [before, after] = [createIssueId(new Date(Date.UTC(2025, 0, 1))), createIssueId(new Date())]
      await author.publish(before, {})
      await reader.client.subscribe({ body: { address } })
      await until(`the issue before ${name} is ready`, () => isReady(before), () => state(address))
      const startedMs = performance.now()
      await harm({ author, draw, many: many! })
      await appendRawIssue(author, after)
      for (const issue of [before, after]) await until(`the issue after ${name} is ready`, () => isReady(issue), () => state(address))
      slowestMs = Math.max(slowestMs, performance.now() - startedMs)
      const settled = await until(`${name} are judged`, async () => {
        const progress = await state(address)
        return isTold(told, progress) && (progress.arriving !== null) === (told === 'waiting') ? progress : null
      }, () => state(address))
      refused += settled.issues.notVerified
      await publishIssues(honest, good, 1, ++made)
      await until('the honest issue is ready', async () => (await state(good)).issues.ready === made, () => state(good))
      demand((await state(good)).problem === null, `nothing is said of the honest newsletter after ${name}`)
      last.push(address)
      if (last.length > HOSTILE_DRIVES.length) await reader.client.unsubscribe({ params: { newsletter: last.shift()! } })
      await author.close()
    }
    for (let round = 0; round < rounds!; round++) for (const drive of HOSTILE_DRIVES) await play(drive)
    const endless = await playEndlessIndex({ network, honest, good, many: many!, demand })
    const { restarts } = await reader.client.getStatus()
    demand(restarts === 0 && await pidOfNode(reader) === pid, 'the node has not failed once')
    reader.process.child.kill('SIGTERM')
    await reader.process.finished
    reader = await startNode(home, network.addresses)
    await until('it starts again with all of it', async () => (await state(good)).issues.ready === made + 1, () => state(good))
    return { drives: made, kinds: HOSTILE_DRIVES.length, 'entries in large ones': many!, 'bytes kept of an endless index': endless, 'issues refused': refused, 'fine after ms at most': Math.round(slowestMs), failures: restarts }
  }
}

function isTold (told: HostileDrive['told'], { problem, issues }: Progress): boolean {
  if (told === 'newsletter') return problem !== null
  return told === 'issues' ? issues.notVerified > 0 : problem === null
}
