import type Hypercore from 'hypercore'
import type { TreeNode } from 'hypercore'
import { read, write } from '../../format/binary.ts'
import { BLOCK_BYTES, DRIVE_BLOCKS } from '../../format/limits.ts'
import { nodeAt } from './merkle-path.ts'

const KEY = 'colporteur/told-nodes'
/** Of each core: those of some thousand issues. */
export const MOST_TOLD_NODES = 8_192
const HASH_BYTES = 32

/**
 * Remembers with a core, apart from its tree, what bundles have told of nodes that lead from shorter lengths to longer ones. Nothing
 * proves them yet; an older bundle, which has what stands to the left of them, can.
 */
export async function rememberTold (core: Hypercore, nodes: TreeNode[]): Promise<void> {
  if (nodes.length === 0) return
  const all = new Map([...await toldNodes(core), ...nodes].map(node => [node.index, node]))
  await core.setUserData(KEY, Buffer.from(write(to => {
    const kept = [...all.values()].slice(-MOST_TOLD_NODES)
    to.uint(kept.length)
    for (const { index, size, hash } of kept) {
      to.uint(index)
      to.uint(size)
      to.fixed(hash)
    }
  })))
}

export async function toldNodes (core: Hypercore): Promise<TreeNode[]> {
  const bytes = await core.getUserData(KEY)
  if (!bytes) return []
  return read(bytes, 'What bundles have told', from => from.list(MOST_TOLD_NODES, () =>
    nodeAt(from.uint(2 * DRIVE_BLOCKS), { size: from.uint(DRIVE_BLOCKS * BLOCK_BYTES), hash: from.fixed(HASH_BYTES) })))
}
