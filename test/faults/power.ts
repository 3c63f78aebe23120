import { isAppError } from '../../shared/errors.ts'
import type { Client } from '../../shared/api/client.ts'
import { testNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { allIssues } from '../support/all-issues.ts'
import { noPowerDisk, PowerDisk } from '../support/power-disk.ts'
import { until } from '../support/until.ts'
import type { Suite } from './suite.ts'

/** Nobody is there, so that a node shows what it has by itself. */
const NOBODY = '127.0.0.1:1'
/** At most so many issues are acknowledged between two cuts. */
const BETWEEN = 4
/** At most so many questions are answered between an acknowledgement and the cut, which may then be within the next one. */
const QUESTIONS = 25
const SENTENCES = 8_000

/** The power of an author's machine is cut in the middle of publishing, while a reader sees everything as it is written. */
export const power: Suite = {
  options: { cuts: 200 },
  run: async ({ ends, options: { cuts }, draw, demand }) => {
    const missing = await noPowerDisk()
    if (missing) throw new Error(missing)
    const network = await testNetwork(ends)
    const disk = await PowerDisk.make(ends, `${network.folder}/author/image-0`)
    let author = await disk.start(ends, network.addresses)
    const { newsletter: { address: newsletter } } = await author.client.createNewsletter({ body: { title: 'In the storm' } })
    const reader = await network.open('reader')
    await reader.client.subscribe({ body: { address: newsletter } })
    const acknowledged = new Set<string>()
    const publish = async (): Promise<void> => {
      const markdown = `# Issue\n\n${'It was on the disk. '.repeat(1 + Math.floor(draw() * SENTENCES))}`
      acknowledged.add((await author.client.publishIssue({ params: { newsletter }, body: { source: { markdown } } })).ref)
    }
    await publish()
    let [lost, ahead, aside] = [0, 0, 0]
    for (let i = 1; i <= cuts!; i++) {
      const enough = acknowledged.size + Math.ceil(draw() * BETWEEN)
      const publishing = publishOn(publish)
      await until('enough was acknowledged', () => acknowledged.size >= enough)
      for (let question = Math.floor(draw() * QUESTIONS); question > 0; question--) await author.client.getStatus()
      await disk.cut(author)
      await publishing

      author = await disk.start(ends, NOBODY)
      const missing = await lostOf(author.client, newsletter, acknowledged)
      lost += missing.length
      demand(missing.length === 0, `cut ${i}: ${missing.length} acknowledged issues are lost`)
      for (const ref of missing) acknowledged.delete(ref)
      if ((await author.client.getStatus()).problems.some(({ reason }) => /store was damaged/.test(reason))) aside++
      if (await countOf(reader.client, newsletter) > await countOf(author.client, newsletter)) ahead++
      await author.process.kill()

      author = await disk.start(ends, network.addresses)
      let refusal = ''
      await until('it writes on', () => publish().then(() => true, (error: unknown) => {
        if (!isAppError(error) || error.code !== 'BEHIND') throw error
        refusal = error.message
        return false
      }), () => refusal)
      await untilSame(author.client, reader, newsletter)
    }
    const conflicts = await conflictsSeen([author.client, reader.client], newsletter)
    demand(conflicts === 0, `${conflicts} of two have seen two histories`)
    const total = await countOf(author.client, newsletter)
    await author.process.kill()
    const newcomer = await network.open('newcomer')
    await newcomer.client.subscribe({ body: { address: newsletter } })
    await untilComplete(newcomer, newsletter, total)
    return {
      cuts: cuts!, acknowledged: acknowledged.size + lost, lost, conflicts, 'cuts at which a reader had more': ahead, 'stores put aside': aside, 'issues in all': total
    }
  }
}

/** One after the other, until there is no node any more. */
async function publishOn (publish: () => Promise<void>): Promise<void> {
  try {
    while (true) await publish()
  } catch {
    // Its power was cut.
  }
}

/** What was acknowledged and is not there, or is there and not whole. */
async function lostOf (client: Client, newsletter: string, acknowledged: Set<string>): Promise<string[]> {
  let ready = new Set<string>()
  await until('everything that was acknowledged is here', async () => {
    ready = new Set((await allIssues(client, newsletter)).filter(({ state }) => state === 'ready').map(({ ref }) => ref))
    return [...acknowledged].every(ref => ready.has(ref))
  }).catch(() => {}) // what is missing is counted
  const newest = new Set([...acknowledged].slice(-2 * BETWEEN)) // of the others nothing was written since they were checked
  const lost = []
  for (const ref of acknowledged) {
    const isWhole = ready.has(ref) && (!newest.has(ref) || (await client.verifyIssue({ params: { issue: ref } })).verified)
    if (!isWhole) lost.push(ref)
  }
  return lost
}

async function countOf (client: Client, newsletter: string): Promise<number> {
  return (await client.getNewsletter({ params: { newsletter } })).issues.total
}

async function untilSame (author: Client, reader: TestNode, newsletter: string): Promise<void> {
  const readyAt = async (client: Client): Promise<number> => (await client.getNewsletter({ params: { newsletter } })).issues.ready
  const counts = (): Promise<number[]> => Promise.all([author, reader.client].map(readyAt))
  await until('both have the same', async () => {
    const [here, there] = await counts()
    return here === there
  }, counts)
}

async function conflictsSeen (clients: Client[], newsletter: string): Promise<number> {
  const views = await Promise.all(clients.map(client => client.getNewsletter({ params: { newsletter } })))
  return views.filter(({ writers, problem }) => problem || writers.some(({ otherHistory }) => otherHistory)).length
}
