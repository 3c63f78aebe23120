import type { FastifyInstance } from 'fastify'
import type { AddressInfo } from 'node:net'

/** Listens, and gives the address as one opens it. */
export async function listenOn (app: FastifyInstance, host: string, port: number): Promise<string> {
  await app.listen({ host, port })
  const { address, family, port: bound } = app.server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`
}

/** Listens on a port, or on any free one when it is taken; gives which. */
export async function listenFrom (app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    await app.listen({ host, port: 0 })
  }
  return portOf(app)
}

export function portOf (app: FastifyInstance): number {
  return (app.server.address() as AddressInfo).port
}
