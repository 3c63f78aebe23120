import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { Download, Manifest } from 'hypercore'
import z32 from 'z32'
import { AppError, isAppError, messageOf } from '../errors.ts'
import type { BlockRanges } from '../format/block-ranges.ts'
import { BLOCK_BYTES } from '../format/limits.ts'
import { Resource } from '../resource.ts'
import { blobsKeyOf } from './blobs-key.ts'
import { dropDamaged, isDamage } from './damaged-blocks.ts'
import { fetchBlocks, type BlocksDownload } from './fetch-blocks.ts'
import { rangesIn } from './held-ranges.ts'
import { type BlobPointer, type IndexEntry, readIndexEntry } from './index-entry.ts'
import { keepTree } from './keep-tree.ts'
import type { Spreading } from './spreading/spreading.ts'

export type { Download }

/** How long a peer may announce a length without delivering it before the announcement is no longer believed. */
const CLAIM_MS = 5_000

export interface Heads { index: number, blobs: number }

interface DriveReaderEvents {
  /** Where the bytes lie is known from now on: until then none can be asked for. */
  blobsFound: []
  /** The index reaches further than before. */
  indexGrew: []
  /** A block of the index arrived. */
  indexBlockArrived: []
  /** A block of the blobs core arrived. */
  blockArrived: [index: number, sizeBytes: number]
  /** A peer was added or went. */
  peersChanged: []
  /** A block can't be read that is here. */
  damaged: []
  /** Nothing can be read from the drive but its index. */
  refused: [error: AppError]
}

/**
 * A drive as readers see it: its two cores, block by block. It opens the cores and not a Hyperdrive, because a second
 * Hyperdrive on one key in one process never becomes ready, and because nothing here walks a stranger's tree.
 * Neither core follows a truncation by its writer: what was received stays.
 */
export class DriveReader extends Resource<DriveReaderEvents> {
  /** z-base-32 of the drive's key. */
  readonly key: string
  #store: Corestore
  #spreading: Spreading
  #index: Hypercore
  #blobs: Hypercore | null = null
  #openingBlobs: Promise<void> | null = null
  #live: Download | null = null
  #claims = new Map<string, { length: number, sinceMs: number }>()
  #isLive: boolean
  /** Where the index ends for a reader; null: where its writer has come to. */
  #end: number | null = null

  /** @param live false: nothing is asked of peers, and what is not here is taken for missing */
  constructor ({ store, spreading }: { store: Corestore, spreading: Spreading }, key: string, { live = true }: { live?: boolean } = {}) {
    super()
    this.key = key
    this.#isLive = live
    this.#store = store.session()
    this.#spreading = spreading
    this.#index = this.#store.get({ key: z32.decode(key), allowFork: false, active: live })
  }

  protected override async _open (): Promise<void> {
    await this.#index.ready()
    keepTree(this.#index)
    if (this.#isLive) this.#spreading.of(this.#index).follow({ isIndex: true })
    this.#index.on('append', () => { void this.#grew() })
    this.#index.on('download', () => this.emit('indexBlockArrived'))
    this.#index.on('peer-add', () => this.emit('peersChanged'))
    this.#index.on('peer-remove', () => this.emit('peersChanged'))
    await this.#openBlobs()
    this.#fetchIndex()
  }

  /** The whole index, now and from now on: it is small, and tells what else there is. */
  #fetchIndex (): void {
    this.#live?.destroy()
    if (this.#isLive) this.#live = fetchBlocks(this.#index, this.#spreading, 0, this.#end ?? Infinity)
  }

  protected override async _close (): Promise<void> {
    this.#live?.destroy()
    await this.#store.close()
  }

  /** From now on nothing of the index is asked for at or after a block: it does not exist for a reader. Null: all of it does. */
  endAt (length: number | null): void {
    this.#end = length
    this.#fetchIndex()
  }

  /** Drops blocks that the disk has lost or changed. Those of the index are asked for again at once. */
  async dropDamaged (): Promise<void> {
    if (await dropDamaged(this.#index) > 0) this.#fetchIndex()
    if (this.#blobs) await dropDamaged(this.#blobs)
  }

  /** Blocks of the blobs core that are here. */
  get blocksHere (): BlockRanges {
    return this.#blobs ? rangesIn(this.#blobs) : []
  }

  async #grew (): Promise<void> {
    await this.#openBlobs()
    if (!this.closing) this.emit('indexGrew')
  }

  /** Never throws: a stranger made the drive, and this runs where nobody waits for it. */
  async #openBlobs (): Promise<void> {
    if (this.#blobs || !this.#index.manifest) return
    this.#openingBlobs ??= this.#openBlobsOf(this.#index.manifest).catch((error: unknown) => {
      if (!this.closing) this.emit('refused', isAppError(error) ? error : new AppError('INTERNAL', `The drive could not be opened: ${messageOf(error)}`, { cause: error }))
    })
    await this.#openingBlobs
  }

  /** The blobs core's key follows from the manifest of the index core, which comes with its first block. */
  async #openBlobsOf (index: Manifest): Promise<void> {
    const blobs = this.#store.get({ key: blobsKeyOf(index, this.#index.key), allowFork: false, active: this.#isLive })
    await blobs.ready()
    keepTree(blobs)
    if (this.#isLive) this.#spreading.of(blobs).follow({ isIndex: false })
    blobs.on('download', (index: number, sizeBytes: number) => this.emit('blockArrived', index, sizeBytes))
    this.#blobs = blobs
    this.emit('blobsFound')
  }

  /** The 32 bytes of {@link key}. */
  get keyBytes (): Uint8Array { return this.#index.key }
  /** For this room. The blobs core is known when the first block of the index has come. */
  get cores (): { index: Hypercore, blobs: Hypercore | null } { return { index: this.#index, blobs: this.#blobs } }

  /** Blocks of both cores that are known to exist. */
  get heads (): Heads {
    return { index: this.#index.length, blobs: this.#blobs?.length ?? 0 }
  }

  /** Blocks of the index from its beginning of which none is missing. */
  get wholeIndex (): number { return this.#index.contiguousLength }
  /** Hypercore's tree hash of the index at a length that is here, in hex. */
  async treeHash (length: number): Promise<string> {
    return (await this.#index.treeHash(length)).toString('hex')
  }

  /** Connected peers that tell how long the index is, by their keys in hex. */
  get peers (): string[] {
    return this.#index.peers.filter(({ remoteSynced, remoteLength }) => remoteSynced && remoteLength > 0).map(({ remotePublicKey }) => remotePublicKey.toString('hex'))
  }

  /** True when no connected peer tells of blocks that are not here; false while nobody is connected. */
  get settled (): boolean {
    const now = Date.now()
    const peers = this.#index.peers.filter(peer => peer.remoteSynced)
    return peers.length > 0 && peers.every(peer => {
      if (peer.remoteLength <= this.#index.length) return true
      const id = peer.remotePublicKey.toString('hex')
      const claim = this.#claims.get(id)
      if (claim?.length === peer.remoteLength) return now - claim.sinceMs > CLAIM_MS
      this.#claims.set(id, { length: peer.remoteLength, sinceMs: now })
      return false
    })
  }

  /**
   * The entry that index block `seq` sets, fetched from peers when it is not here.
   *
   * @param timeoutMs null: nothing is fetched, and null given for a block that is not here
   * @throws AppError BAD_FORMAT, BAD_POINTER, TIMED_OUT
   */
  async entryAt (seq: number, timeoutMs: number | null): Promise<IndexEntry | null> {
    const block = await this.#index.get(seq, timeoutMs === null ? { wait: false } : { wait: this.#isLive, timeout: timeoutMs }).catch((cause: unknown) => {
      if (isDamage(cause) && !this.closing) this.emit('damaged')
      throw new AppError('TIMED_OUT', `Index block ${seq} did not arrive.`, { cause })
    })
    return block && readIndexEntry(seq, block)
  }

  /** True when all bytes of a pointer are here. */
  async has ({ blockOffset, blockLength }: BlobPointer): Promise<boolean> {
    if (blockLength === 0) return true
    return this.#blobs ? await this.#blobs.has(blockOffset, blockOffset + blockLength) : false
  }

  /** How much of what a pointer names is here. Counts whole blocks. */
  async here ({ blockOffset, blockLength, byteLength }: BlobPointer): Promise<{ blocks: number, bytes: number }> {
    const here = { blocks: 0, bytes: 0 }
    if (!this.#blobs) return here
    for (let i = 0; i < blockLength; i++) {
      if (!await this.#blobs.has(blockOffset + i)) continue
      here.blocks++
      here.bytes += Math.min(BLOCK_BYTES, byteLength - i * BLOCK_BYTES)
    }
    return here
  }

  /**
   * The bytes from `start` to `end` (inclusive) of what a pointer names, from the blocks that are here.
   *
   * @throws AppError NOT_COMPLETE when a block is missing, BAD_POINTER when the blocks have other sizes than they should
   */
  async * read (pointer: BlobPointer, start = 0, end = pointer.byteLength - 1): AsyncGenerator<Uint8Array> {
    if (end < start) return
    for (let i = Math.floor(start / BLOCK_BYTES); i <= Math.floor(end / BLOCK_BYTES); i++) {
      const block = this.#blobs && await this.#blobs.get(pointer.blockOffset + i, { wait: false }).catch((error: Error) => this.#unreadable(error))
      if (!block) throw new AppError('NOT_COMPLETE', 'Some of the bytes are not on this machine yet.')
      const expected = Math.min(BLOCK_BYTES, pointer.byteLength - i * BLOCK_BYTES)
      if (block.length !== expected) throw new AppError('BAD_POINTER', `A block has ${block.length} bytes where the index says ${expected}.`)
      const from = i * BLOCK_BYTES
      yield block.subarray(Math.max(0, start - from), Math.min(block.length, end + 1 - from))
    }
  }

  /** What is damaged is as if it were not here. */
  #unreadable (cause: Error): void {
    if (this.closing) throw new AppError('NOT_READY', 'The newsletter is just being opened anew. Try again in a moment.', { cause })
    if (!isDamage(cause)) throw cause
    this.emit('damaged')
  }

  /** Like {@link read}, all at once. Only for what is known to be small. */
  async readAll (pointer: BlobPointer): Promise<Uint8Array> {
    const blocks: Uint8Array[] = []
    for await (const block of this.read(pointer)) blocks.push(block)
    return Buffer.concat(blocks)
  }

  /** Asks peers for blocks of the blobs core until all are here. Destroying the download makes `done` wait for ever. See {@link fetchBlocks}. */
  download (start: number, end: number, options: { first?: boolean } = {}): BlocksDownload {
    if (!this.#blobs) throw new AppError('NOT_COMPLETE', 'The drive has not been found yet.')
    return fetchBlocks(this.#blobs, this.#spreading, start, end, options)
  }

  /** Drops blocks of the blobs core. The disk has them until it is compacted. */
  async clearBlocks (ranges: BlockRanges): Promise<void> {
    for (const [start, end] of ranges) await this.#blobs?.clear(start, end)
  }

  /** Drops every block of both cores; the drive's length stays known. */
  async clear (): Promise<void> {
    await this.clearBlocks([[0, this.#blobs?.length ?? 0]])
    await this.#index.clear(0, this.#index.length)
  }
}
