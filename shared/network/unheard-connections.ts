import type { Connection } from 'hyperswarm'
import type Hyperswarm from 'hyperswarm'

/** Whoever has called says something at once. */
const PATIENCE_MS = 10_000
/** So many are held of one node, which has fallen and called again, and so many in all: they count nowhere else. */
const OF_ONE = 2
const IN_ALL = 32

/**
 * Keeps a new connection, by which nothing has come yet, from taking the place of one with the same node: who repeats the call of
 * another node can make one, and can say nothing by it. Of two nodes that call each other at once, Hyperswarm itself chooses.
 */
export function holdUnheard ({ server, connections }: Pick<Hyperswarm, 'server' | 'connections'>, patienceMs = PATIENCE_MS): void {
  const onConnection = server.onconnection.bind(server)
  const held = new HeldConnections(patienceMs)
  const othersOf = (key: Buffer): Connection[] => [...connections].filter(({ remotePublicKey }) => remotePublicKey.equals(key))
  server.onconnection = connection => {
    const { remotePublicKey: key } = connection
    if (othersOf(key).every(other => other.isInitiator && other.rawBytesRead === 0)) return onConnection(connection)
    const letGo = held.hold(connection)
    const letIn = (): void => {
      if (connection.destroying) return
      letGo()
      onConnection(connection)
    }
    connection.once('readable', () => {
      // By their keys, Hyperswarm might keep the silent one.
      const silent = othersOf(key).find(other => !other.isInitiator && other.rawBytesRead === 0)
      if (!silent) return letIn()
      silent.once('close', letIn)
      silent.destroy()
    })
  }
}

/** Connections of which nobody has been told. They end when they are held for too long, and the oldest when they are too many. */
class HeldConnections {
  #patienceMs: number
  /** The oldest first. */
  #held = new Set<Connection>()

  constructor (patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** Gives what is to be called when somebody else sees to it. */
  hold (connection: Connection): () => void {
    endFirst([...this.#held].filter(({ remotePublicKey }) => remotePublicKey.equals(connection.remotePublicKey)), OF_ONE)
    endFirst([...this.#held], IN_ALL)
    // A timer of its own: that of the connection begins anew at each sign that it is there, of which none makes it readable.
    const timer = setTimeout(() => connection.destroy(), this.#patienceMs).unref()
    const complain = (): void => {} // it may end before anybody is told of it
    const letGo = (): void => {
      clearTimeout(timer)
      this.#held.delete(connection)
      connection.removeListener('error', complain)
      connection.removeListener('close', letGo)
    }
    this.#held.add(connection)
    connection.on('error', complain)
    connection.once('close', letGo)
    return letGo
  }
}

/** One more will have room. */
function endFirst (connections: Connection[], most: number): void {
  for (const connection of connections.slice(0, Math.max(0, connections.length - most + 1))) connection.destroy()
}
