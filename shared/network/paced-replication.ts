import type Corestore from 'corestore'
import type { ReplicationPeer } from 'hypercore'
import { BLOCK_BYTES } from '../format/limits.ts'
import type { Pace } from './pace.ts'

/** How fast a core's blocks may go to others and come from them; all of the paces count. */
export interface CorePaces { up: Pace[], down: Pace[] }

/**
 * Holds back blocks that go out and requests for blocks, for the cores that have a pace. Wraps handlers of hypercore
 * 11.37.1 (`lib/replicator.js`, class Peer).
 *
 * @param pacesOf by the core's key in hex; null: as fast as can be
 */
export function paceReplication (store: Corestore, pacesOf: (coreKey: string) => CorePaces | null): void {
  store.watch(core => {
    const addPeer = core.replicator._addPeer.bind(core.replicator)
    core.replicator._addPeer = peer => {
      pacePeer(peer, () => core.key === null ? null : pacesOf(core.key.toString('hex')))
      addPeer(peer)
    }
  })
}

function pacePeer (peer: ReplicationPeer, paces: () => CorePaces | null): void {
  const { onrequest, oncancel, ondata, onnodata, wireData, wireNoData, wireRequest } = peer
  const waiting = new Set<number>()
  const [up, down] = [new Reserved(), new Reserved()]

  peer.onrequest = async message => {
    const held = message.block ? paces()?.up ?? [] : []
    if (held.length === 0) return await onrequest.call(peer, message)
    waiting.add(message.id)
    // Not awaited: what comes after it on the connection does not wait for it.
    void (async () => {
      await up.reserve(message.id, held)
      // Cancelled meanwhile, or nobody is there any more.
      if (waiting.delete(message.id) && !peer.removed) await onrequest.call(peer, message)
      else up.settle(message.id, 0)
    })().catch((error: unknown) => peer.stream.destroy(error as Error))
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
      void down.reserve(message.id, held).then(() => {
        if (!peer.removed) wireRequest.send(message)
      })
      return true
    }
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

  /** Returns when a request may go. */
  async reserve (id: number, paces: Pace[]): Promise<void> {
    for (const pace of paces) await pace.turn(BLOCK_BYTES)
    this.#paces.set(id, paces)
  }

  /** It was so much. @returns false for a request that took nothing before */
  settle (id: number, bytes: number): boolean {
    const paces = this.#paces.get(id)
    this.#paces.delete(id)
    for (const pace of paces ?? []) pace.spend(bytes - BLOCK_BYTES)
    return paces !== undefined
  }
}
