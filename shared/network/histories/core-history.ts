import flat from 'flat-tree'
import type Hypercore from 'hypercore'
import type { CoreState as InnerState, TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import type { CoreState } from '../../format/receipt.ts'

/** How far a core has come: as it is here, now. */
export function stateOf (core: Hypercore): CoreState {
  return { fork: core.fork, length: core.length, treeHash: crypto.tree(core.state.roots).toString('hex') }
}

/** True when a core here has this history, too. Null: our copy does not reach so far, or lacks what the tree hash there is made from. */
export async function isHistoryOf (core: Hypercore, { fork, length, treeHash }: CoreState): Promise<boolean | null> {
  if (fork !== core.fork) return false
  if (length > core.length) return null
  if (length === core.length) return crypto.tree(core.state.roots).toString('hex') === treeHash
  const roots = await rootsAt(core, length)
  return roots && crypto.tree(roots).toString('hex') === treeHash
}

/** Null when one of them is not here. */
export async function rootsAt ({ state }: { state: InnerState }, length: number): Promise<TreeNode[] | null> {
  const storage = state.storage.read()
  const reading = flat.fullRoots(2 * length).map(index => storage.getTreeNode(index))
  storage.tryFlush()
  const roots = await Promise.all(reading)
  return roots.every(root => root !== null) ? roots : null
}

/** A core as it was at a length, where it reaches so far and what the tree hash there is made from is here; else as it is. */
export async function stateUpTo (core: Hypercore, length: number): Promise<CoreState> {
  return await stateAt(core, Math.min(core.length, length)) ?? stateOf(core)
}

/** A core as it was at a length; null when what the tree hash there is made from is not here. */
export async function stateAt (core: Hypercore, length: number): Promise<CoreState | null> {
  if (length === core.length) return stateOf(core)
  const roots = await rootsAt(core, length)
  return roots && { fork: core.fork, length, treeHash: crypto.tree(roots).toString('hex') }
}
