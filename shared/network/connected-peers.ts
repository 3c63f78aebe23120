import type { Connection } from 'hyperswarm'
import type { Address } from '../format/address.ts'
import { Resource } from '../resource.ts'
import type { Greeting } from './greeting.ts'
import type { Meeting } from './meeting.ts'
import { hostOf } from './host-of.ts'
import type { Peer } from './peer.ts'

export interface ConnectedPeer {
  /** Noise key in hex. */
  key: string
  host: string | null
  /** This node called it. */
  outgoing: boolean
  /** ISO 8601. */
  since: string
  newsletters: Address[]
  downBytes: number
  upBytes: number
}

/** Keeps account of connections: with whom, since when, and how much went to and fro. */
export class ConnectedPeers extends Resource {
  #peer: Peer
  #meeting: Meeting
  #since = new Map<Connection, { since: string, outgoing: boolean }>()
  #greetings = new Map<Connection, Greeting>()
  /** Of connections that have ended. */
  #ended = { downBytes: 0, upBytes: 0 }
  #onConnection = (connection: Connection, outgoing: boolean): void => this.#add(connection, outgoing)
  #onMet = (greeting: Greeting, connection: Connection): void => { this.#greetings.set(connection, greeting) }

  constructor ({ peer, meeting }: { peer: Peer, meeting: Meeting }) {
    super()
    this.#peer = peer
    this.#meeting = meeting
  }

  protected override async _open (): Promise<void> {
    this.#peer.on('connection', this.#onConnection)
    this.#meeting.on('met', this.#onMet)
  }

  protected override async _close (): Promise<void> {
    this.#peer.off('connection', this.#onConnection)
    this.#meeting.off('met', this.#onMet)
  }

  /** Those that are connected, who came first first. */
  get all (): ConnectedPeer[] {
    return [...this.#since].map(([connection, { since, outgoing }]) => ({
      key: connection.remotePublicKey.toString('hex'),
      host: hostOf(connection),
      outgoing,
      since,
      newsletters: this.#greetings.get(connection)?.shared ?? [],
      ...bytesOf(connection)
    }))
  }

  /** Since this was opened. */
  get totals (): { downBytes: number, upBytes: number } {
    return [...this.#since.keys()].map(bytesOf).reduce(sumOf, this.#ended)
  }

  #add (connection: Connection, outgoing: boolean): void {
    this.#since.set(connection, { since: new Date().toISOString(), outgoing })
    connection.once('close', () => {
      this.#ended = sumOf(this.#ended, bytesOf(connection))
      this.#since.delete(connection)
      this.#greetings.delete(connection)
    })
  }
}

function bytesOf ({ rawBytesRead, rawBytesWritten }: Connection): { downBytes: number, upBytes: number } {
  return { downBytes: rawBytesRead, upBytes: rawBytesWritten }
}

function sumOf (a: { downBytes: number, upBytes: number }, b: { downBytes: number, upBytes: number }): { downBytes: number, upBytes: number } {
  return { downBytes: a.downBytes + b.downBytes, upBytes: a.upBytes + b.upBytes }
}
