import flat from 'flat-tree'
import type { TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import t from 'tap'
import { MerklePath, rootNumbers } from '../../shared/network/bundles/merkle-path.ts'

const BLOCKS = 3_000
const STEP = 7
/** Twice the ways from a block to the root. */
const MOST_KEPT = 2 * 24

const blocks = Array.from({ length: BLOCKS }, (_, i) => Buffer.from(`block ${i}`))

/** All nodes of the tree over the blocks, by their numbers. */
function wholeTree (): Map<number, TreeNode> {
  const nodes = new Map(blocks.map((bytes, i) => [2 * i, { index: 2 * i, size: bytes.length, hash: crypto.data(bytes) }]))
  for (let level = [...nodes.keys()]; level.length > 1; level = [...new Set(level.map(index => flat.parent(index)))].filter(index => nodes.has(index))) {
    for (const index of level) {
      const [node, beside] = [nodes.get(index)!, nodes.get(flat.sibling(index))]
      if (!beside || beside.index < index) continue
      nodes.set(flat.parent(index), { index: flat.parent(index), size: node.size + beside.size, hash: crypto.parent(node, beside) })
    }
  }
  return nodes
}

t.test('blocks here and there lead to what was signed, and few nodes are kept on the way, however many blocks there are', async t => {
  const tree = wholeTree()
  const nodesAt = (numbers: number[]): TreeNode[] => numbers.map(number => tree.get(number)!)
  const [from, to] = [new MerklePath(nodesAt(rootNumbers(BLOCKS))), new MerklePath(nodesAt(rootNumbers(BLOCKS)))]
  const taken: number[] = []
  let mostKept = 0
  for (let number = 0; number < BLOCKS; number += number % 100 < 50 ? 1 : STEP) {
    const siblings = nodesAt(from.missingFor(number))
    from.take(number, blocks[number]!, siblings)
    to.take(number, blocks[number]!, siblings)
    taken.push(number)
    mostKept = Math.max(mostKept, from.kept, to.kept)
  }
  t.ok(taken.length > BLOCKS / 2)
  t.ok(mostKept <= MOST_KEPT, `${mostKept} nodes`)
  t.throws(() => { to.take(BLOCKS - STEP, blocks[BLOCKS - STEP]!, []) }, { code: 'BAD_FORMAT' })
})
