import type { Peer } from './peer.ts'

/** A node that did not answer is not dialled again before this. */
const REST_MS = 10 * 60_000

export interface DiallingLimits {
  /** Nodes that are dialled at once. */
  atOnce: number
  /** So long without an answer. */
  patienceMs: number
}

/** Dials nodes that others told of, a few at a time: most of what a stranger tells may not exist. */
export class Dialling {
  #peer: Peer
  #limits: DiallingLimits
  /** Noise key in hex -> since when it is dialled. */
  #dialled = new Map<string, number>()
  /** Noise key in hex -> until when it is left alone. */
  #resting = new Map<string, number>()

  constructor (peer: Peer, limits: DiallingLimits) {
    this.#peer = peer
    this.#limits = limits
  }

  dial (key: Uint8Array, isConnected: (id: string) => boolean): void {
    this.#giveUpOld(isConnected)
    const id = Buffer.from(key).toString('hex')
    if (isConnected(id) || this.#dialled.has(id) || this.#resting.has(id) || this.#dialled.size >= this.#limits.atOnce || this.#peer.isSelf(key)) return
    this.#dialled.set(id, performance.now())
    this.#peer.dial(key)
  }

  /** The connection to a node has ended. */
  ended (key: Buffer): void {
    if (this.#dialled.delete(key.toString('hex'))) this.#peer.stopDialling(key)
  }

  #giveUpOld (isConnected: (id: string) => boolean): void {
    const now = performance.now()
    for (const [id, untilMs] of this.#resting) if (untilMs < now) this.#resting.delete(id)
    for (const [id, sinceMs] of this.#dialled) {
      if (isConnected(id) || now - sinceMs < this.#limits.patienceMs) continue
      this.#dialled.delete(id)
      this.#resting.set(id, now + REST_MS)
      this.#peer.stopDialling(Buffer.from(id, 'hex'))
    }
  }
}
