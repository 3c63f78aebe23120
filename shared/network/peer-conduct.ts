import type { ReplicationPeer, Replicator } from 'hypercore'

/** So long may an answer take while nothing comes from a peer at all, and while something comes, but no answer. */
const SILENT_MS = 2_000
const SLOW_MS = 5_000
/** What comes between two looks and is more than keeping the connection alive. */
const SIGN_OF_LIFE_BYTES = 512
/** So long is left alone who stalled and has given blocks before: it may have had a bad moment. */
const GIVER_REST_MS = 5_000
/** And who has given none: twice as long each time. */
const REST_MS = 10_000
const REST_MOST_MS = 2 * 60_000

/** Nothing; that it answers; that it gives blocks whose proof holds. */
export type Shown = 0 | 1 | 2

/** Milliseconds that never jump, as the time of day may. */
export type Clock = () => number

/** How one connection has dealt with what it was asked for, on all the cores that it shares. */
export class PeerConduct {
  readonly cores = new Map<ReplicationPeer, Replicator>()
  shown: Shown = 0
  /** It was given blocks. */
  hasTaken = false
  #now: Clock
  #waiting = new Map<ReplicationPeer, Set<number>>()
  #probed = new Set<ReplicationPeer>()
  /** When the oldest request began to wait, or the last answer came. */
  #answeredMs = -Infinity
  #heardMs = -Infinity
  #heardBytes = 0
  #restedMs = -Infinity
  #restsUntilMs = -Infinity
  #rests = 0
  #onAnswering: () => void

  /** @param onAnswering it has answered for the first time */
  constructor (now: Clock, onAnswering: () => void) {
    this.#now = now
    this.#onAnswering = onAnswering
  }

  /** Wraps handlers of one core's peer. */
  add (peer: ReplicationPeer, replicator: Replicator): void {
    const { wireRequest, wireCancel, wireData, ondata, onnodata } = peer
    const waiting = new Set<number>()
    /** What is asked of others, and may be on its way all the same. */
    const takenBack = new Set<number>()
    for (const other of this.cores.keys()) if (other.removed) this.#forget(other)
    this.cores.set(peer, replicator)
    this.#waiting.set(peer, waiting)
    peer.wireRequest = {
      ...wireRequest,
      send: message => {
        takenBack.delete(message.id)
        // 0 is none of those that the replicator waits for. What it has not got yet it can't give: see spreading/easing.ts.
        if (message.id !== 0 && (!message.block || peer._remoteHasBlock(message.block.index))) {
          if (this.isIdle) this.#answeredMs = this.#heardMs = this.#now()
          waiting.add(message.id)
        }
        return wireRequest.send(message)
      }
    }
    peer.wireCancel = {
      ...wireCancel,
      send: message => {
        if (waiting.delete(message.request)) takenBack.add(message.request)
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
      const { request, block } = message
      const wasAsked = waiting.delete(request) || takenBack.delete(request) || (request === 0 && this.#probed.has(peer))
      if (wasAsked) this.#answered(block?.value ? 'with a block' : 'without')
      await ondata.call(peer, message)
    }
    peer.onnodata = message => {
      if (waiting.delete(message.request)) this.#answeredMs = this.#now()
      else if (message.request === 0 && this.#probed.has(peer)) this.#answered('without')
      onnodata.call(peer, message)
    }
  }

  #answered (how: 'with a block' | 'without'): void {
    this.#answeredMs = this.#now()
    // It was slow, and not silent.
    if (how === 'with a block') this.#restsUntilMs = -Infinity
    if (this.shown > 0) return
    this.shown = 1
    this.#onAnswering()
  }

  /** The proof of a block that it has given holds. */
  gave (): void {
    this.shown = 2
    this.#rests = 0
  }

  get isIdle (): boolean { return [...this.#waiting.values()].every(({ size }) => size === 0) }

  get isResting (): boolean { return this.#restsUntilMs > this.#now() }

  /** So long something was not answered. */
  get waitedMs (): number { return this.isIdle ? 0 : this.#now() - this.#answeredMs }

  /** This node itself was late by so much, and may not have heard what had come. */
  forgive (lateMs: number): void {
    const nowMs = this.#now()
    this.#answeredMs = Math.min(nowMs, this.#answeredMs + lateMs)
    this.#heardMs = Math.min(nowMs, this.#heardMs + lateMs)
    this.#restedMs = Math.min(nowMs, this.#restedMs + lateMs)
  }

  /** To be asked again and again: whether something has come between. Of one that stalls on, every few seconds anew. */
  hasStalled ({ rawBytesRead }: ReplicationPeer['stream']): boolean {
    const nowMs = this.#now()
    if (rawBytesRead - this.#heardBytes >= SIGN_OF_LIFE_BYTES) this.#heardMs = nowMs
    this.#heardBytes = rawBytesRead
    if (this.isIdle) return false
    const sinceMs = Math.max(this.#answeredMs, this.#restedMs)
    return nowMs - sinceMs > SLOW_MS || nowMs - Math.max(this.#heardMs, sinceMs) > SILENT_MS
  }

  rest (): void {
    const nowMs = this.#restedMs = this.#now()
    // Asked although it rests, because there was nobody else, it is not to blame twice.
    if (this.isResting) return
    this.#restsUntilMs = nowMs + (this.shown === 2 ? GIVER_REST_MS : Math.min(REST_MOST_MS, REST_MS * 2 ** this.#rests++))
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
