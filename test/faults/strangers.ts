import { createNewsletter, publishIssues, testNetwork } from '../support/network.ts'
import { Strangers } from '../support/strangers.ts'
import { until } from '../support/until.ts'
import { oneRound } from './one-round.ts'
import type { Suite, Trial } from './suite.ts'

const ALL_SIZES = [64, 150, 500]
const LIMIT_MS = 10_000

/** Strangers that know the address take every place that they can get, before the author comes. */
export const strangers: Suite = {
  /** Without a number, one after the other all that count. */
  options: { strangers: 0 },
  run: async trial => {
    const { ends, options: { strangers: asked } } = trial
    const rounds: Round[] = []
    for (const count of asked ? [asked] : ALL_SIZES) rounds.push(await oneRound(ends, ends => amongStrangers({ ...trial, ends }, count)))
    const inTurn = (of: (round: Round) => number): string => rounds.map(of).join(' ')
    return {
      strangers: inTurn(({ count }) => count),
      'connected before': inTurn(({ peers }) => peers),
      'author reached ms': inTurn(({ reachedMs }) => reachedMs),
      'issue ready ms': inTurn(({ readyMs }) => readyMs)
    }
  }
}

interface Round { count: number, peers: number, reachedMs: number, readyMs: number }

async function amongStrangers ({ ends, demandWithin }: Trial, count: number): Promise<Round> {
  const network = await testNetwork(ends)
  const author = await network.open('author')
  const address = await createNewsletter(author, 'Besieged')
  await publishIssues(author, address, 1)
  await author.stop()
  const strangers = await Strangers.gather(ends, { bootstrap: network.bootstrap, address, count, store: null, mute: 'all' })
  const reader = await network.open('reader')
  await reader.client.subscribe({ body: { address } })
  await until('they have all the places that they can get', async () => {
    await strangers.look()
    return (await reader.client.getStatus()).network.peers >= Math.min(count, 96)
  }, async () => ({ peers: (await reader.client.getStatus()).network.peers, held: strangers.connections.size }))
  const { peers } = (await reader.client.getStatus()).network
  const startedMs = performance.now()
  await author.restart()
  await until('the author is reached', async () => (await reader.client.getNewsletter({ params: { newsletter: address } })).rootNumber !== null, () => reader.client.getStatus())
  const reachedMs = Math.round(performance.now() - startedMs)
  await until('the issue is here', async () => (await reader.client.getStatus()).issues.ready === 1)
  const readyMs = Math.round(performance.now() - startedMs)
  demandWithin(LIMIT_MS, reachedMs, `among ${count} strangers the author was reached`)
  return { count, peers, reachedMs, readyMs }
}
