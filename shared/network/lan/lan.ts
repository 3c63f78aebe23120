import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import NoiseSecretStream from '@hyperswarm/secret-stream'
import type { KeyPair } from 'hypercore'
import type { Connection } from 'hyperswarm'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import { LanDiscovery, type LanNode } from './lan-discovery.ts'

/** Who has connected has so long to say who they are. */
const HANDSHAKE_MS = 10_000
/** As the DHT's connections have it: one that is silent for so long is dead. */
const KEEP_ALIVE_MS = 5_000
const SILENCE_MS = 15_000
/** Of two nodes that find each other, one waits so long for the other to call. */
const COURTESY_MS = 1_500
const RETRY_MS = 1_000
/** In one's own network a call costs next to nothing, and a cable that was pulled is put in again. */
const RETRY_MOST_MS = 8_000
const SOCKETS = 96

/** `outgoing`: made by this node. */
interface LanEvents { connection: [connection: Connection, outgoing: boolean] }

export interface LanParts {
  keyPair: KeyPair
  /** IPv4 address of the one interface that is used; null: all. */
  bind: string | null
  /** Whether there is a connection to a node, of whatever kind, by its key in hex. */
  isConnected: (key: string) => boolean
  log: Log
}

interface Found { node: LanNode, attempts: number, timer: NodeJS.Timeout | null, socket: Socket | null, key: string | null }

/**
 * Meets nodes of the same network without any help from outside: finds them by multicast DNS, and connects over TCP with
 * the Noise handshake and encryption that connections over the DHT have. Who they are shows in the handshake alone.
 */
export class Lan extends Resource<LanEvents> {
  #parts: LanParts
  #server: Server
  #discovery: LanDiscovery | null = null
  #found = new Map<string, Found>()
  #sockets = new Set<Socket>()

  constructor (parts: LanParts) {
    super()
    this.#parts = parts
    this.#server = createServer(socket => this.#onSocket(socket, null))
    this.#server.maxConnections = SOCKETS
  }

  protected override async _open (): Promise<void> {
    const { bind, log } = this.#parts
    this.#server.listen({ host: bind ?? '0.0.0.0', port: 0 })
    await once(this.#server, 'listening')
    this.#server.on('error', error => log.warn({ error: messageOf(error) }, 'the local network'))
    this.#discovery = new LanDiscovery({ port: (this.#server.address() as AddressInfo).port, bind, log })
    this.#discovery.on('found', node => this.#onFound(node))
    this.#discovery.on('lost', name => this.#forget(name))
    await this.#discovery.ready()
  }

  protected override async _close (): Promise<void> {
    await this.#discovery?.close()
    for (const name of this.#found.keys()) this.#forget(name)
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve))
  }

  /** A connection, of whatever kind, has ended: perhaps there is a way here. */
  lookAgain (): void {
    for (const found of this.#found.values()) if (found.key !== null && !found.socket) this.#callIn(found, RETRY_MS)
  }

  #onFound (node: LanNode): void {
    const known = this.#found.get(node.name)
    if (known?.node.host === node.host && known.node.port === node.port) return
    if (known) this.#forget(node.name)
    const found: Found = { node, attempts: 0, timer: null, socket: null, key: null }
    this.#found.set(node.name, found)
    this.#callIn(found, this.#discovery!.name < node.name ? 0 : COURTESY_MS)
  }

  #forget (name: string): void {
    const found = this.#found.get(name)
    if (found?.timer) clearTimeout(found.timer)
    this.#found.delete(name)
  }

  #callIn (found: Found, delayMs: number): void {
    if (this.closing || this.#found.get(found.node.name) !== found) return
    if (found.timer) clearTimeout(found.timer)
    found.timer = setTimeout(() => this.#call(found), delayMs).unref()
  }

  #call (found: Found): void {
    found.timer = null
    const { key, node: { host, port } } = found
    if (this.closing || found.socket || (key !== null && this.#parts.isConnected(key))) return
    // It may have called meanwhile, and then it is told by its address alone.
    if (key === null && found.attempts === 0 && [...this.#sockets].some(({ remoteAddress }) => remoteAddress === host)) {
      found.attempts++
      return this.#callIn(found, RETRY_MOST_MS)
    }
    const { bind } = this.#parts
    const socket = connect({ host, port, ...(bind && { localAddress: bind }) })
    found.socket = socket
    found.attempts++
    socket.once('close', () => {
      found.socket = null
      this.#callIn(found, Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** Math.min(found.attempts, 3)))
    })
    this.#onSocket(socket, found)
  }

  /** @param found whom this node has called; null: who has called it */
  #onSocket (socket: Socket, found: Found | null): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.setNoDelay(true)
    const stream = new NoiseSecretStream(found !== null, socket, { keyPair: this.#parts.keyPair })
    const timer = setTimeout(() => stream.destroy(new Error('no handshake')), HANDSHAKE_MS).unref()
    stream.on('error', error => this.#parts.log.debug({ host: socket.remoteAddress, error: messageOf(error) }, 'the local network'))
    stream.once('close', () => clearTimeout(timer))
    stream.once('connect', () => {
      clearTimeout(timer)
      if (found) {
        found.key = stream.remotePublicKey.toString('hex')
        found.attempts = 0
      }
      stream.setKeepAlive(KEEP_ALIVE_MS)
      stream.setTimeout(SILENCE_MS)
      this.emit('connection', stream, found !== null)
    })
  }
}
