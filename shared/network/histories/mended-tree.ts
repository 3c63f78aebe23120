import type { InnerCore } from 'hypercore'
import { rootsAt } from './core-history.ts'

/**
 * Lets a core go on whose tree had lost its roots and was given them again by a peer. Hypercore 11.37.1 (`lib/core.js`) takes
 * nothing new for it before it is opened once more, and would go on from no roots at all.
 */
export async function goOnMended (core: InnerCore): Promise<void> {
  const roots = await rootsAt(core, core.state.length).catch(() => null)
  if (!roots || !core._repairMode) return
  Object.assign(core.state, { roots, byteLength: roots.reduce((sum, { size }) => sum + size, 0) })
  core._repairMode = false
  for (const peer of core.replicator.peers) peer.sendSync()
  core.replicator.queueUpdateAll()
}
