import type DHT from 'hyperdht'
import type { CallOptions } from 'hyperdht'
import type { Connection } from 'hyperswarm'
import type Hyperswarm from 'hyperswarm'
import { CallHandshake } from './call-handshake.ts'
import { screenCalls } from './screen-calls.ts'
import { holdUnheard } from './unheard-connections.ts'

/** So many are remembered who answer, and can not be reached directly. */
const SHUT_OFF = 256
/** Who could not be reached directly is not called so for as long: a firewall stays, a laptop moves on. */
const SHUT_MS = 60 * 60_000
/** From one call of a node to the next that is made because of a relay. */
const REST_MS = 15_000
/** By which Hyperswarm ends one of two connections with the same node. */
const DUPLICATE = 'Duplicate connection'

interface ShutOff {
  key: Buffer
  sinceMs: number
  calledMs: number
  /** When connections with it were let go of because it called by way of a relay. */
  letGoMs: number
  /** No relay has helped the last time: a firewall may be gone, or never have been there, and a relay may carry nothing. */
  isDirectNext: boolean
  timer: NodeJS.Timeout | null
}

export interface CallsParts {
  dht: DHT
  /** Keys of other nodes that carry connections. */
  relays: () => Buffer[]
  proven: { givenBy (key: string): number }
  budgets: { of (connection: Connection): unknown }
  /** All others are on this machine as well: the node is bound to loopback. */
  isLocal: boolean
}

/**
 * Whom this node calls, and what becomes of it. Who answers by way of the DHT, and can't be reached, is called by way of a relay
 * as soon as one is known: Hyperswarm by itself does so only for some of the reasons, and the less often the longer it fails.
 * While neither way comes about, both are tried in turn.
 */
export class Calls {
  #parts: CallsParts
  #swarm: Hyperswarm | null = null
  /** Noise key in hex -> who. */
  #shutOff = new Map<string, ShutOff>()
  /** In hex, when they were last looked at. */
  #relays = new Set<string>()
  /** Noise key in hex -> the direct call of it that is under way, or has come about. */
  #direct = new Map<string, Connection>()
  /** Nodes that are called until that is taken back, in hex. */
  #dialled = new Set<string>()

  constructor (parts: CallsParts) {
    this.#parts = parts
    const { dht, budgets } = parts
    const connect = dht.connect.bind(dht)
    dht.connect = (key, options) => {
      if (options?.keyPair) return this.#connect(connect, Buffer.from(key), options)
      // What HyperDHT calls by itself is a relay, which a stranger may have named.
      const relay = connect(key, options)
      budgets.of(relay)
      return relay
    }
    dht.on('network-change', () => this.#forgetAll()) // there, no firewall may stand in between
  }

  /** @param swarm on the DHT whose calls these are */
  use (swarm: Hyperswarm): void {
    this.#swarm = swarm
    holdUnheard(swarm)
    const { dht, proven, isLocal } = this.#parts
    screenCalls(swarm.server, {
      dht,
      isLocal,
      isProven: key => proven.givenBy(key) > 0,
      isRelay: key => this.#isRelay(key),
      onRelayed: (key, relay) => this.calledByRelay(key, relay)
    })
  }

  close (): void {
    this.#forgetAll()
    this.#swarm = null
  }

  /** Calls a node, again and again, until {@link stopDialling}. */
  dial (key: Uint8Array): void {
    this.#dialled.add(hexOf(key))
    this.#swarm?.joinPeer(key)
  }

  stopDialling (key: Uint8Array): void {
    if (this.#dialled.delete(hexOf(key))) this.#swarm?.leavePeer(key)
  }

  /** Null: none is known. */
  anyRelay (): Buffer | null {
    const relays = this.#parts.relays()
    this.#relays = new Set(relays.map(hexOf))
    return relays[Math.floor(Math.random() * relays.length)] ?? null
  }

  /** A relay may be known that was not before. */
  relaysChanged (): void {
    const before = this.#relays
    this.anyRelay()
    if ([...this.#relays].some(relay => !before.has(relay))) this.#callShutOff()
  }

  /** What was in the way to a relay is gone. */
  connected (key: Uint8Array): void {
    if (this.#relays.has(hexOf(key))) this.#callShutOff()
  }

  /**
   * A node calls this one by way of a relay, as it does when no other way is left: what stands in the way of that is let go of.
   * Whoever has passed such a call on can repeat it, so not each time.
   */
  calledByRelay (key: Buffer, relay: Buffer): void {
    if (!this.#isRelay(relay)) return
    if (performance.now() - (this.#get(hexOf(key))?.letGoMs ?? -Infinity) < REST_MS) return
    const direct = this.#direct.get(hexOf(key))
    const others = [...this.#swarm?.connections ?? []].filter(({ remotePublicKey }) => remotePublicKey.equals(key))
    const silent = [...direct ? [direct] : [], ...others].filter(({ rawBytesRead }) => rawBytesRead === 0)
    if (silent.length > 0) this.#shut(key, performance.now()).letGoMs = performance.now()
    for (const connection of silent) connection.destroy()
  }

  #isRelay (key: Buffer): boolean { return this.#parts.relays().some(known => known.equals(key)) }

  #connect (connect: DHT['connect'], key: Buffer, options: CallOptions): Connection {
    const startedMs = performance.now()
    const shutOff = this.#get(hexOf(key))
    const usesRelay = shutOff !== null && !shutOff.isDirectNext
    if (shutOff) Object.assign(shutOff, { calledMs: startedMs, isDirectNext: false })
    const relayThrough = options.relayThrough ?? (usesRelay ? this.anyRelay() : null)
    const isShut = usesRelay && relayThrough !== null
    let [isAnswered, isOpen] = [false, false]
    const connection = connect(key, {
      ...options,
      relayThrough,
      createHandshake: (keyPair, remotePublicKey) => new CallHandshake(keyPair, remotePublicKey, { isShut, onAnswer: () => { isAnswered = true } })
    })
    if (!isShut) this.#direct.set(hexOf(key), connection)
    connection.once('open', () => { isOpen = true })
    connection.once('error', ({ message, code }: NodeJS.ErrnoException) => {
      // Where it takes somebody for open to everybody, it is open before anything has come.
      const isInVain = isOpen ? code === 'ETIMEDOUT' && connection.rawBytesRead === 0 : message !== DUPLICATE
      if (!isShut && isAnswered && isInVain) this.#failed(key, startedMs)
    })
    connection.once('close', () => {
      if (this.#direct.get(hexOf(key)) === connection) this.#direct.delete(hexOf(key))
      if (!isShut && connection.rawBytesRead > 0) this.#forget(hexOf(key))
      if (isShut && connection.rawBytesRead === 0) this.#relayFailed(key)
    })
    return connection
  }

  #failed (key: Buffer, calledMs: number): void {
    const shutOff = this.#shut(key, calledMs)
    if (this.anyRelay()) this.#callSoon(shutOff)
  }

  #relayFailed (key: Buffer): void {
    const shutOff = this.#get(hexOf(key))
    if (shutOff) shutOff.isDirectNext = true
  }

  #shut (key: Buffer, calledMs: number): ShutOff {
    const id = hexOf(key)
    const shutOff = this.#get(id) ?? { key, sinceMs: performance.now(), calledMs, letGoMs: -Infinity, isDirectNext: false, timer: null }
    shutOff.isDirectNext = false
    this.#shutOff.set(id, shutOff)
    if (this.#shutOff.size > SHUT_OFF) this.#forget(this.#shutOff.keys().next().value!)
    return shutOff
  }

  #callShutOff (): void { for (const shutOff of this.#shutOff.values()) this.#callSoon(shutOff) }

  /** By way of a relay. */
  #callSoon (shutOff: ShutOff): void {
    const restMs = shutOff.calledMs + REST_MS - performance.now()
    shutOff.timer ??= setTimeout(() => {
      shutOff.timer = null
      if (performance.now() - shutOff.calledMs < REST_MS) this.#callSoon(shutOff)
      else {
        shutOff.isDirectNext = false
        this.#callOnce(shutOff.key)
      }
    }, Math.max(0, restMs)).unref()
  }

  /** Unless it is connected, or is called just now. */
  #callOnce (key: Buffer): void {
    this.#swarm?.joinPeer(key)
    if (!this.#dialled.has(hexOf(key))) this.#swarm?.leavePeer(key)
  }

  #get (id: string): ShutOff | null {
    const shutOff = this.#shutOff.get(id)
    if (!shutOff) return null
    if (performance.now() - shutOff.sinceMs < SHUT_MS) return shutOff
    this.#forget(id)
    return null
  }

  #forgetAll (): void { for (const id of this.#shutOff.keys()) this.#forget(id) }

  #forget (id: string): void {
    const timer = this.#shutOff.get(id)?.timer
    if (timer) clearTimeout(timer)
    this.#shutOff.delete(id)
  }
}

function hexOf (key: Uint8Array): string { return Buffer.from(key).toString('hex') }
