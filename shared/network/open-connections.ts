import type { Connection } from 'hyperswarm'

/**
 * The connections that are open. Two nodes may meet in the local network and over the DHT at once, and call each other at
 * the same time: then one connection is kept, the same on both sides.
 */
export class OpenConnections {
  /** Connection -> whether it came about in the local network. */
  #open = new Map<Connection, boolean>()

  get size (): number { return this.#open.size }

  has (key: string): boolean {
    return [...this.#open.keys()].some(({ remotePublicKey }) => remotePublicKey.toString('hex') === key)
  }

  /** Takes one in, and ends those that it stands for; false: there is a better one. */
  add (connection: Connection, isLan: boolean): boolean {
    const others = [...this.#open].filter(([{ remotePublicKey }]) => remotePublicKey.equals(connection.remotePublicKey))
    if (isLan && others.some(([other, isOtherLan]) => !isOtherLan || isBetter(other, connection))) return false
    this.#open.set(connection, isLan)
    connection.once('close', () => this.#open.delete(connection))
    // Hyperswarm itself chooses among its own.
    for (const [other, isOtherLan] of others) if (isOtherLan) other.destroy()
    return true
  }
}

/** Of two in the local network the one counts that was made by the node with the smaller key; of two by one node, the later. */
function isBetter (a: Connection, b: Connection): boolean {
  if (a.isInitiator === b.isInitiator) return false
  return a.isInitiator === (Buffer.compare(a.publicKey, a.remotePublicKey) < 0)
}
