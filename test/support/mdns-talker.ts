import { createSocket } from 'node:dgram'
import type { EventEmitter } from 'node:events'
import Bonjour from 'bonjour-service'
import type { MdnsPacket } from '../../shared/network/lan/mdns-packet.ts'
import type { Ends } from './namespaces.ts'

const SERVICE = '_colporteur._tcp.local'
/** The most that fits into the field. */
const FOR_EVER = 2 ** 32 - 1

export const noLoopbackNetwork = process.platform !== 'linux' && 'only Linux has all addresses of 127.0.0.0/8, and multicast there'

interface Mdns extends EventEmitter {
  query (packet: { questions: object[] }, told: () => void): void
  respond (packet: { answers: object[] }, told: () => void): void
}

export interface SaidNode { name: string, port: number }

/** Says by multicast DNS whatever it likes, on loopback and from any address there. */
export class MdnsTalker {
  /** Answers of whoever speaks there. */
  readonly heard: MdnsPacket[] = []
  #mdns: Mdns

  private constructor (mdns: Mdns) {
    this.#mdns = mdns
    mdns.on('response', packet => { this.heard.push(packet) })
  }

  /** One that hears answers, too. */
  static listen (ends: Ends): MdnsTalker { return MdnsTalker.#over({ interface: '127.0.0.1', bind: '0.0.0.0' }, ends) }

  static async open (ends: Ends, host: string): Promise<MdnsTalker> {
    const socket = createSocket('udp4')
    await new Promise<void>(resolve => { socket.bind(0, host, resolve) })
    socket.setMulticastInterface(host)
    return MdnsTalker.#over({ socket, bind: false }, ends)
  }

  static #over (options: object, ends: Ends): MdnsTalker {
    const bonjour = new Bonjour(options)
    ends.teardown(() => new Promise<void>(resolve => { bonjour.destroy(() => resolve()) }))
    return new MdnsTalker((bonjour['server'] as { mdns: Mdns }).mdns)
  }

  /** Says in one packet that nodes are there, and will be for ever. */
  async announce (nodes: SaidNode[], ttl = FOR_EVER): Promise<void> {
    const answers = nodes.flatMap(({ name, port }) => [
      { type: 'PTR', name: SERVICE, ttl, data: `${name}.${SERVICE}` },
      { type: 'SRV', name: `${name}.${SERVICE}`, ttl, data: { port, target: 'x.local' } }
    ])
    await new Promise<void>(resolve => { this.#mdns.respond({ answers }, resolve) })
  }

  async goodbye (node: SaidNode): Promise<void> { await this.announce([node], 0) }

  async ask (questions: { name: string, type: string }[]): Promise<void> {
    await new Promise<void>(resolve => { this.#mdns.query({ questions }, resolve) })
  }
}

/** As a node calls itself. */
export function nameOf (number: number): string { return number.toString(16).padStart(16, '0') }
