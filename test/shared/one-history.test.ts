import flat from 'flat-tree'
import type { TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import t from 'tap'
import { bridgeNumbers, rootNumbers } from '../../shared/network/bundles/merkle-path.ts'
import { isOfOneHistory } from '../../shared/network/bundles/other-history.ts'

const MOST_BLOCKS = 24

/** Nodes of the tree over these blocks, by their numbers. */
function treeOf (blocks: string[]): (numbers: number[]) => TreeNode[] {
  const nodeAt = (index: number): TreeNode => {
    if (index % 2 === 0) {
      const block = Buffer.from(blocks[index / 2]!)
      return { index, size: block.length, hash: crypto.data(block) }
    }
    const [left, right] = [nodeAt((flat.leftSpan(index) + index - 1) / 2), nodeAt((index + 1 + flat.rightSpan(index)) / 2)]
    return { index, size: left.size + right.size, hash: crypto.parent(left, right) }
  }
  return numbers => numbers.map(nodeAt)
}

t.test('a tree that goes on from a shorter one is told from one that does not, at any two lengths', async t => {
  const blocks = Array.from({ length: MOST_BLOCKS }, (_, i) => `block ${i}`)
  const tree = treeOf(blocks)
  const wrong: string[] = []
  for (let to = 1; to <= MOST_BLOCKS; to++) {
    for (let from = 0; from <= to; from++) {
      const told = [tree(rootNumbers(to)), tree(rootNumbers(from)), tree(from < to ? bridgeNumbers(from, to) : [])] as const
      if (!isOfOneHistory(...told)) wrong.push(`${from} to ${to} is one history`)
      for (let changed = 0; changed < from; changed++) {
        const other = treeOf(blocks.map((block, i) => i === changed ? 'another' : block))
        if (isOfOneHistory(told[0], other(rootNumbers(from)), told[2])) wrong.push(`${from} to ${to} with another block ${changed}`)
      }
    }
  }
  t.same(wrong, [])
})

t.test('a longer copy is compared by what it has of the roots of the shorter one', async t => {
  const tree = treeOf(Array.from({ length: MOST_BLOCKS }, (_, i) => `block ${i}`))
  const roots = tree(rootNumbers(13))
  t.ok(isOfOneHistory(roots, tree(rootNumbers(13)), []))
  t.ok(isOfOneHistory(roots, tree(rootNumbers(13).slice(1)), []), 'what is not known contradicts nothing')
  t.ok(isOfOneHistory(roots, [], []))
  const [first, ...rest] = tree(rootNumbers(13)) as [TreeNode, ...TreeNode[]]
  t.notOk(isOfOneHistory(roots, [{ ...first, hash: Buffer.alloc(32) }, ...rest], []))
  t.notOk(isOfOneHistory(roots, [{ ...first, size: first.size + 1 }], []))
})
