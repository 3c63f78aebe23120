import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Ends } from './namespaces.ts'

export interface Trap {
  port: number
  /** The first line of each connection; empty where nothing was said. */
  caught: string[]
}

/** Listens on loopback in place of everybody else: a browser to which every name is this one reaches nobody, and is heard when it tries. */
export async function openTrap (ends: Ends): Promise<Trap> {
  const caught: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    const number = caught.push('') - 1
    socket.once('data', data => {
      caught[number] = data.toString('latin1').split('\r\n', 1)[0]!
      socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\nseen')
    })
    socket.on('error', () => {}) // whoever called may go at any time
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  ends.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise<void>(resolve => server.close(() => resolve()))
  })
  return { port: (server.address() as AddressInfo).port, caught }
}
