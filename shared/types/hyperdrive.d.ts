/** The members of hyperdrive 13.3 (and of the hyperbee under it) that the network room, and the plain program of the bench, use. */
declare module 'hyperdrive' {
  import type Corestore from 'corestore'
  import type Hypercore from 'hypercore'
  import type { Manifest } from 'hypercore'

  export interface BlobPointer { blockOffset: number, blockLength: number, byteOffset: number, byteLength: number }

  export interface DriveEntry {
    seq: number
    key: string
    value: { executable: boolean, linkname: string | null, blob: BlobPointer | null, metadata: unknown }
  }

  export default class Hyperdrive {
    constructor (store: Corestore, key?: Uint8Array)
    static getContentManifest (manifest: Manifest, key: Uint8Array): Manifest | null
    readonly core: Hypercore
    readonly blobs: { core: Hypercore } | null
    readonly key: Buffer
    readonly writable: boolean
    ready (): Promise<void>
    close (): Promise<void>
    getBlobs (): Promise<{ core: Hypercore }>
    entry (path: string, options?: { wait?: boolean, update?: boolean }): Promise<DriveEntry | null>
    get (path: string, options?: { wait?: boolean, update?: boolean }): Promise<Buffer | null>
    batch (): Hyperdrive
    putEntry (path: string, entry: { blob: BlobPointer | null, metadata?: unknown }): Promise<void>
    del (path: string): Promise<void>
    flush (): Promise<void>
    put (path: string, content: Uint8Array): Promise<void>
    update (): Promise<boolean>
    findingPeers (): () => void
    /** Resolves when the download has begun. */
    download (folder: string): { done (): Promise<void> }
    list (folder: string): AsyncIterable<DriveEntry>
  }
}

declare module 'hyperbee/lib/messages.js' {
  const messages: {
    /** A block of the index: `key` and `value` as bytes; `value` is null for a deletion. Throws on garbage. */
    Node: { decode (block: Uint8Array): { key: Buffer, value: Buffer | null } }
  }
  export default messages
}
