import flat from 'flat-tree'
import type { TreeNode } from 'hypercore'
import { isSame, otherHistory, parentOf } from './other-history.ts'
import { rootNumbers } from './merkle-path.ts'

/**
 * Numbers of the nodes that tell, in a tree of `longer` blocks, whether one of `length` is its beginning: the roots of that one,
 * what lies above the last of them, and what stands beside this way.
 */
export function numbersAbove (length: number, longer: number): number[] {
  const numbers = new Set(rootNumbers(length))
  let index = rootNumbers(length).at(-1)
  while (index !== undefined && hasParent(index, longer)) {
    numbers.add(flat.sibling(index))
    index = flat.parent(index)
    numbers.add(index)
  }
  return [...numbers]
}

/**
 * Nodes that are new here and right: roots of a shorter tree of which is seen that it is the beginning of the longer one here, and
 * what leads from them to what is known. Of another root nothing is seen: that its writer has signed it says nothing of which
 * history it is.
 *
 * @param roots as they were signed
 * @param known what is here of {@link numbersAbove}
 * @param told nodes that somebody names for places beside the way. A hash commits to the sizes of two nodes together: so they are
 * of use only where the size of the last root was proved by what lies below it
 * @throws AppError BAD_HASH when the shorter tree is of another history
 */
export function provenRoots (roots: TreeNode[], known: TreeNode[], told: TreeNode[], longer: number): TreeNode[] {
  const [own, here, heard] = [byNumber(roots), byNumber(known), byNumber(told)]
  for (const root of roots) if (here.has(root.index) && !isSame(root, here.get(root.index)!)) throw otherHistory()
  const proven: TreeNode[] = []
  /** What is proven if the way leads to something that is known. */
  let waiting: TreeNode[] = []
  let node = roots.at(-1) ?? null
  let isHearsay = false
  for (let index = node?.index ?? 0; ; index = flat.parent(index)) {
    const there = here.get(index)
    if (there && node && isSame(node, there)) proven.push(...waiting)
    else if (there && node && !isHearsay) throw otherHistory()
    else if (!there && node) waiting.push(node)
    if (there) [node, waiting, isHearsay] = [there, [], false]
    if (!hasParent(index, longer)) return proven
    const number = flat.sibling(index)
    const beside = own.get(number) ?? here.get(number) ?? heard.get(number)
    if (beside && !here.has(number)) waiting.push(beside)
    isHearsay ||= !own.has(number) && !here.has(number)
    if (!node || !beside) waiting = []
    node = node && beside ? parentOf(node, beside) : null
  }
}

function hasParent (index: number, length: number): boolean {
  return flat.rightSpan(flat.parent(index)) < 2 * length
}

function byNumber (nodes: TreeNode[]): Map<number, TreeNode> {
  return new Map(nodes.map(node => [node.index, node]))
}
