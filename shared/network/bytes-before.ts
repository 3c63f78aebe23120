import type Hypercore from 'hypercore'
import flat from 'flat-tree'

/** What the blocks below a length take, by the tree. @throws where the tree does not have all that tells it */
export async function bytesBefore ({ state }: Hypercore, length: number): Promise<number> {
  const read = state.storage.read()
  const nodes = flat.fullRoots(2 * length).map(index => read.getTreeNode(index))
  read.tryFlush()
  return (await Promise.all(nodes)).reduce((sum, node) => sum + node!.size, 0)
}
