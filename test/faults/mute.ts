import { join } from 'node:path'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { Strangers } from '../support/strangers.ts'
import { until } from '../support/until.ts'
import { oneRound } from './one-round.ts'
import { publishHeavy } from './publish-heavy.ts'
import type { Suite, Trial } from './suite.ts'

const ALL_SIZES = [1, 9, 49, 99]
const ISSUES = 4
const ISSUE_BYTES = 1_000_000
/** How much later than among honest nodes alone everything may be there. */
const LATER_MS = 5_000

/** Peers that say that they have everything, and never answer, beside one that does. */
export const mute: Suite = {
  /** Without a number of peers, one after the other all that count. */
  options: { peers: 0, blocks: 0 },
  run: async trial => {
    const { ends, options: { peers } } = trial
    const rounds: Round[] = []
    for (const count of peers ? [peers] : ALL_SIZES) rounds.push(await oneRound(ends, ends => amongMute({ ...trial, ends }, count)))
    const inTurn = (of: (round: Round) => number): string => rounds.map(of).join(' ')
    return { 'mute peers': inTurn(({ count }) => count), 'alone ms': inTurn(({ aloneMs }) => aloneMs), 'among them ms': inTurn(({ amongThemMs }) => amongThemMs) }
  }
}

interface Round { count: number, aloneMs: number, amongThemMs: number }

async function amongMute ({ ends, options: { blocks }, demandWithin }: Trial, count: number): Promise<Round> {
  const network = await testNetwork(ends)
  const author = await network.open('author')
  const address = await createNewsletter(author, 'Heard')
  await publishIssues(author, address, ISSUES - 1)
  await publishHeavy(author, network.folder, address, { number: ISSUES, bytes: ISSUE_BYTES })

  const read = async (name: string): Promise<number> => {
    const reader = await network.open(name)
    const startedMs = performance.now()
    await reader.client.subscribe({ body: { address } })
    await untilComplete(reader, address, ISSUES)
    const elapsedMs = Math.round(performance.now() - startedMs)
    await reader.stop()
    return elapsedMs
  }
  const aloneMs = await read('holder')
  const strangers = await Strangers.gather(ends, {
    bootstrap: network.bootstrap, address, count, store: join(network.folder, 'holder', 'store'), mute: blocks ? 'blocks' : 'all'
  })
  await until('they are all connected to the author', async () => { await strangers.look(); return strangers.connections.size >= Math.min(count, 60) })
  const amongThemMs = await read('reader')
  demandWithin(aloneMs + LATER_MS, amongThemMs, `among ${count} mute peers all was there`)
  return { count, aloneMs, amongThemMs }
}
