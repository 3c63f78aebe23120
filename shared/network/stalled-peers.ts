import type Corestore from 'corestore'
import type { ReplicationPeer, Replicator } from 'hypercore'
import { PeerConduct } from './peer-conduct.ts'

const LOOK_MS = 250
/** So long after a stall, who has shown less than others is asked for nothing. */
const WARY_MS = 10_000
/** While wary, who has shown less than others gives back after this what it was asked for. */
const WARY_WAIT_MS = 500
/** So many others are asked at once for a block that did not come. */
const OTHERS = 8

type Stream = ReplicationPeer['stream']

/**
 * Asks nothing more of a connection that does not answer, as long as somebody else has what is wanted, and lets others
 * give what it was asked for. Left to itself, hypercore 11.37.1 (`lib/replicator.js`) asks one peer alone for the end of
 * a core and waits for ever; and where many are silent, one of them after the other. So at the first stall all are asked
 * for a sign, and those that give none are left out together. No connection is ended: who is slow, or holds back on
 * purpose, is tried again, and is asked at once when there is nobody else.
 */
export class StalledPeers {
  #conducts = new Map<Stream, PeerConduct>()
  #waryUntilMs = 0
  /** Nothing is asked of anybody. */
  #isHeld = false
  #replicators = new Set<Replicator>()
  #timer: NodeJS.Timeout
  #onStalled: (peer: ReplicationPeer) => void

  /** To be made after what else wraps the peers of a store: so it sees what really goes out. */
  constructor (store: Corestore, onStalled: (peer: ReplicationPeer) => void) {
    this.#onStalled = onStalled
    store.watch(({ replicator }) => {
      for (const known of this.#replicators) if (known.destroyed) this.#replicators.delete(known)
      this.#replicators.add(replicator)
      const addPeer = replicator._addPeer.bind(replicator)
      replicator._addPeer = peer => {
        this.#watch(replicator, peer)
        addPeer(peer)
      }
    })
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  close (): void {
    clearInterval(this.#timer)
  }

  /** Asks nothing of anybody, as when there is no room for it, until that is over. What was asked for still comes. */
  hold (isHeld: boolean): void {
    this.#isHeld = isHeld
    if (!isHeld) for (const replicator of this.#replicators) if (!replicator.destroyed) replicator.queueUpdateAll()
  }

  /** Whether it has answered anything, or was given blocks. */
  isUseful (connection: Stream): boolean {
    const conduct = this.#conducts.get(connection)
    return conduct !== undefined && (conduct.shown > 0 || conduct.hasTaken)
  }

  #watch (replicator: Replicator, peer: ReplicationPeer): void {
    const { getMaxInflight, getMaxHotswapInflight } = peer
    this.#conductOf(peer).add(peer, replicator)
    peer.getMaxInflight = () => this.#isHeld || this.#isLeftOut(peer, replicator) ? 0 : getMaxInflight.call(peer)
    peer.getMaxHotswapInflight = () => this.#isHeld || this.#isLeftOut(peer, replicator) ? 0 : getMaxHotswapInflight.call(peer)
  }

  #conductOf ({ stream }: ReplicationPeer): PeerConduct {
    const known = this.#conducts.get(stream)
    if (known) return known
    const conduct = new PeerConduct()
    this.#conducts.set(stream, conduct)
    stream.once('close', () => this.#conducts.delete(stream))
    return conduct
  }

  get #isWary (): boolean { return this.#waryUntilMs > Date.now() }

  #isLeftOut (peer: ReplicationPeer, { peers }: Replicator): boolean {
    const { isResting, shown } = this.#conductOf(peer)
    if (!isResting && !this.#isWary) return false
    return peers.some(other => {
      if (other === peer || other.remoteLength === 0) return false
      const conduct = this.#conductOf(other)
      return !conduct.isResting && (isResting || conduct.shown > shown)
    })
  }

  #look (): void {
    const stalled = [...this.#conducts].filter(([stream, conduct]) => conduct.hasStalled(stream)).map(([, conduct]) => conduct)
    for (const conduct of stalled) conduct.rest()
    if (stalled.length > 0) this.#waryUntilMs = Date.now() + WARY_MS
    if (!this.#isWary) return
    for (const conduct of this.#conducts.values()) {
      if (conduct.shown === 0 && !conduct.isResting) conduct.probe()
      if (!stalled.includes(conduct) && conduct.waitedMs < WARY_WAIT_MS) continue
      for (const [peer, replicator] of conduct.cores) if (!peer.removed && this.#isLeftOut(peer, replicator)) this.#takeBack(peer, replicator)
    }
  }

  /** Lets others be asked for everything that a peer was asked for. */
  #takeBack (peer: ReplicationPeer, replicator: Replicator): void {
    this.#onStalled(peer)
    if (replicator._manifestPeer === peer) replicator._manifestPeer = null
    let wanted: number | null = null
    for (const request of [...replicator._inflight].filter(request => request.peer === peer)) {
      wanted ??= request.block?.index ?? null
      peer._cancelRequest(request)
      replicator._onnodata(peer, request, 0)
    }
    if (wanted !== null && wanted < replicator.core.state.length) this.#askWidely(replicator, wanted)
    replicator.queueUpdateAll()
  }

  /** Where most are silent, one who is not is found sooner; the others are told when the block has come. */
  #askWidely (replicator: Replicator, index: number): void {
    const block = replicator._blocks.get(index)
    if (!block) return
    const idle = replicator.peers.filter(peer => this.#conductOf(peer).isIdle && !this.#isLeftOut(peer, replicator) && !peer.removed)
    for (const peer of idle.sort(() => Math.random() - 0.5).slice(0, OTHERS)) peer._requestBlock(block)
  }
}
