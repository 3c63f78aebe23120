/** How hypercore 11.37 exchanges blocks: the members that are used, and wrapped. */
declare module 'hypercore' {
  import type { Connection } from 'hyperswarm'

  export interface WireMessage<M> { send (message: M): boolean }

  export interface WireRequest {
    /** 0: not one of those that the replicator keeps. */
    id: number
    fork: number
    block: { index: number, nodes: number } | null
    hash: { index: number, nodes: number } | null
    seek: { bytes: number, padding: number } | null
    manifest?: boolean
    upgrade: Range | null
  }

  export interface WireBlockRequest extends WireRequest { block: { index: number, nodes: number } }

  /** An answer that is being read. */
  export interface ProofRequest {
    readonly msg: WireRequest
    /** Null: there is none. */
    fulfill (): Promise<Proof | null>
  }

  /** A proof that is being read, without the block's bytes. */
  export interface TreeProof { settle (): Promise<Proof> }

  /** One connection's view of one core. */
  export interface ReplicationPeer {
    remotePublicKey: Buffer
    remoteLength: number
    /** All blocks below it are there. */
    readonly remoteContiguousLength: number
    remoteFork: number
    remoteSynced: boolean
    remoteOpened: boolean
    /** What it says that it does: gives, fetches, and takes what was not requested. */
    remoteUploading: boolean
    remoteDownloading: boolean
    remoteAllowPush: boolean
    stream: Connection
    /** How many requests to it may be open, at least and at most. */
    inflightRange: [number, number]
    roundtripQueue: { tick: number } | null
    /** Requests of the other side that are not answered. */
    remoteRequests: Map<number, WireRequest>
    /** Up to here the other side can prove new blocks, by what was pushed. */
    pushedLength: number
    /** `notAvailableBackoffs`: how often it has said not to have something. */
    readonly stats: { readonly invalidData: number, notAvailableBackoffs: number }
    /** Nothing is asked of it, or taken from it. */
    paused: boolean
    isActive (): boolean
    /** Says anew how far it has come here. */
    sendSync (): void
    /** Sends a block that was not requested, where the other side takes that and has not said to have it. */
    push (index: number): Promise<void>
    _remoteHasBlock (index: number): boolean
    /** Asks for a block of what is wanted, or what it has of that. False: for no block. An end of -1: what is to come, too. */
    _requestRange (range: { readonly end: number }): boolean
    _requestRangeBatch (start: number, end: number, length: number): boolean
    _sendBlockRequest (request: InflightRequest, block: BlockRequest): void
    /** Answers, now, unless the request was taken back. */
    _handleRequest (message: WireRequest): Promise<void>
    /** Null: nothing can answer it. `pushing`: nobody has asked for it. */
    _getProof (read: StorageRead, message: WireRequest, pushing: boolean): Promise<ProofRequest | null>
    /** Sends what it was prepared for. */
    _fulfillRequest (request: ProofRequest, pushing: boolean): Promise<void>
    onsync (message: { fork: number, length: number, remoteLength: number }): Promise<void>
    /** True when the connection is over. */
    removed: boolean
    onrequest (message: WireRequest): Promise<void>
    oncancel (message: { request: number }): void
    ondata (message: Proof & { request: number }): Promise<void>
    /** It has not, or does not want to give, what was requested. */
    onnodata (message: { request: number, reason?: number }): void
    wireData: WireMessage<{ request: number, block: { value: Uint8Array | null } | null }>
    wireNoData: WireMessage<{ request: number, reason?: number }>
    wireRequest: WireMessage<WireRequest>
    wireCancel: WireMessage<{ request: number }>
    wireBitfield: WireMessage<{ start: number, bitfield: Uint32Array }>
    wireSync: WireMessage<{ allowPush: boolean }>
    /** So much may be asked of it at once. */
    getMaxInflight (): number
    getMaxHotswapInflight (): number
    _cancelRequest (request: InflightRequest): void
    /** False when it does not have it, or may not be asked. */
    _requestBlock (block: BlockRequest): boolean
    /** Shows the other side what is here, when the forks are the same, and ends the channel. */
    _onconflict (): Promise<void>
    onextension (message: unknown): unknown
    /** The connection takes more again. */
    ondrain (): Promise<void>
    readonly protomux: { readonly drained: boolean }
    onwant (message: Range): void
    onunwant (message: Range): void
    onbitfield (message: { start: number, bitfield: Uint32Array }): void
    onrange (message: Range & { drop: boolean }): Promise<void>
  }

  /** What was asked of a peer. */
  export interface InflightRequest extends WireRequest {
    peer: ReplicationPeer
    rt: number
    manifest: boolean
    priority: number
    timestamp: number
    elapsed: number
  }

  /** A block that is wanted, and who was asked for it. */
  export interface BlockRequest { index: number, inflight: InflightRequest[] }

  export interface Replicator {
    readonly peers: ReplicationPeer[]
    readonly core: InnerCore
    readonly destroyed: boolean
    idle (): boolean
    /** Who was asked for the manifest. */
    _manifestPeer: ReplicationPeer | null
    /** What came from a peer was proved, and is here. `request`: null when this node does not wait for it. */
    _ondata (peer: ReplicationPeer, request: InflightRequest | null, message: { block: { index: number, value: Uint8Array } | null }): void
    /** A peer does not have what it was asked for. */
    _onnodata (peer: ReplicationPeer, request: InflightRequest, reason: number): void
    queueUpdateAll (): void
    allowFork: boolean
    /** Messages that went and came. */
    readonly stats: { wireRequest: { tx: number, rx: number } }
    /** To be called when blocks came by another road: whoever waits for them looks again. */
    onupgrade (): void
    clearRequests (requests: unknown[], error: Error): void
    attachTo (muxer: unknown): void
    /** Takes what peers send without being asked; tells them so. */
    setAllowPush (allowPush: boolean): void
    readonly allowPush: boolean
    _addPeer (peer: ReplicationPeer): void
    _removePeer (peer: ReplicationPeer): void
    /** Requests what is on its way from one peer from others, too. */
    _updateHotswap (peer: ReplicationPeer): void
    /** Forgets a request, without telling the peer. */
    _clearRequest (peer: ReplicationPeer, request: InflightRequest): void
    readonly _blocks: { get (index: number): BlockRequest | null, add (index: number, priority: number, force: boolean): BlockRequest }
    readonly _inflight: Iterable<InflightRequest> & { get (id: number): InflightRequest | null }
  }
}
