import type Corestore from 'corestore'
import type { ReplicationPeer, WireRequest } from 'hypercore'
import { AppError } from '../errors.ts'
import { BLOCK_BYTES } from '../format/limits.ts'
import type { Pace } from './pace.ts'
import { watchPeers } from './watch-peers.ts'

/** How fast a core's blocks may go to others and come from them; all of the paces count. */
export interface CorePaces { up: Pace[], down: Pace[] }

/**
 * Holds back blocks that go out and requests for blocks, for the cores that have a pace. Wraps handlers of hypercore
 * 11.37.1 (`lib/replicator.js`, class Peer).
 *
 * @param pacesOf by the core's key in hex; null: as fast as can be
 */
export function paceReplication (store: Corestore, pacesOf: (coreKey: string) => CorePaces | null): void {
  watchPeers(store, (peer, core) => pacePeer(peer, () => core.key === null ? null : pacesOf(core.key.toString('hex'))))
}

/** Requests of one peer that wait for their turn; an honest one has fewer. */
const WAITING_MOST = 4_096

function pacePeer (peer: ReplicationPeer, paces: () => CorePaces | null): void {
  const { onrequest, oncancel, ondata, onnodata, wireData, wireNoData, wireRequest, wireCancel } = peer
  /** Requests of the other side, one of which waits for its turn among those of all. */
  const waiting = new Map<number, WireRequest>()
  /** Requests of this side that wait. */
  const asking = new Map<number, WireRequest>()
  const [up, down] = [new Reserved(), new Reserved()]
  let isServing = false

  const serve = async (): Promise<void> => {
    if (isServing) return
    isServing = true
    while (waiting.size > 0 && !peer.removed) {
      const [id, message] = waiting.entries().next().value!
      // Taken back meanwhile, or nobody is there any more.
      const isOver = (): boolean => peer.removed || waiting.get(id) !== message
      if (!await up.reserve(id, paces()?.up ?? [], isOver)) continue
      if (isOver()) {
        up.settle(id, 0)
        continue
      }
      waiting.delete(id)
      await onrequest.call(peer, message)
    }
    isServing = false
  }

  peer.onrequest = async message => {
    if (!message.block || (waiting.size === 0 && !paces()?.up.length)) return await onrequest.call(peer, message)
    if (waiting.size === WAITING_MOST) throw new AppError('TOO_MANY_REQUESTS', 'The peer asks for more than an honest one would.')
    waiting.set(message.id, message)
    // Not awaited: what comes after it on the connection does not wait for it.
    void serve().catch((error: unknown) => peer.stream.destroy(error as Error))
  }
  peer.oncancel = message => {
    if (!waiting.delete(message.request)) up.settle(message.request, 0)
    oncancel.call(peer, message)
  }
  peer.wireData = {
    ...wireData,
    send: message => {
      const bytes = message.block?.value?.byteLength ?? 0
      if (!up.settle(message.request, bytes)) for (const pace of paces()?.up ?? []) pace.spend(bytes)
      return wireData.send(message)
    }
  }
  peer.wireNoData = {
    ...wireNoData,
    send: message => {
      up.settle(message.request, 0)
      return wireNoData.send(message)
    }
  }
  peer.wireRequest = {
    ...wireRequest,
    send: message => {
      const held = message.block ? paces()?.down ?? [] : []
      if (held.length === 0) return wireRequest.send(message)
      asking.set(message.id, message)
      const isOver = (): boolean => peer.removed || asking.get(message.id) !== message
      void down.reserve(message.id, held, isOver).then(isTaken => {
        if (!isTaken) return
        if (isOver()) return void down.settle(message.id, 0)
        asking.delete(message.id)
        wireRequest.send(message)
      })
      return true
    }
  }
  peer.wireCancel = {
    ...wireCancel,
    send: message => asking.delete(message.request) || wireCancel.send(message)
  }
  peer.ondata = async message => {
    const bytes = message.block?.value?.byteLength
    if (!down.settle(message.request, bytes ?? 0) && bytes !== undefined) for (const pace of paces()?.down ?? []) pace.spend(bytes)
    return await ondata.call(peer, message)
  }
  peer.onnodata = message => {
    down.settle(message.request, 0)
    onnodata.call(peer, message)
  }
}

/** What requests have taken of their paces before it shows how much they are: a whole block each. */
class Reserved {
  #paces = new Map<number, Pace[]>()

  /**
   * Returns when a request may go.
   *
   * @returns false: it is over, and nothing is taken
   */
  async reserve (id: number, paces: Pace[], isOver: () => boolean): Promise<boolean> {
    for (const [i, pace] of paces.entries()) {
      if (await pace.turn(BLOCK_BYTES, isOver)) continue
      for (const taken of paces.slice(0, i)) taken.spend(-BLOCK_BYTES)
      return false
    }
    this.#paces.set(id, paces)
    return true
  }

  /** It was so much. @returns false for a request that took nothing before */
  settle (id: number, bytes: number): boolean {
    const paces = this.#paces.get(id)
    this.#paces.delete(id)
    for (const pace of paces ?? []) pace.spend(bytes - BLOCK_BYTES)
    return paces !== undefined
  }
}
