import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { EventQueue } from './event-queue.ts'

/** How a peer is connected. */
export interface Link {
  /** Bits a second; 0: as fast as can be. */
  up: number
  down: number
  /** One way, paid by who sends: a round trip takes what both have. */
  delayMs: number
  /** Of what is sent, from 0 to 1. */
  loss?: number
}

/** A datagram on Ethernet: 14 bytes of its frame, 20 of IP, 8 of UDP. */
const FRAME_BYTES = 42
/** What waits longer than this for its turn on a link is dropped at the tail, as a router at home does. */
const QUEUE_MS = 100
const SOCKET_BYTES = 8 * 1024 * 1024
/** Peers bind an address of the first kind; others know them by the one of the second, at the same port. */
const PRIVATE = '127.0.77.'
const PUBLIC = '127.0.88.'

interface Place { link: Link, upFreeMs: number, downFreeMs: number, sentBytes: number, receivedBytes: number, drops: number, toBytes: Map<number, number> }

/**
 * Links of peers of this machine, in user space: each peer binds a loopback address of its own, and for each of its ports
 * there is a twin on another address, the only one that others learn. What comes to a twin goes on to its peer, at the pace of
 * both links, as if from the twin of who sent it. No root is needed.
 */
export class ShapedNetwork {
  #places: Place[] = []
  #twins = new Map<string, Socket>()
  #queue = new EventQueue()
  #isClosed = false

  /** A place for one more peer: `bind` is the address that it must bind, `host` the one by which others know it. See {@link attach}. */
  add (link: Link): { index: number, bind: string, host: string } {
    if (this.#places.length === 250) throw new Error('There are no more addresses.')
    const index = this.#places.push({ link, upFreeMs: 0, downFreeMs: 0, sentBytes: 0, receivedBytes: 0, drops: 0, toBytes: new Map() }) - 1
    return { index, bind: PRIVATE + (index + 1), host: PUBLIC + (index + 1) }
  }

  /** Opens twins for the ports that a peer has opened; those that it opens later get theirs when something is sent from there. */
  async attach (index: number): Promise<void> {
    await Promise.all((await openPorts(PRIVATE + (index + 1))).map(async port => {
      const twin = this.#twinOf(index, port)
      try { twin.address() } catch { await once(twin, 'listening') }
    }))
  }

  /** What has left a peer and come to it, as Ethernet frames, and how many datagrams were lost on its links. */
  countsOf (index: number): { sentBytes: number, receivedBytes: number, drops: number } {
    const { sentBytes, receivedBytes, drops } = this.#places[index]!
    return { sentBytes, receivedBytes, drops }
  }

  /** What has come from one peer to another. */
  bytesBetween (from: number, to: number): number {
    return this.#places[from]!.toBytes.get(to) ?? 0
  }

  async close (): Promise<void> {
    this.#isClosed = true
    this.#queue.close()
    await Promise.all([...this.#twins.values()].map(async twin => {
      twin.close()
      await once(twin, 'close')
    }))
  }

  #twinOf (index: number, port: number): Socket {
    const key = `${index}:${port}`
    const known = this.#twins.get(key)
    if (known) return known
    const twin = createSocket({ type: 'udp4', recvBufferSize: SOCKET_BYTES, sendBufferSize: SOCKET_BYTES })
    this.#twins.set(key, twin)
    twin.on('message', (datagram, from) => {
      // Nobody but a peer has anything to say here.
      if (from.address.startsWith(PRIVATE)) this.#carry(Number(from.address.slice(PRIVATE.length)) - 1, from.port, index, port, datagram)
    })
    // A peer that is gone: its datagrams go nowhere, as on a real network.
    twin.on('error', () => this.#twins.delete(key))
    twin.bind({ address: PUBLIC + (index + 1), port })
    return twin
  }

  #carry (from: number, fromPort: number, to: number, toPort: number, datagram: Buffer): void {
    const [source, target] = [this.#places[from], this.#places[to]!]
    if (!source) return
    const size = datagram.length + FRAME_BYTES
    const now = performance.now()
    const startMs = Math.max(now, source.upFreeMs)
    if (startMs - now > QUEUE_MS) return void source.drops++
    source.upFreeMs = startMs + millisecondsOf(size, source.link.up)
    source.sentBytes += size
    if (Math.random() < (source.link.loss ?? 0)) return void source.drops++
    const arrivalMs = source.upFreeMs + source.link.delayMs
    this.#queue.at(arrivalMs, () => {
      const beginMs = Math.max(arrivalMs, target.downFreeMs)
      if (beginMs - arrivalMs > QUEUE_MS) return void target.drops++
      target.downFreeMs = beginMs + millisecondsOf(size, target.link.down)
      this.#queue.at(target.downFreeMs, () => {
        if (this.#isClosed) return
        target.receivedBytes += size
        source.toBytes.set(to, (source.toBytes.get(to) ?? 0) + size)
        this.#twinOf(from, fromPort).send(datagram, toPort, PRIVATE + (to + 1), () => {})
      })
    })
  }
}

function millisecondsOf (bytes: number, bitsPerSecond: number): number {
  return bitsPerSecond === 0 ? 0 : bytes * 8_000 / bitsPerSecond
}

/** UDP ports that are open on an address of this machine: Linux says it with the bytes of the address turned around. */
async function openPorts (address: string): Promise<number[]> {
  const hex = address.split('.').reverse().map(part => Number(part).toString(16).padStart(2, '0')).join('').toUpperCase()
  const table = await readFile('/proc/net/udp', 'utf8')
  return [...table.matchAll(new RegExp(`: ${hex}:([0-9A-F]{4}) `, 'g'))].map(([, port]) => parseInt(port!, 16))
}
