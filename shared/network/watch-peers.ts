import type Corestore from 'corestore'
import type { InnerCore, ReplicationPeer } from 'hypercore'

/**
 * Tells of everybody who replicates a core, before a message of theirs is dealt with, so that the handlers can be wrapped.
 * Of several who watch the first wraps last. By hypercore 11.37.1 (`lib/replicator.js`).
 */
export function watchPeers (store: Corestore, onPeer: (peer: ReplicationPeer, core: InnerCore) => void): void {
  store.watch(core => {
    const addPeer = core.replicator._addPeer.bind(core.replicator)
    core.replicator._addPeer = peer => {
      onPeer(peer, core)
      addPeer(peer)
    }
  })
}
