/** The members of hyperdht 6.34 that the network room, and the plain program of the bench, use. */
declare module 'hyperdht' {
  import type { EventEmitter } from 'node:events'
  import type { KeyPair } from 'hypercore'
  import type { Connection } from 'hyperswarm'

  export interface HostPort { host: string, port: number }

  export interface DHTOptions {
    bootstrap?: (HostPort | string)[]
    host?: string
    port?: number
    ephemeral?: boolean
    firewalled?: boolean
    /** False: whether it is behind a firewall is not found out at once. */
    quickFirewall?: boolean
    anyPort?: boolean
    keyPair?: KeyPair
    maxWindow?: number
  }

  export interface CallOptions {
    keyPair: KeyPair
    /** Key of the relay. */
    relayThrough?: Buffer | null
    createHandshake?: (keyPair: KeyPair, remotePublicKey: Buffer) => object
  }

  /** A stream of UDX. `connect` and `changeRemote` throw what does not fit. */
  export interface RawStream extends EventEmitter {
    connect (socket: unknown, remoteId: number, port: number, host: string): void
    changeRemote (socket: unknown, remoteId: number, port: number, host: string): Promise<void>
    destroy (error?: Error): void
  }

  export default class DHT extends EventEmitter {
    constructor (options?: DHTOptions)
    static keyPair (seed?: Uint8Array): KeyPair
    static hash (bytes: Uint8Array): Buffer
    /** The first node of a DHT; `host`: by which others reach it. */
    static bootstrapper (port: number, host: string, options?: DHTOptions): DHT
    readonly bootstrapped: boolean
    readonly online: boolean
    /** Its network gives each connection another port, so that nobody can find the way in. */
    readonly randomized: boolean
    fullyBootstrapped (): Promise<void>
    /** Who is announced on a topic, as each node of the DHT that is asked knows it. */
    lookup (topic: Uint8Array): AsyncIterable<{ peers: { publicKey: Buffer }[] }>
    address (): HostPort
    /** Nodes of the DHT that it knows. */
    toArray (): HostPort[]
    /** Where everybody can reach it; null: not everybody can, or it does not know. */
    remoteAddress (): HostPort | null
    /** Without a key pair of its own, it calls with that of the DHT. */
    connect (remotePublicKey: Uint8Array, options?: CallOptions): Connection
    createRawStream (options: { framed?: boolean, firewall?: unknown }): RawStream
    request (message: { command: number, target: Buffer, value: Uint8Array }, to: HostPort, options: { retry: boolean }): Promise<unknown>
    destroy (options?: { force?: boolean }): Promise<void>
    /** Where others see this node; null or 0: it does not know, or they do not agree. */
    readonly host: string | null
    readonly port: number
    /** Deals with what others ask; `isExternal`: it came to another socket than the one that this node asks by. */
    readonly io: { onrequest (request: { from: HostPort, to: HostPort }, isExternal: boolean): void }
    /**
     * A node has asked or answered.
     *
     * @param seenAt where it says that it sees this one; null: it does not say
     */
    _addNodeFromNetwork (isSample: boolean, from: HostPort, seenAt: HostPort | null): void
  }
}

declare module 'hyperdht/lib/messages.js' {
  import type { HostPort } from 'hyperdht'

  /** A call on its way; `mode`: who says it to whom. */
  export interface HandshakeMessage { mode: number, noise: Buffer, peerAddress: HostPort | null, relayAddress: HostPort | null }

  export const handshake: {
    preencode (state: object, message: HandshakeMessage): void
    encode (state: object, message: HandshakeMessage): void
    decode (state: object): HandshakeMessage
  }
}

declare module 'hyperdht/lib/noise-wrap.js' {
  import type { KeyPair } from 'hypercore'
  import type { HostPort } from 'hyperdht'

  /** What one who calls and one who is called tell each other by way of the DHT. */
  export interface HandshakePayload {
    firewall: number
    holepunch: { id: number, relays: { relayAddress: HostPort, peerAddress: HostPort }[] } | null
    addresses4: HostPort[]
    /** By which it is found in the DHT. */
    relayAddresses?: HostPort[] | null
    relayThrough?: { publicKey: Buffer } | null
  }

  export default class NoiseWrap {
    /** @param remotePublicKey null: whoever calls */
    constructor (keyPair: KeyPair, remotePublicKey: Buffer | null)
    send (payload: HandshakePayload): Buffer
    recv (bytes: Buffer): HandshakePayload
  }
}
