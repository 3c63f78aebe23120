import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { createNewsletter, publishIssues, testNetwork, type TestNetwork, type TestNode, untilComplete } from '../support/network.ts'
import { idOf, openAuthor, publish, subscribed } from '../support/two-histories.ts'
import { until } from '../support/until.ts'
import { oneRound } from './one-round.ts'
import type { Suite, Trial } from './suite.ts'

const FOUND_MS = 1_000
/** So soon reading goes on after a conflict has shown. */
const ON_MS = 2_000
const DIGITS = '0123456789abcdef'

/** A writer shows one history to one reader, and another to another; then the two readers meet. */
export const split: Suite = {
  options: { writers: 500 },
  run: async trial => {
    const { ends, options: { writers }, demand, demandWithin } = trial
    const network = await testNetwork(ends)
    const found: Found[] = []
    for (let i = 1; i <= writers!; i++) found.push(await oneRound(ends, ends => twoFaces({ ...trial, ends }, network, i)))
    const most = (of: (found: Found) => number): number => Math.round(Math.max(...found.map(of)))
    const [slowestMs, onMs] = [most(({ foundMs }) => foundMs), most(({ onMs }) => onMs)]
    demandWithin(FOUND_MS, slowestMs, 'the last was found')
    demandWithin(ON_MS, onMs, 'reading went on')
    const proved = found.reduce((sum, each) => sum + each.proved, 0)
    demand(proved === 2 * writers!, `${proved} of ${2 * writers!} readers keep what proves it`)
    return { writers: writers!, found: found.length, 'found after ms at most': slowestMs, 'read on after ms at most': onMs, 'readers with proof': proved }
  }
}

interface Found {
  foundMs: number
  /** So long after that both have read what they had, and got what came from somebody else. */
  onMs: number
  /** How many of the two keep what proves it. */
  proved: number
}

async function twoFaces ({ ends, draw, demand }: Trial, network: TestNetwork, number: number): Promise<Found> {
  const newsletter = newNewsletter('Two faces')
  const { address } = newsletter
  const neighbour = await network.open(`neighbour-${number}`)
  ends.teardown(() => neighbour.stop())
  const other = await createNewsletter(neighbour, 'One face')
  await publishIssues(neighbour, other, 1)
  const [forAnn, forBen] = [1 + Math.floor(draw() * 3), 1 + Math.floor(draw() * 3)]
  const tell = async (name: string, count: number, firstDigit: number): Promise<TestNode> => {
    const author = await openAuthor(ends as never, network, `${name}-author-${number}`, newsletter)
    await publish(author, 'a', 1, 'For all')
    for (let n = 0; n < count; n++) await publish(author, DIGITS[firstDigit + n]!, 2 + n, `For ${name}`)
    const reader = await subscribed(network, `${name}-${number}`, address, 1 + count)
    ends.teardown(() => reader.stop())
    await author.close()
    await reader.client.subscribe({ body: { address: other } })
    await untilComplete(reader, other, 1)
    return reader
  }
  const ann = await tell('ann', forAnn, 1)
  await ann.stop()
  const ben = await tell('ben', forBen, 5)
  await ann.restart()

  const both = [ann, ben]
  await until('they have met', async () => (await Promise.all(both.map(reader => peersOf(reader, address)))).every(peers => peers > 0))
  const startedMs = performance.now()
  for (const { client } of both) {
    await until('the other history is found', async () => (await client.getNewsletter({ params: { newsletter: address } })).writers[0]!.otherHistory)
  }
  const foundMs = performance.now() - startedMs
  // Ann has only just started: what has nothing to do with the conflict is not counted.
  for (const reader of both) await until('the neighbour is reached', async () => await peersOf(reader, other) > 0)
  const onMs = await readOn(both, { neighbour, other, address })

  let proved = 0
  for (const { client } of both) {
    const keepsProof = async (): Promise<boolean> => (await client.getWriterHistory({ params: { newsletter: address, writer: 'w1' } })).kept.length > 0
    if (await until('what proves it is kept', keepsProof).catch(() => false)) proved++
  }
  for (const [reader, count] of [[ann, forAnn], [ben, forBen]] as const) {
    demand((await reader.client.getSubscription({ params: { newsletter: address } })).progress.issues.ready === 1 + count, `nobody loses what they have (${number})`)
  }
  return { foundMs, onMs, proved }
}

/** The neighbour publishes, and each of them reads what was there before the conflict. Gives how long that took. */
async function readOn (readers: TestNode[], { neighbour, other, address }: { neighbour: TestNode, other: string, address: string }): Promise<number> {
  const startedMs = performance.now()
  await publishIssues(neighbour, other, 1, 2)
  await Promise.all(readers.map(async ({ client }) => {
    const { content } = await client.getIssueContent({ params: { issue: `${idOf('a')}@${address}` }, query: { format: 'markdown' } })
    if (content === '') throw new Error('The text of an earlier issue is empty.')
    await until('a new issue of another newsletter is here', async () => (await client.getSubscription({ params: { newsletter: other } })).progress.issues.ready === 2)
  }))
  return performance.now() - startedMs
}

async function peersOf ({ client }: TestNode, newsletter: string): Promise<number> {
  return (await client.getSubscription({ params: { newsletter } })).progress.peers
}
