import type Corestore from 'corestore'
import type { ReplicationPeer } from 'hypercore'
import { BLOCK_BYTES } from '../format/limits.ts'
import type { Pace } from './pace.ts'

/** How fast a core's blocks may go to others and come from them; all of the paces count. */
export interface CorePaces { up: Pace[], down: Pace[] }

/**
 * Holds back blocks that go out and requests for blocks, for the cores that have a pace. Wraps handlers of hypercore
 * 11.37.1 (`lib/replicator.js`, class Peer).
 *
 * @param pacesOf by the core's key in hex; null: as fast as can be
 */
export function paceReplication (store: Corestore, pacesOf: (coreKey: string) => CorePaces | null): void {
  store.watch(core => {
    const addPeer = core.replicator._addPeer.bind(core.replicator)
    core.replicator._addPeer = peer => {
      pacePeer(peer, () => core.key === null ? null : pacesOf(core.key.toString('hex')))
      addPeer(peer)
    }
  })
}

function pacePeer (peer: ReplicationPeer, paces: () => CorePaces | null): void {
  const { onrequest, oncancel, ondata, wireData, wireRequest } = peer
  const waiting = new Set<number>()

  peer.onrequest = async message => {
    const up = message.block ? paces()?.up ?? [] : []
    if (up.length === 0) return await onrequest.call(peer, message)
    waiting.add(message.id)
    // Not awaited: what comes after it on the connection does not wait for it.
    void (async () => {
      for (const pace of up) await pace.turn()
      // Cancelled meanwhile, or nobody is there any more.
      if (waiting.delete(message.id) && !peer.removed) await onrequest.call(peer, message)
    })().catch((error: unknown) => peer.stream.destroy(error as Error))
  }
  peer.oncancel = message => {
    waiting.delete(message.request)
    oncancel.call(peer, message)
  }
  peer.wireData = {
    ...wireData,
    send: message => {
      for (const pace of paces()?.up ?? []) pace.spend(message.block?.value?.byteLength ?? 0)
      return wireData.send(message)
    }
  }
  peer.wireRequest = {
    ...wireRequest,
    send: message => {
      const down = message.block ? paces()?.down ?? [] : []
      if (down.length === 0) return wireRequest.send(message)
      void (async () => {
        for (const pace of down) {
          await pace.turn()
          // As if it were a whole block; what it is not comes back when it is here.
          pace.spend(BLOCK_BYTES)
        }
        if (!peer.removed) wireRequest.send(message)
      })()
      return true
    }
  }
  peer.ondata = async message => {
    const bytes = message.block?.value?.byteLength
    if (bytes !== undefined) for (const pace of paces()?.down ?? []) pace.spend(bytes - BLOCK_BYTES)
    return await ondata.call(peer, message)
  }
}
