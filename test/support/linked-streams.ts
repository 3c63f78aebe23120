import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import SecretStream from '@hyperswarm/secret-stream'
import type { Connection } from 'hyperswarm'
import type { Test } from 'tap'
import { createDriveKeys } from '../../shared/network/drive-writer.ts'

export interface LinkedStreams {
  one: Connection
  other: Connection
  /** The other one reads nothing from now on. */
  hold: () => void
  /** It reads again. */
  release: () => void
}

/** Both ends of an encrypted connection, over a real socket, whose other side may be slow to read. */
export async function linkedStreams (t: Test): Promise<LinkedStreams> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const theirs = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
  const [own] = await once(server, 'connection') as [Socket]
  t.teardown(() => {
    for (const socket of [own, theirs]) socket.destroy()
    server.close()
  })
  const streamOver = (socket: Socket, isInitiator: boolean): Connection => {
    const stream = new SecretStream(isInitiator, socket, { keyPair: createDriveKeys() }) as unknown as Connection
    for (const part of [stream, socket]) part.on('error', () => {}) // some are cut off on purpose
    return stream
  }
  return { one: streamOver(own, false), other: streamOver(theirs, true), hold: () => { theirs.pause() }, release: () => { theirs.resume() } }
}
