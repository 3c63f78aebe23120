/** The members of corestore 7.12 that the network room uses. */
declare module 'corestore' {
  import type Hypercore from 'hypercore'
  import type { InnerCore, KeyPair, Manifest, StoredCore } from 'hypercore'
  import type { Duplex } from 'node:stream'

  export interface GetOptions {
    key?: Uint8Array
    manifest?: Manifest
    keyPair?: KeyPair
    allowFork?: boolean
    active?: boolean
  }

  export default class Corestore {
    /** `allowBackup`: opens a folder that was copied or moved, too. */
    constructor (storage: string | null, options?: { root?: Corestore, allowBackup?: boolean })
    readonly storage: {
      db: { flush (): Promise<void> }
      hasCore (discoveryKey: Uint8Array): Promise<boolean>
      /** Takes a core out of the store, with all its blocks. Nobody may have it open. */
      deleteCore (core: StoredCore): Promise<void>
      compact (options: { blobGarbageCollectionPolicy: number, blobGarbageCollectionAgeCutoff: number, bottommostLevelCompaction: number }): Promise<void>
    }
    /** The cores that are in memory, by discovery key in hex. */
    readonly cores: { map: Map<string, InnerCore> }
    readonly closing: Promise<void> | null
    ready (): Promise<void>
    close (): Promise<void>
    session (): Corestore
    get (options: GetOptions): Hypercore
    replicate (stream: Duplex): Duplex
    /** Calls back with each core that comes to be open, before any peer is attached to it. */
    watch (onCore: (core: InnerCore) => void): void
    unwatch (onCore: (core: InnerCore) => void): void
  }
}

/** What Corestore adds to a core. */
declare module 'hypercore' {
  export interface InnerCore {
    /** Larger than 0: no session has it open, no peer is attached, and Corestore closes it after a while, unless somebody asks for it. */
    readonly gc: number
  }
}
