import type Corestore from 'corestore'
import type { ReplicationPeer, Replicator } from 'hypercore'
import { type Clock, PeerConduct } from './peer-conduct.ts'
import { watchPeers } from './watch-peers.ts'

const LOOK_MS = 250
/** So long after a stall, who has shown less than others is asked for nothing. */
const WARY_MS = 10_000
/** So long may take who has never answered before all who never did are asked for a sign, and left out for those who give one… */
const DOUBT_MS = 500
/** …for so long: those who have something to give answer, and are left out no longer than that takes. */
const DOUBTS_MS = 2 * 60_000
/** While wary, who has shown less than others gives back after this what it was asked for. */
const WARY_WAIT_MS = 500
/** So many others are asked at once for a block that did not come. */
const OTHERS = 8

type Stream = ReplicationPeer['stream']

/**
 * Lets others give what a connection was asked for that does not answer, and asks nothing more of it for a while, as long
 * as somebody else has what is wanted. Left to itself, hypercore 11.37.1 (`lib/replicator.js`) asks one peer alone for the
 * end of a core and waits for ever; and where many are silent, one of them after the other. So as soon as one that never
 * answered takes long, all of its kind are asked for a sign, and those that give none are left out together.
 *
 * No connection is ended: an honest peer may be slow, or its machine busy, and those who were never slow may be mute. So
 * who has given blocks is left out for those alone who have given some, too; it is asked again after a few seconds, and at
 * once when nobody else is left, or when it answers after all. What a stalled peer was asked for is asked of others in any
 * case. And nobody is blamed for the time in which this node itself was late.
 */
export class StalledPeers {
  #conducts = new Map<Stream, PeerConduct>()
  #waryUntilMs = -Infinity
  #doubtsUntilMs = -Infinity
  /** Runs {@link #relieve} next, because one that never answered has. */
  #relief: NodeJS.Immediate | null = null
  /** Nothing is asked of anybody. */
  #isHeld = false
  #store: Corestore
  #now: Clock
  #lookedMs: number
  #timer: NodeJS.Timeout
  #onStalled: (peer: ReplicationPeer) => void

  /** To be made after what else wraps the peers of a store: so it sees what really goes out. */
  constructor (store: Corestore, onStalled: (peer: ReplicationPeer) => void, now: Clock = () => performance.now()) {
    this.#store = store
    this.#onStalled = onStalled
    this.#now = now
    this.#lookedMs = now()
    watchPeers(store, (peer, { replicator }) => this.#watch(replicator, peer))
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref()
  }

  close (): void {
    clearInterval(this.#timer)
    if (this.#relief) clearImmediate(this.#relief)
  }

  /** Asks nothing of anybody, as when there is no room for it, until that is over. What was asked for still comes. */
  hold (isHeld: boolean): void {
    this.#isHeld = isHeld
    if (!isHeld) for (const { replicator } of this.#store.cores.map.values()) if (!replicator.destroyed) replicator.queueUpdateAll()
  }

  /** Whether it has answered anything, or was given blocks. */
  isUseful (connection: Stream): boolean {
    const conduct = this.#conducts.get(connection)
    return conduct !== undefined && (conduct.shown > 0 || conduct.hasTaken)
  }

  /** A block has come by a connection whose proof holds. */
  gave (connection: Stream): void {
    this.#conducts.get(connection)?.gave()
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
    const conduct = new PeerConduct(this.#now, () => this.#relieveSoon())
    this.#conducts.set(stream, conduct)
    stream.once('close', () => this.#conducts.delete(stream))
    return conduct
  }

  get #isWary (): boolean { return this.#waryUntilMs > this.#now() }
  get #doubts (): boolean { return this.#doubtsUntilMs > this.#now() }

  #isLeftOut (peer: ReplicationPeer, { peers, core }: Replicator): boolean {
    const { isResting, shown } = this.#conductOf(peer)
    if (!isResting && !this.#isWary && (shown > 0 || !this.#doubts)) return false
    return peers.some(other => {
      if (other === peer) return false
      const conduct = this.#conductOf(other)
      const isBetter = !conduct.isResting && (isResting ? shown < 2 || conduct.shown === 2 : conduct.shown > shown)
      return isBetter && hasAllOf(other, peer, core.state.length)
    })
  }

  /** Takes place four times a second. */
  look (): void {
    const nowMs = this.#now()
    const lateMs = nowMs - this.#lookedMs - LOOK_MS
    this.#lookedMs = nowMs
    if (lateMs > 0) for (const conduct of this.#conducts.values()) conduct.forgive(lateMs)
    const stalled = [...this.#conducts].filter(([stream, conduct]) => conduct.hasStalled(stream)).map(([, conduct]) => conduct)
    for (const conduct of stalled) conduct.rest()
    if (stalled.length > 0) this.#waryUntilMs = nowMs + WARY_MS
    if (stalled.length > 0 || this.#some(({ shown, waitedMs }) => shown === 0 && waitedMs > DOUBT_MS)) this.#doubtsUntilMs = nowMs + DOUBTS_MS
    if (!this.#doubts) return
    for (const conduct of this.#conducts.values()) if (conduct.shown === 0 && !conduct.isResting) conduct.probe()
    this.#relieve(stalled)
  }

  #some (is: (conduct: PeerConduct) => boolean): boolean { return [...this.#conducts.values()].some(is) }

  /** One that never answered has: what others were asked for in vain need not wait for the next look. */
  #relieveSoon (): void {
    if (this.#doubts) this.#relief ??= setImmediate(() => { this.#relief = null; this.#relieve([]) })
  }

  #relieve (stalled: PeerConduct[]): void {
    for (const conduct of this.#conducts.values()) {
      const isStalled = stalled.includes(conduct)
      if (!isStalled && conduct.waitedMs < WARY_WAIT_MS) continue
      for (const [peer, replicator] of conduct.cores) {
        if (peer.removed) continue
        if (this.#isLeftOut(peer, replicator) || (isStalled && hasOther(peer, replicator))) this.#takeBack(peer, replicator)
      }
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
    if (!block || this.#isHeld) return
    const idle = replicator.peers.filter(peer => this.#conductOf(peer).isIdle && !this.#isLeftOut(peer, replicator) && !peer.removed)
    for (const peer of idle.sort(() => Math.random() - 0.5).slice(0, OTHERS)) peer._requestBlock(block)
  }
}

/** Of what is proved to exist, it says to have all that another one says to have from the first block on. */
function hasAllOf (peer: ReplicationPeer, other: ReplicationPeer, provedLength: number): boolean {
  return peer.remoteLength > 0 && peer.remoteContiguousLength >= Math.min(provedLength, other.remoteContiguousLength)
}

function hasOther (peer: ReplicationPeer, { peers }: Replicator): boolean {
  return peers.some(other => other !== peer && other.remoteLength > 0)
}
