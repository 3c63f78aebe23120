import { randomBytes } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { networkInterfaces } from 'node:os'
import Bonjour from 'bonjour-service'
import { messageOf } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'

/** DNS-SD: `_colporteur._tcp.local`. */
const TYPE = 'colporteur'
const NAME = /^[0-9a-f]{16}$/
/** An interface may come later, as when a cable is plugged in. */
const LOOK_MS = 5_000
/** Nodes of one network that are dealt with; whoever floods it with names gets no more memory. */
const NODES = 128

/** A node of the same network, by what it announces. */
export interface LanNode {
  /** Another one at each start, so that nobody can be followed from network to network by it. */
  name: string
  host: string
  port: number
}

interface LanDiscoveryEvents { found: [node: LanNode], lost: [name: string] }

export interface LanDiscoveryParts {
  /** TCP port that is announced. */
  port: number
  /** IPv4 address of the one interface that is used; null: all. */
  bind: string | null
  log: Log
}

/** Announces this node on the networks that it is in, and finds others there, by multicast DNS; no server is asked. */
export class LanDiscovery extends Resource<LanDiscoveryEvents> {
  readonly name = randomBytes(8).toString('hex')
  #parts: LanDiscoveryParts
  /** Address of an interface -> what speaks there. Each by itself: a machine may be in a network that leads nowhere. */
  #speaking = new Map<string, { bonjour: Bonjour, stop: () => Promise<void> }>()
  #found = new Set<string>()
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

  #look (): void {
    const addresses = interfaceAddresses().filter(address => this.#parts.bind === null || address === this.#parts.bind)
    for (const [address, { stop }] of this.#speaking) {
      if (addresses.includes(address)) continue
      this.#speaking.delete(address)
      void stop()
    }
    for (const address of addresses) if (!this.#speaking.has(address)) this.#speaking.set(address, this.#speak(address))
  }

  #speak (address: string): { bonjour: Bonjour, stop: () => Promise<void> } {
    const { port, log } = this.#parts
    const complain = (error: unknown): void => log.debug({ address, error: messageOf(error) }, 'the local network')
    // For the library's own library. Bound to one address, a socket gets nothing that goes to many.
    const options: object = { interface: address, bind: '0.0.0.0' }
    const bonjour = new Bonjour(options, complain)
    // The library leaves these to whoever listens, and nobody did: one would end the process.
    const { mdns } = bonjour['server'] as { mdns: EventEmitter }
    mdns.on('error', complain)
    mdns.on('warning', complain)
    const service = bonjour.publish({ name: this.name, type: TYPE, port, host: `${this.name}.local`, probe: false, disableIPv6: true })
    const browser = bonjour.find({ type: TYPE })
    const onUp = ({ name, port, referer }: { name: string, port: number, referer?: { address: string } }): void => {
      if (name === this.name || !NAME.test(name) || !referer || port < 1 || port > 65_535) return
      if (!this.#found.has(name) && this.#found.size >= NODES) return
      this.#found.add(name)
      this.emit('found', { name, host: referer.address, port })
    }
    browser.on('up', onUp)
    browser.on('srv-update', onUp)
    browser.on('down', ({ name }) => { if (this.#found.delete(name)) this.emit('lost', name) })
    const asking = setInterval(() => {
      browser.expire()
      browser.update()
      // It remembers every name that anybody says.
      for (const { fqdn, name } of browser.services.slice(NODES)) if (!this.#found.has(name)) browser['removeService'](fqdn)
    }, LOOK_MS).unref()
    const stop = async (): Promise<void> => {
      clearInterval(asking)
      browser.stop()
      // A goodbye that can't be said does not hold up the end.
      await Promise.race([new Promise<void>(resolve => { service.stop(() => resolve()) }), new Promise(resolve => setTimeout(resolve, 500).unref())])
      await new Promise<void>(resolve => { bonjour.destroy(() => resolve()) })
    }
    return { bonjour, stop }
  }
}

/** IPv4 addresses by which this machine is in a network. */
function interfaceAddresses (): string[] {
  return Object.values(networkInterfaces()).flat().filter(found => found !== undefined)
    .filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address)
}
