import type { InflightRequest, InnerCore } from 'hypercore'
import type { Neighbour } from './neighbour.ts'

/** Hypercore's own priority of a block of a range. */
const NORMAL = 0

/** Which block was asked of whom: of one at a time. Requests go through Hypercore, which checks and stores what comes. */
export class AskedBlocks {
  #core: InnerCore
  #asked = new Map<number, Neighbour>()

  constructor (core: InnerCore) {
    this.#core = core
  }

  /** By us, or by Hypercore itself, of a node that does not speak our channel. */
  has (block: number): boolean {
    const inflight = this.#core.replicator._blocks.get(block)?.inflight ?? []
    const asked = this.#asked.get(block)?.asked.get(block)
    // It was taken back of one who does not answer.
    if (asked && !inflight.includes(asked.request)) this.forget(block)
    return inflight.length > 0
  }

  ask (neighbour: Neighbour, block: number): void {
    const { peer } = neighbour
    const tracked = this.#core.replicator._blocks.add(block, NORMAL, false)
    const request: InflightRequest = {
      peer,
      rt: peer.roundtripQueue?.tick ?? 0,
      id: 0,
      fork: this.#core.state.fork,
      block: null,
      hash: null,
      seek: null,
      upgrade: null,
      manifest: false,
      priority: NORMAL,
      timestamp: Date.now(),
      elapsed: 0
    }
    neighbour.asked.set(block, { request, sinceMs: performance.now() })
    this.#asked.set(block, neighbour)
    peer._sendBlockRequest(request, tracked)
  }

  takeBack (neighbour: Neighbour, block: number): void {
    const asked = neighbour.asked.get(block)
    this.forget(block)
    if (!asked || neighbour.peer.removed) return
    this.#core.replicator._clearRequest(neighbour.peer, asked.request)
    neighbour.peer._cancelRequest(asked.request)
  }

  /** It has come, or will not. */
  forget (block: number): void {
    this.#asked.get(block)?.asked.delete(block)
    this.#asked.delete(block)
  }
}
