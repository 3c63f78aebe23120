import type Hypercore from 'hypercore'

/**
 * Lets a core keep its whole tree when blocks are cleared. hypercore 11.37.1 (`lib/session-state.js`, clear) deletes
 * nodes of the blocks to the left as well, which the blocks beside them need for their proofs: from then on each request
 * for one of those ends the connection that it came by. A node has 40 bytes.
 */
export function keepTree ({ state }: Hypercore): void {
  if (Object.hasOwn(state, 'createWriteBatch')) return
  const createWriteBatch = state.createWriteBatch.bind(state)
  state.createWriteBatch = () => {
    const batch = createWriteBatch()
    batch.deleteTreeNode = () => {}
    return batch
  }
}
