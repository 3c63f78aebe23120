import flat from 'flat-tree'
import type { TreeNode } from 'hypercore'
import crypto from 'hypercore-crypto'
import t from 'tap'
import { bridgeNumbers, rootNumbers } from '../../shared/network/bundles/merkle-path.ts'
import { isOfOneHistory } from '../../shared/network/bundles/other-history.ts'
import { numbersAbove, provenRoots } from '../../shared/network/bundles/proven-roots.ts'
import { random } from '../support/random.ts'

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

t.test('whatever is here of a longer tree, only what is right in it is proven of a shorter one, and all of it where nothing is missing', async t => {
  const draw = random(t)
  const blocks = Array.from({ length: MOST_BLOCKS }, (_, i) => `block ${i}`)
  const tree = treeOf(blocks)
  const wrong: string[] = []
  for (let to = 1; to <= MOST_BLOCKS; to++) {
    for (let from = 1; from <= to; from++) {
      const roots = rootNumbers(from)
      const above = numbersAbove(from, to)
      const beside = from < to ? bridgeNumbers(from, to) : []
      const whole = provenRoots(tree(roots), tree(rootNumbers(to)), tree(beside), to).map(({ index }) => index)
      if (!roots.every(root => whole.includes(root) || rootNumbers(to).includes(root))) wrong.push(`${from} of ${to} with all that is told`)
      const changed = Math.floor(draw() * from)
      const other = treeOf(blocks.map((block, i) => i === changed ? 'another' : block))
      const liar = treeOf(blocks.map((block, i) => i < from ? block : 'a lie'))
      for (let i = 0; i < 8; i++) {
        const here = tree(above.filter(index => draw() < 0.4 || rootNumbers(to).includes(index)))
        const told = [tree, liar][i % 2]!(beside.filter(() => draw() < 0.5))
        for (const claimed of [tree(roots), other(roots)]) {
          const proven = provenHere(claimed, here, told, to)
          if (claimed.every((root, j) => root.hash.equals(tree(roots)[j]!.hash)) && !proven) wrong.push(`${from} of ${to} is no other history`)
          const right = tree((proven ?? []).map(({ index }) => index))
          if (!(proven ?? []).every((node, j) => node.size === right[j]!.size && node.hash.equals(right[j]!.hash))) wrong.push(`${from} of ${to} proves what is wrong`)
        }
      }
    }
  }
  t.same(wrong, [])
})

/** Null: it is of another history. */
function provenHere (...of: Parameters<typeof provenRoots>): TreeNode[] | null {
  try {
    return provenRoots(...of)
  } catch {
    return null
  }
}
