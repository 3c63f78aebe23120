/** The members of hyperswarm 4.17 and protomux 3.12 that the network room, and the plain program of the bench, use. */
declare module 'hyperswarm' {
  import type { EventEmitter } from 'node:events'
  import type { Duplex } from 'node:stream'
  import type { KeyPair } from 'hypercore'
  import type DHT from 'hyperdht'
  import type { HostPort } from 'hyperdht'
  import type NoiseWrap from 'hyperdht/lib/noise-wrap.js'
  import type { HandshakePayload } from 'hyperdht/lib/noise-wrap.js'

  /** A Noise-encrypted connection. */
  export interface Connection extends Duplex {
    readonly publicKey: Buffer
    readonly remotePublicKey: Buffer
    readonly handshakeHash: Buffer
    readonly isInitiator: boolean
    /** It was told to end. */
    readonly destroying: boolean
    /** Null while it is not connected. */
    readonly rawStream: {
      readonly remoteHost?: string
      readonly remoteAddress?: string
      /** Of UDX alone: congestion window in packets, largest packet in bytes, bytes that are not acknowledged. */
      readonly cwnd?: number
      readonly mtu?: number
      readonly inflight?: number
      /** All that was sent, with headers. */
      readonly bytesTransmitted?: number
      readonly packetsTransmitted?: number
      /** Packets that were sent again, in 16 bits. */
      readonly retransmits?: number
      _writev (buffers: Buffer[], done: (error: Error | null) => void): void
      _predestroy (): void
    } | null
    /** Returns when the other end has acknowledged what was written, where the stream below knows of that. */
    flush (): Promise<boolean>
    /** Ends it when nothing has come for so long; 0: never. */
    setTimeout (ms: number): void
    /** On the wire, as it came and went. */
    readonly rawBytesRead: number
    readonly rawBytesWritten: number
  }

  export interface PeerInfo {
    publicKey: Buffer
    client: boolean
    /** One that is banned is neither called nor let in. */
    ban (isBanned: boolean): void
  }

  export interface PeerDiscovery {
    flushed (): Promise<boolean>
    refresh (options?: { client?: boolean, server?: boolean }): Promise<void>
    destroy (): Promise<void>
  }

  /** What a node says when it calls. */
  export type Call = Pick<HandshakePayload, 'firewall' | 'relayThrough'>

  /** By which others call a node. */
  export interface Server {
    /** True refuses a call, before anything is kept for it. `from` may be no more than what somebody says. */
    firewall: (remotePublicKey: Buffer, call: Call | null, from: HostPort) => boolean
    createHandshake: (keyPair: KeyPair) => NoiseWrap
    /** Told of each connection that comes about. */
    onconnection: (connection: Connection) => void
    /** What belongs to a call is kept for so long. */
    handshakeClearWait: number
    /** Calls that something is kept for. */
    readonly _connects: Map<string, unknown>
    readonly _announcer: { isRelay (address: HostPort): boolean } | null
    /**
     * Deals with a call.
     *
     * @param noise its bytes
     * @param from who calls, as whoever has passed the call on says
     * @param request by which it has come
     */
    _addHandshake (id: string, noise: Buffer, from: HostPort, request: { from: HostPort }, isDirect: boolean): Promise<unknown>
  }

  export default class Hyperswarm extends EventEmitter {
    constructor (options: {
      dht: DHT, keyPair?: KeyPair, maxPeers?: number, maxClientConnections?: number, maxParallel?: number,
      /** True: it is not let in. */
      firewall?: (remotePublicKey: Buffer) => boolean,
      /** Key of the relay for a connection; `force`: a direct one has failed. */
      relayThrough?: (force: boolean | undefined, swarm: Hyperswarm) => Buffer | null
    })
    readonly connections: Set<Connection>
    readonly dht: DHT
    readonly server: Server
    join (topic: Uint8Array, options?: { server?: boolean, client?: boolean }): PeerDiscovery
    /** Null until {@link listen} was called. */
    readonly listening: Promise<void> | null
    /** Returns when others can call this node. */
    listen (): Promise<void>
    joinPeer (publicKey: Uint8Array): void
    leavePeer (publicKey: Uint8Array): void
    /** By key in hex. */
    readonly peers: Map<string, PeerInfo>
    /** Forgets one that is neither connected, nor banned, nor to be called. */
    _maybeDeletePeer (info: PeerInfo): void
    destroy (options?: { force?: boolean }): Promise<void>
    on (event: 'connection', listener: (connection: Connection, info: PeerInfo) => void): this
    on (event: 'update', listener: () => void): this
  }
}

declare module 'blind-relay' {
  import type { EventEmitter } from 'node:events'
  import type { Duplex } from 'node:stream'

  /** Called when the first packet of a stream comes. True: it is not let in. */
  export type RelayFirewall = (socket: object, port: number, host: string) => boolean

  /** One side of a connection that is asked for. */
  export interface PairMessage { isInitiator: boolean, token: Uint8Array, id: number }

  export interface Session extends EventEmitter {
    destroy (): void
    readonly _server: { _pairing: Map<string, { links: ({ session: Session } | null)[] }> }
    /** Tokens of connections that wait for their other side, and those that are carried. */
    readonly _pairing: Set<string>
    readonly _links: Map<string, unknown>
    _pair: { onmessage (message: PairMessage, channel: unknown): void }
  }

  /** Who asks. */
  export class Client extends EventEmitter {
    constructor (stream: Duplex, options: { id: Uint8Array })
    readonly closed: boolean
    readonly _pair: { send (message: PairMessage & { seq: number }): boolean }
  }

  export class Server {
    constructor (options: { createStream: (options: { firewall: RelayFirewall }) => object })
    accept (stream: Duplex, options: { id: Uint8Array }): Session
    close (): Promise<void>
  }
}

declare module '@hyperswarm/secret-stream' {
  import type { Duplex } from 'node:stream'
  import type { KeyPair } from 'hypercore'
  import type { Connection } from 'hyperswarm'

  export default class NoiseSecretStream {
    /** Shakes hands (Noise XX) over a stream; `connect` when that is done. */
    constructor (isInitiator: boolean, rawStream: Duplex, options: { keyPair: KeyPair })
  }

  export default interface NoiseSecretStream extends Connection {
    setKeepAlive (ms: number): void
    /** The other side is not known yet. */
    readonly _setup: boolean
    /** Of a message that has begun: its size, and what has come of it, where that was not all at once. */
    readonly _len: number
    readonly _message: Buffer | null
    _onrawdata (data: Buffer): void
  }
}

declare module 'protomux' {
  import type { Duplex } from 'node:stream'

  export interface Message { send (bytes: Uint8Array): boolean }

  export interface Channel {
    readonly protocol: string
    /** By which the other side names it in each message. */
    readonly _localId: number
    readonly opened: boolean
    readonly closed: boolean
    /** Nothing that was sent waits. */
    readonly drained: boolean
    open (): void
    close (): void
    addMessage (options: { encoding: unknown, onmessage: (bytes: Uint8Array) => void }): Message
  }

  export default class Protomux {
    static from (stream: Duplex): Protomux
    /** Calls back when the other side opens a channel that is not open here. */
    pair (which: { protocol: string, id: Uint8Array }, onOpen: () => void): void
    createChannel (options: { protocol: string, id?: Uint8Array, onopen?: () => void, onclose?: () => void, ondrain?: () => void }): Channel | null
    readonly stream: Duplex
    _destroying: boolean
    _onbatch (state: object): void
    _onopensession (state: object): unknown
    _safeDestroy (error: Error): void
    _warn (error: Error): void
    /** Deals with one message, of which the number of the channel was read; a batch comes here again with each of its own. */
    _decode (channel: number, state: { buffer: Uint8Array, start: number, end: number }): unknown
    /** The channels that are open here. */
    [Symbol.iterator] (): Iterator<Channel | null>
  }
}
