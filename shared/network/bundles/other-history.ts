import flat from 'flat-tree'
import type { TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import { AppError } from '../../errors.ts'

/**
 * False when the tree of a bundle does not go on from the copy that is here, which is shorter.
 *
 * @param roots of the bundle's tree
 * @param known the roots of the copy here, in their order
 * @param beside what leads from the copy's length to the bundle's
 */
export function isOfOneHistory (roots: TreeNode[], known: TreeNode[], beside: TreeNode[]): boolean {
  const [last] = known.slice(-1)
  if (!last) return true
  const nodes = new Map([...beside, ...known].map(node => [node.index, node]))
  return roots.every(root => {
    const here = nodes.get(root.index) ?? (isBelow(last, root) ? climbed(last, root, nodes) : root)
    return here !== null && isSame(here, root)
  })
}

function isBelow ({ index }: TreeNode, root: TreeNode): boolean {
  return flat.leftSpan(root.index) <= index && index <= flat.rightSpan(root.index)
}

/** What stands in the place of a root above the last one of a shorter tree; null where a node is missing on the way. */
function climbed (last: TreeNode, root: TreeNode, nodes: Map<number, TreeNode>): TreeNode | null {
  let node = last
  while (node.index !== root.index) {
    const sibling = nodes.get(flat.sibling(node.index))
    if (!sibling) return null
    node = parentOf(node, sibling)
  }
  return node
}

/** Of two nodes that stand beside each other. */
export function parentOf (node: TreeNode, sibling: TreeNode): TreeNode {
  const [left, right] = sibling.index < node.index ? [sibling, node] : [node, sibling]
  return { index: flat.parent(node.index), size: left.size + right.size, hash: crypto.parent(left, right) }
}

export function isSame (a: TreeNode, b: TreeNode): boolean {
  return a.size === b.size && a.hash.equals(b.hash)
}

export function otherHistory (): AppError {
  return new AppError('BAD_HASH', 'The writer has signed two different histories. This node keeps the one that it has.')
}
