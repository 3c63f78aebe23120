import type Hypercore from 'hypercore'
import crypto from 'hypercore-crypto'
import { AppError } from '../../errors.ts'
import type { BlockRanges } from '../../format/block-ranges.ts'
import { type CoreState, RECEIPT_RANGES } from '../../format/receipt.ts'
import type { DriveReader } from '../drive-reader.ts'
import { rangesIn } from '../held-ranges.ts'
import { isHistoryOf, rootsAt, stateOf } from '../histories/core-history.ts'

/** What a receipt says of a drive. */
export interface Holding { index: CoreState, blobs: CoreState, blocks: BlockRanges }

/** A drive as far as it is here: what a receipt may say of it, and the bytes that prove it. Nothing here asks a peer. */
export class HeldDrive {
  readonly #reader: DriveReader

  constructor (reader: DriveReader) {
    this.#reader = reader
  }

  /** z-base-32 of the drive's key. */
  get key (): string { return this.#reader.key }

  get isResting (): boolean { return this.#reader.isResting }

  /** What is here right now: the index as far as it has no gap, and any blocks of the blobs core. Null while that is nothing. */
  async holding (): Promise<Holding | null> {
    if (this.#reader.closing) return null
    return await this.#reader.withCores(async ({ index, blobs }) => {
      const length = Math.min(firstMissing(index), index.length)
      if (!blobs || length === 0) return null
      const held = { blobs: stateOf(blobs), blocks: rangesIn(blobs).slice(-RECEIPT_RANGES) }
      if (length === index.length) return { index: stateOf(index), ...held }
      const roots = await rootsAt(index, length)
      return roots && { index: { fork: index.fork, length, treeHash: crypto.tree(roots).toString('hex') }, ...held }
    })
  }

  /** True when a holder's cores are of the history that is here; null while that can't be told. */
  async agrees ({ index, blobs }: { index: CoreState, blobs: CoreState }): Promise<boolean | null> {
    if (this.#reader.closing) return null
    return await this.#reader.withCores(async cores => {
      if (!cores.blobs) return null
      const [a, b] = await Promise.all([isHistoryOf(cores.index, index), isHistoryOf(cores.blobs, blobs)])
      if (a === false || b === false) return false
      return a && b
    })
  }

  /**
   * The bytes of blocks of the index, then of the blobs core, in the order given.
   *
   * @throws AppError NOT_COMPLETE when one is not here
   */
  async * blocks (index: number[], blobs: number[]): AsyncGenerator<Uint8Array> {
    const release = await this.#reader.hold()
    try {
      const { cores } = this.#reader
      for (const number of index) yield await readBlock(cores.index, number)
      for (const number of blobs) yield await readBlock(cores.blobs, number)
    } finally {
      release()
    }
  }

  /** @returns how to stop listening */
  onChanged (listener: () => void): () => void {
    const reader = this.#reader
    reader.on('indexGrew', listener).on('indexBlockArrived', listener).on('blockArrived', listener)
    return () => { reader.off('indexGrew', listener).off('indexBlockArrived', listener).off('blockArrived', listener) }
  }
}

function firstMissing (core: Hypercore): number {
  const missing = core.core.bitfield.firstUnset(0)
  return missing === -1 ? Infinity : missing
}

async function readBlock (core: Hypercore | null, number: number): Promise<Uint8Array> {
  const block = core && number < core.length ? await core.get(number, { wait: false }) : null
  if (!block) throw new AppError('NOT_COMPLETE', `Block ${number} is not here.`)
  return block
}
