/** The members of hypercore 11.37 that the network room uses. */
declare module 'hypercore' {
  import type { EventEmitter } from 'node:events'

  export interface KeyPair { publicKey: Buffer, secretKey: Buffer }

  export interface Manifest {
    version: number
    hash?: string
    allowPatch?: boolean
    quorum?: number
    signers: { signature?: string, namespace?: Buffer, publicKey: Buffer }[]
    prologue?: null
  }

  export interface Range { start: number, length: number }

  /** Which blocks are here. Both give -1, or a number beyond the core, when there is no such block. */
  export interface Bitfield {
    get (index: number): boolean
    firstSet (from: number): number
    firstUnset (from: number): number
    /** How many of so many are set; goes from run to run. */
    countSet (from: number, length: number): number
  }

  export interface TreeNode { index: number, size: number, hash: Buffer }

  /** Reads that go out together at `tryFlush`. */
  export interface StorageRead {
    getBlock (index: number): Promise<Buffer | null>
    getTreeNode (index: number): Promise<TreeNode | null>
    tryFlush (): void
    /** What was not flushed is not read any more. */
    destroy (): void
  }

  export interface StorageWrite {
    putTreeNode (node: TreeNode): void
    flush (): Promise<void>
  }

  /** What leads from a block, or from a node of the tree, to nodes that are known; and from one length to a longer one. */
  export interface Proof {
    fork: number
    block: { index: number, value: Uint8Array, nodes: TreeNode[] } | null
    hash: { index: number, nodes: TreeNode[] } | null
    seek: null
    upgrade: { start: number, length: number, nodes: TreeNode[], additionalNodes: TreeNode[], signature: Uint8Array } | null
    manifest: Manifest | null
  }

  /** Where a core stands in the store. */
  export interface StoredCore { corePointer: number, dataPointer: number }

  /** What all sessions of a core share. */
  export interface InnerCore {
    readonly replicator: Replicator
    readonly key: Buffer | null
    readonly discoveryKey: Buffer
    readonly header: { manifest: Manifest | null }
    readonly state: CoreState
    readonly storage: { core: StoredCore }
    allSessions (): unknown[]
    readonly bitfield: Bitfield
    close (): Promise<void>
    readonly closed: boolean
    /** Nodes of the tree were lost, and are asked for. */
    _repairMode: boolean
    /** True when the proof is of another history, and the connection is to be left alone. */
    checkConflict (proof: Proof, from: ReplicationPeer): Promise<boolean>
    /** Takes what holds. False: it is of no use. Throws what does not hold. */
    verify (proof: Proof, from: ReplicationPeer): Promise<boolean>
    /** The tree of a longer fork that a proof leads to. */
    verifyReorg (proof: Proof): Promise<TreeBatch | null>
    /** Of a version that had no manifest. */
    readonly compat: boolean
    /** Throws unless the core's writer signed the tree. */
    _verifyBatchUpgrade (batch: TreeBatch, manifest: Manifest | null): void
  }

  export interface CoreState {
    readonly length: number
    readonly byteLength: number
    readonly fork: number
    readonly roots: TreeNode[]
    /** Of the tree at the present length; null while it is empty. */
    readonly signature: Buffer | null
    readonly storage: { read (): StorageRead, write (): StorageWrite }
    /** Held by whoever writes. */
    readonly mutex: { lock (): Promise<void>, unlock (): void }
    createWriteBatch (): { deleteTreeNode (index: number): void }
  }

  /** A tree that a proof leads to. */
  export interface TreeBatch { length: number, fork: number, roots: TreeNode[], signature: Uint8Array }

  export interface Download {
    done (): Promise<void>
    destroy (): void
  }

  export default class Hypercore extends EventEmitter {
    static key (manifest: Manifest): Buffer
    static discoveryKey (key: Uint8Array): Buffer
    /** The manifest with every member that hypercore stores. */
    static parseManifest (manifest: Manifest): Manifest
    readonly key: Buffer
    readonly discoveryKey: Buffer
    readonly id: string
    readonly length: number
    readonly byteLength: number
    readonly contiguousLength: number
    readonly fork: number
    readonly writable: boolean
    readonly opened: boolean
    readonly manifest: Manifest | null
    readonly peers: ReplicationPeer[]
    readonly core: InnerCore
    /** That of all sessions of the core which are no snapshots. */
    readonly state: CoreState
    ready (): Promise<void>
    close (): Promise<void>
    append (blocks: Uint8Array | Uint8Array[], options?: { keyPair: KeyPair }): Promise<{ length: number, byteLength: number }>
    /**
     * @param options.activeRequests where what is asked of peers is kept, to be given up together
     * @param options.onwait called right before peers are asked
     */
    get (index: number, options?: { wait?: boolean, timeout?: number, activeRequests?: unknown[], onwait?: () => void }): Promise<Buffer | null>
    has (start: number, end?: number): Promise<boolean>
    clear (start: number, end?: number): Promise<void>
    /** Takes back blocks of an own core, which thereby gets a new fork. */
    truncate (length: number, options: { keyPair: KeyPair }): Promise<void>
    update (options?: { wait?: boolean, force?: boolean }): Promise<boolean>
    download (range: { start?: number, end?: number, linear?: boolean, blocks?: number[] }): Download
    treeHash (length?: number): Promise<Buffer>
    /** False when the core has changed meanwhile. Throws what does not hold. */
    applyProof (proof: Proof): Promise<boolean>
    /** What is kept with the core, and goes with it; peers are told nothing of it. */
    setUserData (key: string, value: Buffer): Promise<void>
    getUserData (key: string): Promise<Buffer | null>
  }
}
