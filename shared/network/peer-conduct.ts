import type { ReplicationPeer, Replicator } from 'hypercore'

/** So long may an answer take while nothing comes from a peer at all, and while something comes, but no answer. */
const SILENT_MS = 2_000
const SLOW_MS = 5_000
/** What comes between two looks and is more than keeping the connection alive. */
const SIGN_OF_LIFE_BYTES = 512
/** So long nothing is asked of one that stalled: twice as long each time, until it has answered. */
const REST_MS = 10_000
const REST_MOST_MS = 10 * 60_000

/** Nothing; that it answers; that it gives blocks. */
export type Shown = 0 | 1 | 2

/** How one connection has dealt with what it was asked for, on all the cores that it shares. */
export class PeerConduct {
  readonly cores = new Map<ReplicationPeer, Replicator>()
  shown: Shown = 0
  /** It was given blocks. */
  hasTaken = false
  #waiting = new Map<ReplicationPeer, Set<number>>()
  #probed = new Set<ReplicationPeer>()
  /** When the oldest request began to wait, or the last answer came. */
  #answeredMs = 0
  #heardMs = 0
  #heardBytes = 0
  #restsUntilMs = 0
  #rests = 0

  /** Wraps handlers of one core's peer. */
  add (peer: ReplicationPeer, replicator: Replicator): void {
    const { wireRequest, wireCancel, wireData, ondata, onnodata } = peer
    const waiting = new Set<number>()
    for (const other of this.cores.keys()) if (other.removed) this.#forget(other)
    this.cores.set(peer, replicator)
    this.#waiting.set(peer, waiting)
    peer.wireRequest = {
      ...wireRequest,
      send: message => {
        if (this.isIdle) this.#answeredMs = this.#heardMs = Date.now()
        // 0 is none of those that the replicator waits for.
        if (message.id !== 0) waiting.add(message.id)
        return wireRequest.send(message)
      }
    }
    peer.wireCancel = {
      ...wireCancel,
      send: message => {
        waiting.delete(message.request)
        return wireCancel.send(message)
      }
    }
    peer.wireData = {
      ...wireData,
      send: message => {
        if (message.block?.value) this.hasTaken = true
        return wireData.send(message)
      }
    }
    peer.ondata = async message => {
      this.#answered(waiting.delete(message.request) || (message.request === 0 && this.#probed.has(peer)), message.block?.value ? 2 : 1)
      await ondata.call(peer, message)
    }
    peer.onnodata = message => {
      this.#answered(waiting.delete(message.request), 0)
      onnodata.call(peer, message)
    }
  }

  #answered (wasAsked: boolean, shown: Shown): void {
    if (!wasAsked) return
    this.#answeredMs = Date.now()
    this.#rests = 0
    this.shown = shown > this.shown ? shown : this.shown
  }

  get isIdle (): boolean { return [...this.#waiting.values()].every(({ size }) => size === 0) }

  get isResting (): boolean { return this.#restsUntilMs > Date.now() }

  /** So long something was not answered. */
  get waitedMs (): number { return this.isIdle ? 0 : Date.now() - this.#answeredMs }

  /** To be asked again and again: whether something has come between. */
  hasStalled ({ rawBytesRead }: ReplicationPeer['stream']): boolean {
    const nowMs = Date.now()
    if (rawBytesRead - this.#heardBytes >= SIGN_OF_LIFE_BYTES) this.#heardMs = nowMs
    this.#heardBytes = rawBytesRead
    if (this.isResting || this.isIdle) return false
    return this.waitedMs > SLOW_MS || nowMs - Math.max(this.#heardMs, this.#answeredMs) > SILENT_MS
  }

  rest (): void {
    this.#restsUntilMs = Date.now() + Math.min(REST_MOST_MS, REST_MS * 2 ** this.#rests)
    this.#rests++
  }

  /** Asks for something small that nobody waits for, to see whether it answers. Once for each core. */
  probe (): void {
    for (const peer of this.cores.keys()) {
      if (peer.removed || peer.remoteLength === 0 || this.#probed.has(peer)) continue
      this.#probed.add(peer)
      peer.wireRequest.send({ id: 0, fork: peer.remoteFork, block: null, hash: null, seek: null, upgrade: { start: 0, length: peer.remoteLength } })
    }
  }

  #forget (peer: ReplicationPeer): void {
    this.cores.delete(peer)
    this.#waiting.delete(peer)
    this.#probed.delete(peer)
  }
}
