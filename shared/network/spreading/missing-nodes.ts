import flat from 'flat-tree'
import type { CoreState, TreeNode } from 'hypercore'
import merkleTree from 'hypercore/lib/merkle-tree.js'

/**
 * Lets Hypercore read at once what it reads one after the other: how many nodes of a tree a proof must have for a block. Of a
 * long archive, fetched from its end, these were three quarters of all that was read from the store.
 *
 * A node that comes in between can not mislead: a proof up to any node that was there holds.
 */
export function readMissingNodesAtOnce (): void {
  merkleTree.MerkleTree.missingNodes = missingNodes
}

/**
 * As `MerkleTree.missingNodes` of hypercore 11.37: how many nodes lie on the way up from one until one is there.
 *
 * @param index of the node, as flat-tree numbers them
 * @param length of the tree, in blocks
 */
async function missingNodes ({ storage }: CoreState, index: number, length: number): Promise<number> {
  const end = 2 * length
  // How many that are is not known of what is not in the tree yet.
  if (flat.rightSpan(index) >= end) return 0
  const read = storage.read()
  const way: Promise<TreeNode | null>[] = []
  for (let node = index; flat.rightSpan(node) < end; node = flat.parent(node)) way.push(read.getTreeNode(node))
  read.tryFlush()
  const there = (await Promise.all(way)).findIndex(node => node !== null)
  return there === -1 ? way.length : there
}
