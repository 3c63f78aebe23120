import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { KeyPair } from 'hypercore'
import type { Connection } from 'hyperswarm'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import { INBOUND, RESERVED } from '../places.ts'
import type { Worth } from '../worth.ts'
import { type Found, FoundNodes } from './found-nodes.ts'
import { Handshakes, UNFINISHED } from './handshakes.ts'
import { LanDiscovery, type LanNode } from './lan-discovery.ts'
import { LanPlaces } from './lan-places.ts'
import { type OwnNetwork, ownNetworks } from './own-networks.ts'

/** As the DHT's connections have it: one that is silent for so long is dead. */
const KEEP_ALIVE_MS = 5_000
const SILENCE_MS = 15_000
/** Of two nodes that find each other, one waits so long for the other to call. */
const COURTESY_MS = 1_500
const RETRY_MS = 1_000
/** In one's own network a call costs next to nothing, and a cable that was pulled is put in again. */
const RETRY_MOST_MS = 8_000
/** After so many calls in vain there may be nobody: whoever floods the network with names is called no more often than this. */
const VAIN_CALLS = 5
const RETRY_VAIN_MS = 60_000
/** More than there is room for: a handshake that began earlier makes room for a new one, which has to come in for that. */
const SOCKETS = INBOUND + RESERVED + 2 * UNFINISHED

/** `outgoing`: made by this node. */
interface LanEvents { connection: [connection: Connection, outgoing: boolean] }

export interface LanParts {
  keyPair: KeyPair
  /** IPv4 address of the one interface that is used; null: all. */
  bind: string | null
  /** Whether there is a connection to a node, of whatever kind, by its key in hex. */
  isConnected: (key: string) => boolean
  worth: Worth
  log: Log
  /** Those that this machine is in, now; without: what its interfaces say. */
  networks?: () => OwnNetwork[]
}

/**
 * Meets nodes of the same network without any help from outside: finds them by multicast DNS, and connects over TCP with
 * the Noise handshake and encryption that connections over the DHT have. Who they are shows in the handshake alone.
 */
export class Lan extends Resource<LanEvents> {
  #parts: LanParts
  #server: Server
  #discovery: LanDiscovery | null = null
  #found: FoundNodes
  #sockets = new Set<Socket>()
  #handshakes: Handshakes
  #places: LanPlaces

  constructor (parts: LanParts) {
    super()
    this.#parts = parts
    this.#server = createServer(socket => this.#onIncoming(socket))
    this.#server.maxConnections = SOCKETS
    this.#found = new FoundNodes({ isConnected: parts.isConnected, onLetGo: ({ timer }) => { if (timer) clearTimeout(timer) } })
    this.#handshakes = new Handshakes(parts.keyPair)
    this.#places = new LanPlaces(parts.worth)
  }

  protected override async _open (): Promise<void> {
    const { bind, log, networks = () => ownNetworks(bind) } = this.#parts
    this.#server.listen({ host: bind ?? '0.0.0.0', port: 0 })
    await once(this.#server, 'listening')
    this.#server.on('error', error => log.warn({ error: messageOf(error) }, 'the local network'))
    this.#discovery = new LanDiscovery({ port: this.port, networks, log })
    this.#discovery.on('heard', node => this.#onHeard(node))
    this.#discovery.on('left', node => this.#found.leave(node))
    await this.#discovery.ready()
  }

  protected override async _close (): Promise<void> {
    await this.#discovery?.close()
    for (const found of this.#found.all) this.#found.letGo(found)
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve))
    this.#places.close()
  }

  /** By which others call, when it is open. */
  get port (): number { return (this.#server.address() as AddressInfo).port }

  /** A connection, of whatever kind, has ended: perhaps there is a way here. */
  lookAgain (): void {
    // Who is called soon anyway is not put off by others that come and go.
    for (const found of this.#found.all) if (found.key !== null && !found.socket && !found.timer) this.#callIn(found, RETRY_MS)
  }

  #onHeard (node: LanNode): void {
    const found = this.#found.hear(node)
    if (found && !found.socket) this.#callIn(found, this.#discovery!.name < node.name ? 0 : COURTESY_MS)
  }

  #callIn (found: Found, delayMs: number): void {
    if (this.closing || !this.#found.has(found)) return
    if (found.timer) clearTimeout(found.timer)
    found.timer = setTimeout(() => this.#call(found), delayMs).unref()
  }

  #call (found: Found): void {
    found.timer = null
    const { key, node: { host, port } } = found
    if (this.closing || found.socket || !this.#found.has(found) || (key !== null && this.#parts.isConnected(key))) return
    // The machine may be in another network by now, and there the address is somebody else's.
    if (!this.#discovery!.isNear(host)) return this.#found.letGo(found)
    if (key !== null && this.#places.isResting(key)) return this.#callIn(found, RETRY_VAIN_MS)
    // It may have called meanwhile, and then it is told by its address alone.
    if (key === null && found.attempts === 0 && [...this.#sockets].some(({ remoteAddress }) => remoteAddress === host)) {
      found.attempts++
      return this.#callIn(found, RETRY_MOST_MS)
    }
    const { bind } = this.#parts
    const socket = connect({ host, port, ...(bind && { localAddress: bind }) })
    const calledMs = performance.now()
    found.socket = socket
    found.attempts++
    socket.once('close', () => {
      found.socket = null
      if (performance.now() - calledMs > SILENCE_MS) found.attempts = 0 // it lasted
      const retryMs = Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** Math.min(found.attempts, 3))
      this.#callIn(found, found.attempts >= VAIN_CALLS ? RETRY_VAIN_MS : retryMs)
    })
    this.#onSocket(socket, found)
  }

  #onIncoming (socket: Socket): void {
    if (this.closing || !this.#discovery?.isNear(socket.remoteAddress ?? '')) socket.destroy()
    else this.#onSocket(socket, null)
  }

  /** @param found whom this node has called; null: who has called it */
  #onSocket (socket: Socket, found: Found | null): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    socket.setNoDelay(true)
    const stream = this.#handshakes.begin(socket, found !== null)
    stream.on('error', error => this.#parts.log.debug({ error: messageOf(error) }, 'the local network'))
    stream.once('connect', () => {
      if (found) found.key = stream.remotePublicKey.toString('hex')
      if (stream.remotePublicKey.equals(this.#parts.keyPair.publicKey) || !this.#places.take(stream, found !== null)) return void stream.destroy()
      stream.setKeepAlive(KEEP_ALIVE_MS)
      stream.setTimeout(SILENCE_MS)
      this.emit('connection', stream, found !== null)
    })
  }
}
