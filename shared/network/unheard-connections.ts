import type { Connection } from 'hyperswarm'
import type Hyperswarm from 'hyperswarm'

/** Whoever has called says something at once. */
const PATIENCE_MS = 10_000

/**
 * Keeps a new connection, by which nothing has come yet, from taking the place of one with the same node: who repeats the call of
 * another node can make one, and can say nothing by it. Of two nodes that call each other at once, Hyperswarm itself chooses.
 */
export function holdUnheard ({ server, connections }: Pick<Hyperswarm, 'server' | 'connections'>): void {
  const onConnection = server.onconnection.bind(server)
  const othersOf = (key: Buffer): Connection[] => [...connections].filter(({ remotePublicKey }) => remotePublicKey.equals(key))
  server.onconnection = connection => {
    const { remotePublicKey: key } = connection
    if (othersOf(key).every(other => other.isInitiator && other.rawBytesRead === 0)) return onConnection(connection)
    const complain = (): void => {} // it may end before anybody is told of it
    const letIn = (): void => {
      if (connection.destroying) return
      connection.removeListener('error', complain)
      onConnection(connection)
    }
    connection.on('error', complain)
    connection.setTimeout(PATIENCE_MS)
    connection.once('readable', () => {
      connection.setTimeout(0)
      // By their keys, Hyperswarm might keep the silent one.
      const silent = othersOf(key).find(other => !other.isInitiator && other.rawBytesRead === 0)
      if (!silent) return letIn()
      silent.once('close', letIn)
      silent.destroy()
    })
  }
}
