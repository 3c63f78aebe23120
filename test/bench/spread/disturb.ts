import { setInterval } from 'node:timers/promises'
import type { Mode } from './mode.ts'
import type { ShapedNetwork } from './shaped-network.ts'
import type { Placed } from './stage.ts'

const LOOK_MS = 5
/** Nothing of a size is sent any more when in so many looks, one after the other, there was less than a few packets. */
const QUIET_LOOKS = 30
const QUIET_BYTES = 10_000

interface Disturbing { network: ShapedNetwork, author: Placed, mode: Mode, contentBytes: number, leaving: Placed[] }

/** Ends peers in the middle, as the mode says, until it is over. */
export async function disturb ({ network, author, mode, contentBytes, leaving }: Disturbing, isOver: AbortSignal): Promise<void> {
  const received = leaving.map(({ index }) => network.countsOf(index).receivedBytes)
  const sentBefore = network.countsOf(author.index).sentBytes
  const isQuiet = quietness(() => network.countsOf(author.index).sentBytes)
  const gone = new Set<Placed>()
  for await (const _ of setInterval(LOOK_MS)) {
    if (isOver.aborted || (mode.authorGoes !== 'sentOnce' && gone.size === leaving.length)) return
    const quiet = isQuiet()
    if (mode.authorGoes === 'sentOnce' && quiet && network.countsOf(author.index).sentBytes - sentBefore > contentBytes) return await author.stop()
    for (const [i, peer] of leaving.entries()) {
      if (gone.has(peer) || network.countsOf(peer.index).receivedBytes - received[i]! < contentBytes / 2) continue
      gone.add(peer)
      await peer.stop()
    }
  }
}

/** What it returns says at each look whether what is counted has stopped to grow. */
function quietness (bytes: () => number): () => boolean {
  const counts = [bytes()]
  return () => {
    counts.push(bytes())
    if (counts.length > QUIET_LOOKS) counts.shift()
    return counts.length === QUIET_LOOKS && counts.at(-1)! - counts[0]! < QUIET_BYTES
  }
}
