import flat from 'flat-tree'
import type { TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import { AppError } from '../../errors.ts'
import type { PathNode } from '../../format/bundle.ts'

/** Numbers of the nodes that a tree of `length` blocks ends in. */
export function rootNumbers (length: number): number[] {
  return flat.fullRoots(2 * length)
}

export function nodeAt (index: number, { size, hash }: PathNode): TreeNode {
  return { index, size, hash: Buffer.from(hash) }
}

/** The nodes beside the way up from a block, with their numbers. */
export function siblingsOf (block: number, siblings: PathNode[]): TreeNode[] {
  let index = 2 * block
  return siblings.map(sibling => {
    const node = nodeAt(flat.sibling(index), sibling)
    index = flat.parent(index)
    return node
  })
}

/**
 * Numbers of the nodes by which a tree that ended at `from` is seen to be the beginning of one that ends at `to`, in the
 * order in which hypercore takes them.
 */
export function bridgeNumbers (from: number, to: number): number[] {
  if (from === 0) return rootNumbers(to)
  const target = 2 * from - 2
  return rootNumbers(to).filter(root => flat.rightSpan(root) > target).flatMap(root => {
    if (flat.leftSpan(root) > target) return [root]
    const beside: number[] = []
    for (let index = target; index !== root; index = flat.parent(index)) if (flat.sibling(index) > index) beside.push(flat.sibling(index))
    return beside
  })
}

/** True when one of the blocks from `start` to `end` (exclusive) lies below the node. */
export function isAbove (index: number, start: number, end: number): boolean {
  return flat.leftSpan(index) / 2 < end && flat.rightSpan(index) / 2 >= start
}

/**
 * Leads blocks to nodes that are known: at first the roots of the tree, later also what stood beside the way of an
 * earlier block. Blocks come in order, so that each node is needed once, and what lies left of a block is needed no more:
 * however large the tree is, a few dozen nodes are kept.
 */
export class MerklePath {
  #known: Map<number, TreeNode>
  #onNode: (node: TreeNode) => void
  #next = 0

  /** @param onNode is told of every node that turned out to be right, several times perhaps */
  constructor (roots: TreeNode[], onNode: (node: TreeNode) => void = () => {}) {
    this.#known = new Map(roots.map(root => [root.index, root]))
    this.#onNode = onNode
  }

  /** How many nodes are kept. */
  get kept (): number { return this.#known.size }

  /** Numbers of the nodes that the way of a block needs besides those that are known. */
  missingFor (block: number): number[] {
    const missing: number[] = []
    for (let index = 2 * block; !this.#known.has(index); index = flat.parent(index)) missing.push(flat.sibling(index))
    return missing
  }

  /** @throws AppError BAD_HASH, BAD_FORMAT */
  take (block: number, bytes: Uint8Array, siblings: PathNode[]): void {
    if (block < this.#next) throw new AppError('BAD_FORMAT', 'The blocks do not come in order.')
    this.#next = block + 1
    const beside = siblingsOf(block, siblings)
    let node: TreeNode = { index: 2 * block, size: bytes.length, hash: crypto.data(bytes) }
    const way = [node]
    for (const sibling of beside) {
      const [left, right] = sibling.index < node.index ? [sibling, node] : [node, sibling]
      node = { index: flat.parent(node.index), size: left.size + right.size, hash: crypto.parent(left, right) }
      way.push(node)
    }
    const known = this.#known.get(node.index)
    if (!known || known.size !== node.size || !known.hash.equals(node.hash)) throw new AppError('BAD_HASH', `Block ${block} does not have the hash that its writer signed.`)
    this.#known.delete(node.index)
    for (const sibling of beside) this.#known.set(sibling.index, sibling)
    for (const index of this.#known.keys()) if (flat.rightSpan(index) < 2 * block) this.#known.delete(index)
    for (const right of [...way, ...beside]) this.#onNode(right)
  }
}
