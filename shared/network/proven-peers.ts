import type { Connection } from 'hyperswarm'

/** So many are remembered. */
const MOST = 4_096

/** Peers that have given blocks, of newsletters that are here, whose proof holds, or have shown that they hold them: places are kept for them. */
export class ProvenPeers {
  /** Key in hex -> how much it was asked for and gave, in bytes. Who came last stands last. */
  #given = new Map<string, number>()
  /** Keys in hex of those who have given something by a connection. */
  #giving = new WeakMap<Connection, string>()
  #onProven: (connection: Connection) => void

  /** @param onProven told at the first block that comes by a connection */
  constructor (onProven: (connection: Connection) => void) {
    this.#onProven = onProven
  }

  /** @param sizeBytes 0: it came unasked, or was only shown to be there */
  gave (connection: Connection, sizeBytes: number): void {
    const known = this.#giving.get(connection)
    const key = known ?? connection.remotePublicKey.toString('hex')
    const given = this.givenBy(key) + Math.max(1, sizeBytes)
    if (known === undefined) this.#given.delete(key) // it stands last from now on
    this.#given.set(key, given)
    if (known !== undefined) return
    this.#giving.set(connection, key)
    this.#forgetOldest()
    this.#onProven(connection)
  }

  /** It was proven before this node was started. */
  remember (key: string): void {
    if (!this.#given.has(key)) this.#given.set(key, 1)
    this.#forgetOldest()
  }

  /** Bytes; 0: nothing is known to its credit. */
  givenBy (key: string): number { return this.#given.get(key) ?? 0 }

  #forgetOldest (): void {
    if (this.#given.size > MOST) this.#given.delete(this.#given.keys().next().value!)
  }
}
