import { type RelayFirewall, Server, type Session } from 'blind-relay'
import type DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { isPort } from './port.ts'

/** So many nodes are helped at once: each connection that is carried goes through this machine in both directions. */
const HELPED = 64
/** And so many connections are carried, or wait for their other side, for each of them. */
const CARRIED = 64

/**
 * Carries connections between nodes that can't reach each other. What goes through is encrypted between them: the relay
 * sees their network addresses, and how much it is.
 */
export class Relaying {
  #server: Server
  /** Those that have asked, who has asked first first. */
  #asking = new Set<Session>()
  #log: Log

  constructor (dht: DHT, log: Log) {
    this.#log = log
    this.#server = new Server({ createStream: options => dht.createRawStream({ ...options, framed: true, firewall: withPort(options.firewall) }) })
  }

  async close (): Promise<void> {
    await this.#server.close()
  }

  /** Lets a node that has connected ask for help: it is helped from when it does. */
  accept (connection: Connection): void {
    const complain = (error: unknown): void => this.#log.debug({ error: messageOf(error) }, 'carrying a connection')
    try {
      const session = this.#server.accept(connection, { id: connection.remotePublicKey })
      session.on('error', complain)
      limitPairs(session)
      this.#limitHelped(session)
    } catch (error) {
      complain(error) // it has opened and closed the channel before
    }
  }

  #limitHelped (session: Session): void {
    const hear = session._pair.onmessage
    session.once('close', () => this.#asking.delete(session))
    session._pair.onmessage = (message, channel) => {
      if (!this.#asking.has(session) && !this.#hasRoom()) return session.destroy()
      this.#asking.add(session)
      hear(message, channel)
    }
  }

  /** Who asks for nothing any more gives its place back, and when all are taken who has waited longest and is not helped. */
  #hasRoom (): boolean {
    for (const session of this.#asking) if (session._pairing.size + session._links.size === 0) this.#asking.delete(session)
    if (this.#asking.size < HELPED) return true
    const waiting = [...this.#asking].find(({ _links }) => _links.size === 0)
    waiting?.destroy()
    return waiting !== undefined
  }
}

/** Wraps what blind-relay 1.6.1 (`index.js`) hears: it would keep whatever it is asked for until the session ends. */
function limitPairs (session: Session): void {
  const hear = session._pair.onmessage
  session._pair.onmessage = (message, channel) => {
    const known = session._server._pairing.get(Buffer.from(message.token).toString('hex'))
    // Both sides of one connection: one of its two streams would be lost sight of.
    if (known?.links.some(link => link?.session === session)) return
    if (session._pairing.size + session._links.size >= CARRIED) return session.destroy()
    hear(message, channel)
  }
}

/** From no port, as a forged packet may come, nothing is carried: to connect to it fails where nothing catches it. */
function withPort (firewall: RelayFirewall): RelayFirewall {
  return (socket, port, host) => !isPort(port) || firewall(socket, port, host)
}
