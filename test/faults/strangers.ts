import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { Strangers } from '../support/strangers.ts'
import { until } from '../support/until.ts'
import type { Suite } from './suite.ts'

const LIMIT_MS = 10_000

/** Strangers that know the address take every place that they can get, before the author comes. */
export const strangers: Suite = {
  options: { strangers: 500 },
  run: async ({ ends, options: { strangers: count }, demandWithin }) => {
    const network = await testNetwork(ends)
    const author = await network.open('author')
    const address = await createNewsletter(author, 'Besieged')
    await publishIssues(author, address, 1)
    await author.stop()
    const strangers = await Strangers.gather(ends, { bootstrap: network.bootstrap, address, count: count!, store: null, mute: 'all' })
    const reader = await network.open('reader')
    await reader.client.subscribe({ body: { address } })
    await until('they have all the places that they can get', async () => {
      await strangers.look()
      return (await reader.client.getStatus()).network.peers >= Math.min(count!, 96)
    }, async () => ({ peers: (await reader.client.getStatus()).network.peers, held: strangers.connections.size }))
    const { peers } = (await reader.client.getStatus()).network
    const startedMs = performance.now()
    await author.restart()
    await until('the author is reached', async () => (await reader.client.getNewsletter({ params: { newsletter: address } })).rootNumber !== null, () => reader.client.getStatus())
    const reachedMs = Math.round(performance.now() - startedMs)
    await until('the issue is here', async () => (await reader.client.getStatus()).issues.ready === 1)
    const readyMs = Math.round(performance.now() - startedMs)
    demandWithin(LIMIT_MS, reachedMs, 'the author was reached')
    return { strangers: count!, 'connected before': peers, 'author reached ms': reachedMs, 'issue ready ms': readyMs }
  }
}
