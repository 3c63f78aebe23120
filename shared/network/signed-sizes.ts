import type Corestore from 'corestore'
import type { Proof, ReplicationPeer } from 'hypercore'
import flat from 'flat-tree'
import { watchPeers } from './watch-peers.ts'

/**
 * Takes no proof that could bring sizes which nobody has signed into the tree that is stored. The hash of a node commits to
 * its children's sizes together, and not to each of them: where both come from a peer, some bytes of one may be said to be the
 * other's, and what is proved with them later holds nowhere (hypercore 11.37.1, `lib/merkle-tree.js`). They do in a proof of a
 * hash or of a place in the bytes, for which this node never asks, and in one that leads over the length that was asked for.
 */
export function guardSizes (store: Corestore): void {
  watchPeers(store, peer => guardPeer(peer))
}

function guardPeer (peer: ReplicationPeer): void {
  const { ondata } = peer
  peer.ondata = async message => {
    if (isShown(message) || hasSignedSizes(message)) return await ondata.call(peer, message)
    // It has grown since it was asked, and has said so: it is asked anew.
    peer.onnodata({ request: message.request, reason: 0 })
  }
}

/** A whole tree, shown to be compared: nothing of it is stored. */
export function isShown ({ request, block, upgrade }: Proof & { request: number }): boolean {
  return request === 0 && !block && upgrade?.start === 0
}

function hasSignedSizes ({ hash, seek, upgrade }: Proof): boolean {
  return !hash && !seek && !upgrade?.additionalNodes.length
}

/** Whether a proof shows the roots of a tree and nothing else, each in its place. */
export function showsRoots ({ block, hash, seek, upgrade }: Proof): boolean {
  if (block || hash || seek || upgrade?.start !== 0) return false
  const roots = flat.fullRoots(2 * upgrade.length)
  return roots.length === upgrade.nodes.length && roots.every((index, i) => upgrade.nodes[i]!.index === index)
}
