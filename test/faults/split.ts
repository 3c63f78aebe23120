import { newNewsletter } from '../../publisher/keys/new-newsletter.ts'
import { testNetwork } from '../support/network.ts'
import { openAuthor, publish, subscribed } from '../support/two-histories.ts'
import { until } from '../support/until.ts'
import type { Suite } from './suite.ts'

const FOUND_MS = 1_000
const DIGITS = '0123456789abcdef'

/** A writer shows one history to one reader, and another to another; then the two readers meet. */
export const split: Suite = {
  options: { writers: 500 },
  run: async ({ ends, options: { writers }, draw, demand, demandWithin }) => {
    const network = await testNetwork(ends)
    const times: number[] = []
    let proved = 0
    for (let i = 1; i <= writers!; i++) {
      const newsletter = newNewsletter('Two faces')
      const { address } = newsletter
      const [forAnn, forBen] = [1 + Math.floor(draw() * 3), 1 + Math.floor(draw() * 3)]
      const tell = async (name: string, count: number, firstDigit: number): Promise<Awaited<ReturnType<typeof subscribed>>> => {
        const author = await openAuthor(ends as never, network, `${name}-author-${i}`, newsletter)
        await publish(author, 'a', 1, 'For all')
        for (let n = 0; n < count; n++) await publish(author, DIGITS[firstDigit + n]!, 2 + n, `For ${name}`)
        const reader = await subscribed(network, `${name}-${i}`, address, 1 + count)
        await author.close()
        return reader
      }
      const ann = await tell('ann', forAnn, 1)
      await ann.stop()
      const ben = await tell('ben', forBen, 5)
      await ann.restart()
      const peersOf = async (reader: typeof ann): Promise<number> => (await reader.client.getSubscription({ params: { newsletter: address } })).progress.peers
      await until('they have met', async () => await peersOf(ann) > 0 && await peersOf(ben) > 0)
      const startedMs = performance.now()
      for (const reader of [ann, ben]) {
        await until('the other history is found', async () => (await reader.client.getNewsletter({ params: { newsletter: address } })).writers[0]!.otherHistory)
      }
      times.push(performance.now() - startedMs)
      for (const reader of [ann, ben]) {
        const isProved = await until('what proves it is kept', async () => (await reader.client.getWriterHistory({ params: { newsletter: address, writer: 'w1' } })).kept.length > 0).catch(() => false)
        if (isProved) proved++
      }
      demand((await ann.client.getSubscription({ params: { newsletter: address } })).progress.issues.ready === 1 + forAnn, 'nobody loses what they have')
      await Promise.all([ann.stop(), ben.stop()])
    }
    const slowestMs = Math.round(Math.max(...times))
    demandWithin(FOUND_MS, slowestMs, 'the last was found')
    demand(proved === 2 * writers!, `${proved} of ${2 * writers!} readers keep what proves it`)
    return { writers: writers!, found: times.length, 'found after ms at most': slowestMs, 'readers with proof': proved }
  }
}
