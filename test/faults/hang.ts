import { join } from 'node:path'
import { FAULTY } from '../support/faulty-node.ts'
import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { type NodeProcess, pidOfNode, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'
import type { Suite } from './suite.ts'

const AGAIN_MS = 3_000
/** One that waits for what never comes is seen only after 5 s: a slow disk looks much like it. */
const ASLEEP_AGAIN_MS = AGAIN_MS + 5_000
/** A fact that is measured is looked for so often. */
const LOOK_MS = 20

/** The event loop of a reader's node hangs; soon it answers again, and fetches what its author published meanwhile. */
export const hang: Suite = {
  options: { times: 30, asleep: 5 },
  run: async ({ ends, options: { times, asleep }, demand, demandWithin }) => {
    const network = await testNetwork(ends)
    const author = await network.open('author')
    const address = await createNewsletter(author, 'Goes on')
    await publishIssues(author, address, 1)
    const home = join(network.folder, 'reader')
    let published = 1

    /** Each in a run of its own: who hangs twice in a minute is not started at once the second time. */
    const hangOnce = async (signal: NodeJS.Signals): Promise<{ answersMs: number, fetchesMs: number }> => {
      const node = await startNode(home, network.addresses, { environment: FAULTY })
      ends.teardown(() => node.process.kill())
      await node.client.subscribe({ body: { address } })
      await untilHere(node, published)
      const { startedAt } = await node.client.getStatus()
      const startedMs = performance.now()
      process.kill(await pidOfNode(node), signal)
      const publishing = publishIssues(author, address, 1, ++published)
      const status = await until('it answers again', async () => {
        const status = await node.client.getStatus().catch(() => null)
        return status && status.startedAt !== startedAt ? status : null
      }, () => node.process.stderr.slice(-2_000), LOOK_MS)
      const answersMs = performance.now() - startedMs
      await publishing
      await untilHere(node, published)
      const fetchesMs = performance.now() - startedMs
      demand(status.restarts === 1 && /It hung\./.test(status.problems[0]?.reason ?? ''), `it was started again ${status.restarts} times, and says of it: ${JSON.stringify(status.problems)}`)
      node.process.child.kill('SIGTERM')
      await node.process.finished
      return { answersMs, fetchesMs }
    }
    const hangOften = async (count: number, signal: NodeJS.Signals): Promise<{ answersMs: number, fetchesMs: number }> => {
      const all = []
      for (let i = 0; i < count; i++) all.push(await hangOnce(signal))
      const most = (numbers: number[]): number => Math.round(Math.max(0, ...numbers))
      return { answersMs: most(all.map(({ answersMs }) => answersMs)), fetchesMs: most(all.map(({ fetchesMs }) => fetchesMs)) }
    }
    const busy = await hangOften(times!, 'SIGHUP')
    const still = await hangOften(asleep!, 'SIGALRM')
    demandWithin(AGAIN_MS, busy.answersMs, 'it answered')
    demandWithin(AGAIN_MS, busy.fetchesMs, 'it fetched')
    demandWithin(ASLEEP_AGAIN_MS, still.fetchesMs, 'one that hung asleep fetched')
    return {
      'times hung': times!, 'answers after ms at most': busy.answersMs, 'fetches after ms at most': busy.fetchesMs,
      'times asleep': asleep!, 'then answers after ms at most': still.answersMs, 'and fetches after': still.fetchesMs
    }
  }
}

async function untilHere (node: NodeProcess, count: number): Promise<void> {
  await until(`${count} issues are here`, async () => await node.client.getStatus().then(({ issues }) => issues.ready === count, () => false), () => node.process.stderr.slice(-2_000), LOOK_MS)
}
