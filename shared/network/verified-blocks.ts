import type Corestore from 'corestore'
import type { ReplicationPeer } from 'hypercore'

/**
 * Tells of every block that a peer has given and whose proof holds. Wraps a handler of hypercore 11.37.1
 * (`lib/replicator.js`), which comes after the proof, and only then.
 *
 * @param onVerified `wasAsked`: by this node, which still waited for it
 */
export function watchVerified (store: Corestore, onVerified: (peer: ReplicationPeer, sizeBytes: number, wasAsked: boolean) => void): void {
  store.watch(({ replicator }) => {
    const { _ondata } = replicator
    replicator._ondata = (peer, request, message) => {
      if (message.block) onVerified(peer, message.block.value.byteLength, request !== null)
      _ondata.call(replicator, peer, request, message)
    }
  })
}
