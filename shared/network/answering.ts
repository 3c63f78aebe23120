import type Corestore from 'corestore'
import type { InnerCore, Manifest, Proof, ProofRequest, Range, ReplicationPeer, TreeProof, WireRequest } from 'hypercore'
import merkleTree from 'hypercore/lib/merkle-tree.js'
import { AppError } from '../errors.ts'
import type { OnRefused } from './bounds-guard.ts'
import { isDamage, isPassing } from './damage.ts'
import { watchPeers } from './watch-peers.ts'

/** Hypercore's word for what a peer does not have. */
export const NOT_AVAILABLE = 1
/** So many requests of one peer that nothing can answer, as Hypercore has it. */
const INVALID_MOST = 64

const ABSENT = new Error('What was asked for is not here.')

/**
 * Answers requests as Hypercore 11.37.1 does (`lib/replicator.js`, class Peer), but for what would harm others: of a request
 * that can't be answered it sleeps for up to 5 s, and meanwhile nothing can be proved or pushed to anybody; the last of
 * many it lets end the process; and it looks into the proof of what is not here, which there is none of, when it has
 * paused the peer or that is gone.
 */
export function guardAnswers (store: Corestore, onRefused: OnRefused): void {
  watchPeers(store, (peer, core) => {
    prepare(core, peer, onRefused)
    send(peer)
  })
}

function prepare (core: InnerCore, peer: ReplicationPeer, onRefused: OnRefused): void {
  let invalid = 0
  peer._getProof = async (batch, msg, pushing) => {
    const { block } = msg
    if (block && !pushing && (msg.fork !== core.state.fork || !core.bitfield.get(block.index))) return { msg, fulfill: async () => null }
    const value = block ? batch.getBlock(block.index) : null
    value?.catch(() => {}) // where there is no proof nobody waits for it
    try {
      // Who looks for a byte gets there without, as with a node that does not know of it: where it leads out of the tree,
      // Hypercore leaves reads behind that end the process when they fail, or are never done.
      const proof = await merkleTree.MerkleTree.proof(core.state, batch, { ...msg, seek: null, upgrade: upgradeOf(core, msg) })
      const manifest = msg.manifest && !core.compat ? core.header.manifest : null
      return { msg, fulfill: async () => await fulfilled(proof, value, manifest) }
    } catch (error) {
      batch.destroy()
      if (isDamage(error) || isPassing(error)) throw error
      // What was to be pushed nobody has asked for: the peer is to be further than it can be.
      if (pushing || ++invalid < INVALID_MOST) return null
      onRefused(peer, 'requests that nothing can answer')
      throw new AppError('TOO_MANY_REQUESTS', 'The peer asks for what nothing can answer, again and again.')
    }
  }
}

/** As far as this node has come since it was asked: one that leads farther than it says brings sizes that nobody has signed. */
function upgradeOf ({ state }: InnerCore, { id, upgrade }: WireRequest): Range | null {
  const isShown = id === 0
  if (isShown || !upgrade || upgrade.start + upgrade.length > state.length) return upgrade
  return { start: upgrade.start, length: state.length - upgrade.start }
}

async function fulfilled (proof: TreeProof, reading: Promise<Buffer | null> | null, manifest: Manifest | null): Promise<Proof | null> {
  const [settled, value] = await Promise.all([proof.settle(), reading])
  if (manifest) settled.manifest = manifest
  if (!settled.block) return settled
  if (!value) return null
  settled.block.value = value
  return settled
}

function send (peer: ReplicationPeer): void {
  const { _fulfillRequest } = peer
  peer._fulfillRequest = async (request, pushing) => {
    const { msg } = request
    try {
      await _fulfillRequest.call(peer, present(peer, request), pushing)
    } catch (error) {
      if (error !== ABSENT) throw error
      if (!isWaitedFor(peer, msg)) return
      peer.remoteRequests.delete(msg.id)
      peer.wireNoData.send({ request: msg.id, reason: NOT_AVAILABLE })
    }
  }
}

/** Throws {@link ABSENT} where there is no proof; a manifest goes without one, too. */
function present (peer: ReplicationPeer, request: ProofRequest): ProofRequest {
  const { msg } = request
  return {
    msg,
    fulfill: async () => {
      const proof = await request.fulfill()
      if (!proof && !(msg.manifest && peer.isActive())) throw ABSENT
      return proof
    }
  }
}

/** False: taken back, or never asked for. */
function isWaitedFor (peer: ReplicationPeer, message: WireRequest): boolean {
  return peer.remoteRequests.get(message.id) === message
}
