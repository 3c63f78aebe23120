import type Corestore from 'corestore'
import type { InnerCore, Proof, ReplicationPeer, TreeBatch } from 'hypercore'
import crypto from 'hypercore-crypto'
import merkleTree from 'hypercore/lib/merkle-tree.js'
import { showsRoots } from '../signed-sizes.ts'
import { watchPeers } from '../watch-peers.ts'
import { rootsAt } from './core-history.ts'
import { goOnMended } from './mended-tree.ts'

/** A history of a core that is not the one here, with what proves that its writer signed it. */
export interface OtherHistory {
  /** Larger than 0: the writer has taken back what stood in an earlier one. */
  fork: number
  /** Up to here, where it is not the same as the one here. */
  length: number
  /** Hypercore's tree hash at that length, in hex. */
  treeHash: string
  /** The length that was signed, the tree hash there, and the signature as Hypercore stores it; in hex. */
  signed: { length: number, treeHash: string, signature: string }
  /** Key of who showed it, in hex. */
  peer: string
}

/**
 * Compares the history of each core with that of every peer, and tells of another one. Left to itself, hypercore 11.37.1
 * notices two histories only when it has to fetch something, and then closes the core for everybody who reads it; two of
 * one length go unnoticed. Here each side asks, when it hears how far the other has come, for the tree at that length; a
 * peer with another history is left alone with it, and what is here stays readable, and is served to everybody else.
 */
export function watchHistories (store: Corestore, onOther: (coreKey: string, other: OtherHistory) => void): void {
  store.watch(core => {
    const checkConflict = core.checkConflict.bind(core)
    core.checkConflict = async (proof, peer) => {
      // What shows more, or less, can be made to look like another tree than the one that its signature is of.
      if (!showsRoots(proof)) return proof.fork !== core.state.fork
      // It mends by this what it has lost of its own tree. What it has not lost it would compare with sizes that nobody signed.
      if (core._repairMode && !await rootsAt(core, proof.upgrade!.length).catch(() => null)) {
        const isOther = await checkConflict(proof, peer)
        await goOnMended(core)
        return isOther
      }
      const other = await compare(core, proof, peer).catch(() => null) // what can't be read here accuses nobody
      if (other && core.key) onOther(core.key.toString('hex'), other)
      // Blocks of another history do not fit into this one: its peer gets our proof, and that core is at an end between us.
      if (other) await endWith(peer, core)
      return other !== null || proof.fork !== core.state.fork
    }
  })
  watchPeers(store, (peer, core) => askFor(core, peer))
}

/** Asks for the tree of a peer whenever it says that it reaches another length inside of what is here. */
function askFor (core: InnerCore, peer: ReplicationPeer): void {
  const { onsync } = peer
  let asked = ''
  peer.onsync = async message => {
    await onsync.call(peer, message)
    const { fork, length } = message
    const { state } = core
    const isInside = fork !== state.fork || length <= state.length
    if (peer.removed || length === 0 || state.length === 0 || !isInside || asked === `${fork} ${length}`) return
    asked = `${fork} ${length}`
    peer.wireRequest.send({ id: 0, fork, block: null, hash: null, seek: null, upgrade: { start: 0, length } })
  }
}

/** By itself hypercore shows nothing where the forks differ: whoever found it first would keep it from the other for good. */
async function endWith (peer: ReplicationPeer, { state: { fork, length } }: InnerCore): Promise<void> {
  const asked = { id: 0, fork, block: null, hash: null, seek: null, upgrade: { start: 0, length } }
  if (fork !== peer.remoteFork && !peer.removed) {
    peer.remoteRequests.set(asked.id, asked)
    await peer._handleRequest(asked).catch(() => {}) // what can't be read here is shown to nobody
  }
  await peer._onconflict()
}

/** Null: the same history, or one that can't be told apart, or one that nobody has signed. */
async function compare (core: InnerCore, proof: Proof, peer: ReplicationPeer): Promise<OtherHistory | null> {
  const { state } = core
  const { upgrade, fork } = proof
  if (!core.header.manifest || !upgrade || upgrade.start !== 0 || (fork === state.fork && upgrade.length > state.length)) return null
  const treeHash = crypto.tree(upgrade.nodes)
  if (fork === state.fork) {
    const roots = await rootsAt(core, upgrade.length)
    // By their hashes, which commit to all that is below. How large each is said to be, nobody may have signed.
    if (!roots || roots.every(({ hash }, i) => hash.equals(upgrade.nodes[i]!.hash))) return null
  }
  const signed = signedTree(core, proof)
  return signed && {
    fork,
    length: upgrade.length,
    treeHash: treeHash.toString('hex'),
    signed: { length: signed.length, treeHash: crypto.tree(signed.roots).toString('hex'), signature: Buffer.from(signed.signature).toString('hex') },
    peer: peer.remotePublicKey.toString('hex')
  }
}

/** The tree that a proof leads to, when the core's writer has signed it. */
function signedTree (core: InnerCore, proof: Proof): TreeBatch | null {
  try {
    const tree = merkleTree.MerkleTree.verifyFullyRemote(core.state, proof)
    core._verifyBatchUpgrade(tree, proof.manifest)
    return tree
  } catch {
    return null // anybody can send anything
  }
}
