import { Server } from 'blind-relay'
import type DHT from 'hyperdht'
import type { Connection } from 'hyperswarm'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'

/** So many nodes are helped at once: each connection that is carried goes through this machine in both directions. */
const HELPED = 64

/**
 * Carries connections between nodes that can't reach each other. What goes through is encrypted between them: the relay
 * sees their network addresses, and how much it is.
 */
export class Relaying {
  #server: Server
  #helped = 0
  #log: Log

  constructor (dht: DHT, log: Log) {
    this.#log = log
    this.#server = new Server({ createStream: options => dht.createRawStream({ ...options, framed: true }) })
  }

  async close (): Promise<void> {
    await this.#server.close()
  }

  /** Lets a node that has connected ask for help. */
  accept (connection: Connection): void {
    if (this.#helped >= HELPED) return
    const complain = (error: unknown): void => this.#log.debug({ error: messageOf(error) }, 'carrying a connection')
    try {
      const session = this.#server.accept(connection, { id: connection.remotePublicKey })
      session.on('error', complain)
      this.#helped++
      connection.once('close', () => { this.#helped-- })
    } catch (error) {
      complain(error) // it has opened and closed the channel before
    }
  }
}
