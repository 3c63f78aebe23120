import { join } from 'node:path'
import { createNewsletter, publishIssues, testNetwork, untilComplete } from '../support/network.ts'
import { Strangers } from '../support/strangers.ts'
import { until } from '../support/until.ts'
import { publishHeavy } from './publish-heavy.ts'
import type { Suite } from './suite.ts'

const ISSUES = 4
const ISSUE_BYTES = 1_000_000
/** How much later than among honest nodes alone everything may be there. */
const LATER_MS = 5_000

/** Peers that say that they have everything, and never answer, beside one that does. */
export const mute: Suite = {
  options: { peers: 99, blocks: 0 },
  run: async ({ ends, options: { peers, blocks }, demandWithin }) => {
    const network = await testNetwork(ends)
    const author = await network.open('author')
    const address = await createNewsletter(author, 'Heard')
    await publishIssues(author, address, ISSUES - 1)
    await publishHeavy(author, network.folder, address, { number: ISSUES, bytes: ISSUE_BYTES })

    const read = async (name: string, ready: () => boolean = () => true): Promise<number> => {
      const reader = await network.open(name)
      const startedMs = performance.now()
      await reader.client.subscribe({ body: { address } })
      await untilComplete(reader, address, ISSUES)
      if (!ready()) throw new Error('The strangers were not there in time.')
      const elapsedMs = Math.round(performance.now() - startedMs)
      await reader.stop()
      return elapsedMs
    }
    const aloneMs = await read('holder')
    const strangers = await Strangers.gather(ends, {
      bootstrap: network.bootstrap, address, count: peers!, store: join(network.folder, 'holder', 'store'), mute: blocks ? 'blocks' : 'all'
    })
    await until('they are all connected to the author', async () => { await strangers.look(); return strangers.connections.size >= Math.min(peers!, 60) })
    const amongThemMs = await read('reader')
    demandWithin(aloneMs + LATER_MS, amongThemMs, 'all was there')
    return { 'mute peers': peers!, 'alone ms': aloneMs, 'among them ms': amongThemMs }
  }
}
