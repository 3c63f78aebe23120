import type { FastifyInstance } from 'fastify'
import type { Socket } from 'node:net'

const LOOK_MS = 1_000
/** Counted in looks, so that a machine that did nothing for a while ends nobody who had begun to speak meanwhile. */
const SILENT_LOOKS = 6
/** Shorter than it is: a client that keeps to it does not ask just when its connection is ended. */
const TOLD_SECONDS = 4

/**
 * Ends connections on which no request begins, be it the first one or the next. The rest of a body that nobody waits for is
 * silence, as after a refusal, and so are blank lines, for which Node starts its own clocks anew.
 */
export function endSilent (app: FastifyInstance): void {
  const connections = new Map<Socket, { underway: number, looks: number }>()

  app.server.on('connection', socket => {
    connections.set(socket, { underway: 0, looks: 0 })
    socket.once('close', () => connections.delete(socket))
  })
  app.server.on('request', ({ socket }, response) => {
    const connection = connections.get(socket)
    if (!connection) return
    connection.underway++
    response.once('close', () => {
      connection.underway--
      connection.looks = 0
    })
  })
  const looking = setInterval(() => {
    for (const [socket, connection] of connections) {
      if (connection.underway === 0 && ++connection.looks > SILENT_LOOKS) socket.destroy()
    }
  }, LOOK_MS).unref()
  app.addHook('onClose', async () => clearInterval(looking))
  app.addHook('onRequest', async (_request, reply) => { reply.header('keep-alive', `timeout=${TOLD_SECONDS}`) })
}
