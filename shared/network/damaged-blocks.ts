import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { CoreState, InnerCore, ReplicationPeer } from 'hypercore'
import crypto from 'hypercore-crypto'
import { NOT_AVAILABLE } from './answering.ts'
import { isDamage, isPassing, isStoreDamage } from './damage.ts'
import { watchPeers } from './watch-peers.ts'

/** Blocks read from the disk at once. */
const AT_ONCE = 16

/**
 * Reads every block that is said to be here, and drops those that are not, or do not have the hash that the tree has for
 * them, so that they can be fetched again. What can't be read for another reason stays: nobody else may have it.
 * Only damage where the store keeps what it needs itself ends that.
 *
 * @param rest called between reads; for whoever is not in a hurry
 * @returns how many were dropped, and why others could not be read; null: all were
 */
export async function dropDamaged (core: Hypercore, rest: () => Promise<void> = async () => {}): Promise<{ dropped: number, unread: Error | null }> {
  const { bitfield } = core.core
  let dropped = 0
  let unread: Error | null = null
  const stays = (error: unknown): true => {
    if (isStoreDamage(error)) throw error
    unread ??= error as Error
    return true
  }
  for (let number = bitfield.firstSet(0); number !== -1 && number < core.length;) {
    const batch: number[] = []
    for (; batch.length < AT_ONCE && number !== -1 && number < core.length; number = bitfield.firstSet(number + 1)) batch.push(number)
    const whole = await Promise.all(batch.map(number => isWhole(core.state, number).catch(stays)))
    for (const damaged of batch.filter((_, i) => !whole[i])) {
      await core.clear(damaged)
      dropped++
    }
    await rest()
  }
  return { dropped, unread }
}

/** Each by itself: a store that finds damage fails everything that is read together. */
async function isWhole ({ storage }: CoreState, number: number): Promise<boolean> {
  try {
    const read = storage.read()
    const reading = Promise.all([read.getBlock(number), read.getTreeNode(2 * number)])
    read.tryFlush()
    const [block, node] = await reading
    return block !== null && node !== null && node.size === block.byteLength && crypto.data(block).equals(node.hash)
  } catch (error) {
    if (!isDamage(error) || isStoreDamage(error)) throw error
    return false
  }
}

/**
 * Answers a request for a block that can't be read any more with "not here", and tells of it. Left to itself, hypercore
 * 11.37.1 ends the connection each time, whatever else goes over it.
 */
export function guardDamaged (store: Corestore, onDamaged: (core: InnerCore, error: unknown) => void): void {
  watchPeers(store, (peer, core) => guardPeer(core, peer, onDamaged))
}

function guardPeer (core: InnerCore, peer: ReplicationPeer, onDamaged: (core: InnerCore, error: unknown) => void): void {
  const { _handleRequest } = peer
  peer._handleRequest = async message => {
    try {
      await _handleRequest.call(peer, message)
    } catch (error) {
      const isDamaged = isDamage(error)
      if (peer.removed || !(isDamaged || isPassing(error))) throw error
      if (isDamaged) onDamaged(core, error)
      peer.wireNoData.send({ request: message.id, reason: NOT_AVAILABLE })
    }
  }
}
