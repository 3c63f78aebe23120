import type Hypercore from 'hypercore'
import crypto from 'hypercore-crypto'

/** Blocks read from the disk at once. */
const AT_ONCE = 16

/**
 * Reads every block that is said to be here, and drops those that are not, or do not have the hash that the tree has for
 * them, so that they can be fetched again.
 *
 * @returns how many were dropped
 */
export async function dropDamaged (core: Hypercore): Promise<number> {
  const { bitfield } = core.core
  const damaged: number[] = []
  let batch: number[] = []
  const check = async (): Promise<void> => {
    const storage = core.state.storage.read()
    const reading = batch.map(async number => {
      const [block, node] = await Promise.all([storage.getBlock(number), storage.getTreeNode(2 * number)])
      if (!block || !node || node.size !== block.byteLength || !crypto.data(block).equals(node.hash)) damaged.push(number)
    })
    storage.tryFlush()
    await Promise.all(reading)
    batch = []
  }
  for (let number = bitfield.firstSet(0); number !== -1 && number < core.length; number = bitfield.firstSet(number + 1)) {
    batch.push(number)
    if (batch.length === AT_ONCE) await check()
  }
  if (batch.length > 0) await check()
  for (const number of damaged) await core.clear(number)
  return damaged.length
}
