import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isIPv6, type Socket } from 'node:net'

/** Whoever takes less of what waits for them, from one look to the next, does not want it. */
const LEAST_BYTES = 64 * 1024

/** No browser asks for more on one connection before the first is answered; most ask for one. */
const ANSWERS_AT_ONCE = 8

export interface VisitorLimits {
  connections: number
  /** Of one machine; null where all come by way of one that stands before this. */
  ofOneMachine: number | null
}

interface Visitor { machine: string, answers: number, seenBytes: number | null }

/**
 * Who is connected to a server for anybody. No machine holds more than its share of the places, and where places are short, the
 * connection that has been idle for longest makes room.
 */
export class Visitors {
  #limits: VisitorLimits
  /** In the order in which they became idle. */
  #visitors = new Map<Socket, Visitor>()

  constructor (server: Server, limits: VisitorLimits) {
    this.#limits = limits
    server.on('connection', socket => this.#came(socket))
    // Before whoever answers: what comes on a connection that was ended is not to be answered any more.
    server.prependListener('request', (request, response) => this.#asked(request, response))
  }

  /** Ends connections for which the same answer waited at the last look, and that have hardly taken anything since. */
  endSlow (): void {
    for (const [socket, visitor] of this.#visitors) {
      const { bytesWritten, writableLength } = socket
      const isWaiting = writableLength > 0
      if (isWaiting && visitor.seenBytes !== null && bytesWritten - visitor.seenBytes < LEAST_BYTES) socket.destroy()
      visitor.seenBytes = isWaiting ? bytesWritten : null
    }
  }

  #came (socket: Socket): void {
    const { connections, ofOneMachine } = this.#limits
    const machine = machineOf(socket.remoteAddress ?? '')
    const same = [...this.#visitors.values()].filter(visitor => visitor.machine === machine).length
    const isRoom = (ofOneMachine === null || same < ofOneMachine || this.#endIdle(machine)) && (this.#visitors.size < connections || this.#endIdle())
    if (!isRoom) {
      socket.destroy()
      return
    }
    this.#visitors.set(socket, { machine, answers: 0, seenBytes: null })
    socket.once('close', () => this.#visitors.delete(socket))
  }

  #endIdle (machine: string | null = null): boolean {
    for (const [socket, visitor] of this.#visitors) {
      if (visitor.answers > 0 || (machine !== null && visitor.machine !== machine)) continue
      this.#visitors.delete(socket)
      socket.destroy()
      return true
    }
    return false
  }

  #asked ({ socket }: IncomingMessage, response: ServerResponse): void {
    const visitor = this.#visitors.get(socket)
    if (!visitor) return
    visitor.answers++
    if (visitor.answers > ANSWERS_AT_ONCE) socket.destroy()
    response.once('close', () => {
      visitor.answers--
      // What waits next is another answer.
      visitor.seenBytes = null
      // Now the last of those that are idle.
      if (this.#visitors.delete(socket)) this.#visitors.set(socket, visitor)
    })
  }
}

/** Of IPv6 the network: one machine has as many addresses in it as it likes. */
export function machineOf (address: string): string {
  const [, inIPv6] = /^::ffff:([\d.]+)$/i.exec(address) ?? []
  if (inIPv6 !== undefined || !isIPv6(address)) return inIPv6 ?? address
  const [start, end] = address.split('%', 1)[0]!.split('::') as [string, string?]
  const before = start === '' ? [] : start.split(':')
  const after = end ? end.split(':') : []
  return [...before, ...Array<string>(end === undefined ? 0 : 8 - before.length - after.length).fill('0'), ...after].slice(0, 4).map(part => part.replace(/^0+(?=.)/, '')).join(':')
}
