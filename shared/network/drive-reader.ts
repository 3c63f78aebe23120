import type { Download } from 'hypercore'
import { AppError } from '../errors.ts'
import type { BlockRanges } from '../format/block-ranges.ts'
import { BLOCK_BYTES } from '../format/limits.ts'
import { isDamage } from './damage.ts'
import { dropDamaged } from './damaged-blocks.ts'
import { fetchBlocks, type BlocksDownload } from './fetch-blocks.ts'
import { rangesIn } from './held-ranges.ts'
import { type BlobPointer, type IndexEntry, readIndexEntry } from './index-entry.ts'
import type { Heads } from './known-drive.ts'
import { RestingDrive } from './resting-drive.ts'

export type { Download, Heads }

/** How long a peer may announce a length without delivering it before the announcement is no longer believed. */
const CLAIM_MS = 5_000

/**
 * A drive as readers see it: its two cores, block by block. It opens the cores and not a Hyperdrive, because a second
 * Hyperdrive on one key in one process never becomes ready, and because nothing here walks a stranger's tree.
 */
export class DriveReader extends RestingDrive {
  /** What peers announce and have not delivered, by their keys in hex. */
  #claims = new Map<string, { length: number, sinceMs: number }>()

  /**
   * Drops blocks that the disk has lost or changed. Those of the index are asked for again at once.
   *
   * @throws why some could not be read, after all were looked at; those stay
   */
  async dropDamaged (): Promise<void> {
    await this.withCores(async ({ index, blobs }) => {
      const ofIndex = await dropDamaged(index)
      if (ofIndex.dropped > 0) this.fetchIndex()
      const ofBlobs = blobs && await dropDamaged(blobs)
      const unread = ofIndex.unread ?? ofBlobs?.unread
      if (unread) throw unread
    })
  }

  /** Blocks of the blobs core that are here. */
  async blocksHere (): Promise<BlockRanges> {
    return await this.withCores(async ({ blobs }) => blobs ? rangesIn(blobs) : [])
  }

  /** Of its cores, in hex: that of the blobs core is known when the first block of the index has come. */
  get coreKeys (): { index: string, blobs: string | null } {
    return { index: this.keyBytes.toString('hex'), blobs: this.known.blobsKey?.toString('hex') ?? null }
  }

  /** Blocks of both cores that are known to exist. */
  get heads (): Heads { return this.known.heads }

  /** Blocks of the index from its beginning of which none is missing. */
  get wholeIndex (): number { return this.known.wholeIndex }

  get indexBytes (): number { return this.known.indexBytes }

  /** Hypercore's tree hash of the index at a length that is here, in hex. */
  async treeHash (length: number): Promise<string> {
    return await this.withCores(async ({ index }) => (await index.treeHash(length)).toString('hex'))
  }

  /** Connected peers that tell how long the index is, by their keys in hex. */
  get peers (): string[] {
    if (this.isResting) return []
    const told = this.cores.index.peers.filter(({ remoteSynced, remoteLength }) => remoteSynced && remoteLength > 0)
    return told.map(({ remotePublicKey }) => remotePublicKey.toString('hex'))
  }

  /** True when no connected peer tells of blocks that are not here; false while nobody is connected. */
  get settled (): boolean {
    if (this.isResting) return false
    const now = performance.now()
    const { index } = this.cores
    const peers = index.peers.filter(peer => peer.remoteSynced)
    return peers.length > 0 && peers.every(peer => {
      if (peer.remoteLength <= index.length) return true
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
    const options = timeoutMs === null ? { wait: false } : { wait: this.mayFetchIndex(seq), timeout: timeoutMs }
    const block = await this.withCores(async ({ index }) => await index.get(seq, options)).catch((cause: unknown) => {
      if (isDamage(cause) && !this.closing) this.emit('damaged')
      throw new AppError('TIMED_OUT', `Index block ${seq} did not arrive.`, { cause })
    })
    if (!block && timeoutMs !== null && this.isLive) throw new AppError('TIMED_OUT', `Index block ${seq} is not fetched: the index is too large.`)
    return block && readIndexEntry(seq, block)
  }

  /** True when all bytes of a pointer are here. */
  async has ({ blockOffset, blockLength }: BlobPointer): Promise<boolean> {
    if (blockLength === 0) return true
    return await this.withCores(async ({ blobs }) => blobs ? await blobs.has(blockOffset, blockOffset + blockLength) : false)
  }

  async hasAll (pointers: BlobPointer[]): Promise<boolean> {
    return (await Promise.all(pointers.map(pointer => this.has(pointer)))).every(Boolean)
  }

  /** How much of what a pointer names is here. Counts whole blocks. */
  async here ({ blockOffset, blockLength, byteLength }: BlobPointer): Promise<{ blocks: number, bytes: number }> {
    return await this.withCores(async ({ blobs }) => {
      if (!blobs || blockLength === 0) return { blocks: 0, bytes: 0 }
      // Not block by block: an issue may name tens of thousands, of which none has to exist.
      const { bitfield } = blobs.core
      const blocks = bitfield.countSet(blockOffset, blockLength)
      const isLastHere = bitfield.get(blockOffset + blockLength - 1)
      return { blocks, bytes: blocks * BLOCK_BYTES - (isLastHere ? blockLength * BLOCK_BYTES - byteLength : 0) }
    })
  }

  /**
   * The bytes from `start` to `end` (inclusive) of what a pointer names, from the blocks that are here.
   *
   * @throws AppError NOT_COMPLETE when a block is missing, BAD_POINTER when the blocks have other sizes than they should
   */
  async * read (pointer: BlobPointer, start = 0, end = pointer.byteLength - 1): AsyncGenerator<Uint8Array> {
    if (end < start) return
    for (let i = Math.floor(start / BLOCK_BYTES); i <= Math.floor(end / BLOCK_BYTES); i++) {
      const block = await this.#blockHere(pointer.blockOffset + i)
      if (!block) throw new AppError('NOT_COMPLETE', 'Some of the bytes are not on this machine yet.')
      const expected = Math.min(BLOCK_BYTES, pointer.byteLength - i * BLOCK_BYTES)
      if (block.length !== expected) throw new AppError('BAD_POINTER', `A block has ${block.length} bytes where the index says ${expected}.`)
      const from = i * BLOCK_BYTES
      yield block.subarray(Math.max(0, start - from), Math.min(block.length, end + 1 - from))
    }
  }

  async #blockHere (number: number): Promise<Uint8Array | null> {
    return await this.withCores(async ({ blobs }) => {
      return blobs && await blobs.get(number, { wait: false }).catch((error: Error) => this.#unreadable(error))
    })
  }

  /** What is damaged is as if it were not here. */
  #unreadable (cause: Error): null {
    if (this.closing) throw new AppError('NOT_READY', 'The newsletter is just being opened anew. Try again in a moment.', { cause })
    if (!isDamage(cause)) throw cause
    this.emit('damaged')
    return null
  }

  /** Like {@link read}, all at once. Only for what is known to be small. */
  async readAll (pointer: BlobPointer): Promise<Uint8Array> {
    const blocks: Uint8Array[] = []
    for await (const block of this.read(pointer)) blocks.push(block)
    return Buffer.concat(blocks)
  }

  /**
   * Asks peers for blocks of the blobs core until all are here, and does not rest meanwhile. Destroying the download makes
   * `done` wait for ever. See {@link fetchBlocks}.
   */
  download (start: number, end: number, options: { first?: boolean } = {}): BlocksDownload {
    const blobs = this.isResting ? null : this.cores.blobs
    if (!blobs) throw new AppError('NOT_COMPLETE', 'The drive has not been found yet.')
    return fetchBlocks(blobs, this.spreading, start, end, { ...options, onOver: this.use() })
  }

  /** Drops blocks of the blobs core. The disk has them until it is compacted. */
  async clearBlocks (ranges: BlockRanges): Promise<void> {
    await this.withCores(async ({ blobs }) => { for (const [start, end] of ranges) await blobs?.clear(start, end) })
  }

  /** Drops every block of both cores; the drive's length stays known. */
  async clear (): Promise<void> {
    await this.withCores(async ({ index, blobs }) => {
      await blobs?.clear(0, blobs.length)
      await index.clear(0, index.length)
    })
  }
}
