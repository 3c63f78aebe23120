import { randomBytes } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import Bonjour from 'bonjour-service'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import { announcementsIn, boundPacket, type MdnsPacket, PACKET_BYTES, SERVICE } from './mdns-packet.ts'
import type { OwnNetwork } from './own-networks.ts'

/** DNS-SD: `_colporteur._tcp.local`. */
const TYPE = 'colporteur'
/** An interface may come later, as when a cable is plugged in. Whoever is there is asked as often, and answers. */
const LOOK_MS = 5_000

/** A node of the same network, by what it announces. */
export interface LanNode {
  /** Another one at each start, so that nobody can be followed from network to network by it. */
  name: string
  host: string
  port: number
}

interface LanDiscoveryEvents {
  /** A node has said that it is there, for the first time or again. Anybody can say anything. */
  heard: [node: LanNode]
  left: [node: Pick<LanNode, 'name' | 'host'>]
}

export interface LanDiscoveryParts {
  /** TCP port that is announced. */
  port: number
  networks: () => OwnNetwork[]
  log: Log
}

/** What multicast-dns has that is used here. */
interface Mdns extends EventEmitter { query (name: string, type: string): void }

/** What speaks in a network. */
interface Speaking { network: OwnNetwork, stop: () => Promise<void> }

/**
 * Announces this node on the networks that it is in, and hears others there, by multicast DNS; no server is asked.
 * Of what it hears it keeps nothing.
 */
export class LanDiscovery extends Resource<LanDiscoveryEvents> {
  readonly name = randomBytes(8).toString('hex')
  #parts: LanDiscoveryParts
  /** By address with size. Each by itself: a machine may be in a network that leads nowhere. */
  #speaking = new Map<string, Speaking>()
  #timer: NodeJS.Timeout | null = null

  constructor (parts: LanDiscoveryParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#look()
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref()
  }

  protected override async _close (): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    await Promise.all([...this.#speaking.values()].map(({ stop }) => stop()))
  }

  /** Whether an address belongs to a network where this node speaks. */
  isNear (host: string): boolean {
    return [...this.#speaking.values()].some(({ network }) => network.has(host))
  }

  #look (): void {
    const networks = this.#parts.networks()
    for (const [cidr, { stop }] of this.#speaking) {
      if (networks.some(network => network.cidr === cidr)) continue
      this.#speaking.delete(cidr)
      void stop()
    }
    for (const network of networks) if (!this.#speaking.has(network.cidr)) this.#speaking.set(network.cidr, this.#speak(network))
  }

  #speak (network: OwnNetwork): Speaking {
    const { port, log } = this.#parts
    const complain = (error: unknown): void => log.debug({ error: messageOf(error) }, 'the local network')
    // For the library's own library. Bound to one address, a socket gets nothing that goes to many.
    const options: object = { interface: network.address, bind: '0.0.0.0', socket: socketFor(network) }
    const bonjour = new Bonjour(options, complain)
    // The library leaves these to whoever listens, and nobody did: one would end the process.
    const { mdns } = bonjour['server'] as { mdns: Mdns }
    mdns.on('error', complain)
    mdns.on('warning', complain)
    mdns.on('packet', boundPacket) // comes before the next ones, with the same packet
    mdns.on('response', (packet: MdnsPacket, { address }: RemoteInfo) => this.#hear(packet, address))
    const service = bonjour.publish({ name: this.name, type: TYPE, port, host: `${this.name}.local`, probe: false, disableIPv6: true })
    mdns.query(SERVICE, 'PTR')
    const asking = setInterval(() => mdns.query(SERVICE, 'PTR'), LOOK_MS).unref()
    const stop = async (): Promise<void> => {
      clearInterval(asking)
      // A goodbye that can't be said does not hold up the end.
      await Promise.race([new Promise<void>(resolve => { service.stop(() => resolve()) }), new Promise(resolve => setTimeout(resolve, 500).unref())])
      await new Promise<void>(resolve => { bonjour.destroy(() => resolve()) })
    }
    return { network, stop }
  }

  #hear (packet: MdnsPacket, host: string): void {
    if (this.closing) return
    for (const { name, port } of announcementsIn(packet)) {
      if (name === this.name) continue
      if (port === null) this.emit('left', { name, host })
      else this.emit('heard', { name, host, port })
    }
  }
}

/** One that gets only what comes from its network, and no more at once than is allowed: reading takes time, too. */
function socketFor (network: OwnNetwork): Socket {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean
  const isFit = (bytes: Buffer, { address }: RemoteInfo): boolean => bytes.length <= PACKET_BYTES && network.has(address)
  socket.emit = (event: string, ...args: unknown[]) => event === 'message' && !isFit(...args as [Buffer, RemoteInfo]) ? false : emit(event, ...args)
  return socket
}
