import type Corestore from 'corestore'
import type { ReplicationPeer } from 'hypercore'

/** Hypercore's word for what a peer does not have. */
export const NOT_AVAILABLE = 1

const ABSENT = new Error('What was asked for is not here.')

/**
 * Answers a request for what is not here with that, whoever asks. Hypercore 11.37.1 looks into the proof of it, which there
 * is none of, when it has paused the peer or that is gone: a TypeError that ends the process.
 */
export function guardAbsent (store: Corestore): void {
  store.watch(({ replicator }) => {
    const addPeer = replicator._addPeer.bind(replicator)
    replicator._addPeer = peer => {
      guardPeer(peer)
      addPeer(peer)
    }
  })
}

function guardPeer (peer: ReplicationPeer): void {
  const { _fulfillRequest } = peer
  peer._fulfillRequest = async (request, pushing) => {
    const { msg } = request
    const fulfill = request.fulfill.bind(request)
    request.fulfill = async () => {
      const proof = await fulfill()
      // A manifest goes without a proof, too.
      if (!proof && !(msg.manifest && peer.isActive())) throw ABSENT
      return proof
    }
    try {
      await _fulfillRequest.call(peer, request, pushing)
    } catch (error) {
      if (error !== ABSENT) throw error
      if (peer.remoteRequests.get(msg.id) !== msg) return // taken back, or never asked for
      peer.remoteRequests.delete(msg.id)
      peer.wireNoData.send({ request: msg.id, reason: NOT_AVAILABLE })
    }
  }
}
