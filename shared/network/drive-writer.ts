import type Corestore from 'corestore'
import Hypercore, { type KeyPair, type Manifest } from 'hypercore'
import DHT from 'hyperdht'
import Hyperdrive from 'hyperdrive'
import z32 from 'z32'
import { AppError } from '../errors.ts'
import { BLOCK_BYTES, DRIVE_BLOCKS } from '../format/limits.ts'
import { isHistoryOf } from './histories/core-history.ts'
import { Resource } from '../resource.ts'
import type { Spreading } from './spreading/spreading.ts'
import type { BlobPointer } from './index-entry.ts'
import type { CoreHead, DriveHead } from './high-water.ts'

/** More than this is appended in several goes, so that an issue of 2 GiB needs no 2 GiB of memory. */
const APPEND_BYTES = 64 * 1024 * 1024

/** A file to be written: its bytes in blocks of {@link BLOCK_BYTES}, the last one shorter. */
export interface WrittenFile {
  path: string
  blocks: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  metadata?: unknown
}

/** Another path to bytes that the drive holds already, or (null) a path that leads nowhere any more. */
export interface PointedFile { path: string, pointer: BlobPointer | null, metadata?: unknown }

export type NewFile = WrittenFile | PointedFile

/** Of a drive; without the secret half it can be read, and compared with what was published from it, but not written. */
export interface DriveKeys { publicKey: Buffer, secretKey: Buffer | null }

/**
 * A writer's own drive. Its secret is held in memory alone: the cores are made from the public manifest first, so that
 * the store on disk, which other programs may copy, never holds it.
 */
export class DriveWriter extends Resource {
  #root: Corestore
  #spreading: Spreading
  #keyPair: DriveKeys
  #cores: Hypercore[] = []
  #drive: Hyperdrive | null = null
  #writing: Promise<unknown> = Promise.resolve()

  constructor ({ store, spreading }: { store: Corestore, spreading: Spreading }, keyPair: DriveKeys) {
    super()
    this.#spreading = spreading
    this.#root = store.session()
    this.#keyPair = keyPair
  }

  /** z-base-32 of the key that a drive with this key pair has. */
  static keyOf (publicKey: Uint8Array): string {
    return z32.encode(Hypercore.key(manifestOf(publicKey)))
  }

  protected override async _open (): Promise<void> {
    // Opened by manifest alone before anything passes the key pair: only then does hypercore not store it.
    const index = await this.#openCore(manifestOf(this.#keyPair.publicKey))
    await this.#openCore(Hyperdrive.getContentManifest(index.manifest!, index.key)!)
    const { publicKey, secretKey } = this.#keyPair
    this.#drive = new Hyperdrive(secretKey ? withKeyPair(this.#root.session(), { publicKey, secretKey }) : this.#root.session(), index.key)
    await this.#drive.ready()
    if (secretKey === null) return
    if (!this.#drive.writable || !this.#drive.blobs?.core.key.equals(this.#cores[1]!.key)) throw new AppError('INTERNAL', 'The writer\'s drive did not open for writing.')
  }

  protected override async _close (): Promise<void> {
    await this.#writing.catch(() => {}) // whoever started it was told
    await this.#drive?.close()
    await this.#root.close()
  }

  async #openCore (manifest: Manifest): Promise<Hypercore> {
    const core = this.#root.get({ manifest, allowFork: false })
    await core.ready()
    this.#spreading.of(core).write({ isIndex: this.#cores.length === 0 })
    this.#cores.push(core)
    return core
  }

  get key (): string { return DriveWriter.keyOf(this.#keyPair.publicKey) }

  /** Lengths, forks and tree hashes of both cores as they are now. */
  async head (): Promise<DriveHead> {
    const [index, blobs] = this.#cores as [Hypercore, Hypercore]
    const head = { index: await headOf(index), blobs: await headOf(blobs) }
    // A closed core says that it is empty.
    if (this.closing) throw new AppError('INTERNAL', 'The writer\'s drive is closed.')
    return head
  }

  /**
   * How both cores stand to what was once published. `behind`: they do not reach so far any more, or not without a gap.
   * `other`: what is here is another history.
   */
  async compare (published: DriveHead): Promise<'same' | 'behind' | 'other'> {
    const [index, blobs] = this.#cores as [Hypercore, Hypercore]
    const [a, b] = [await isHistoryOf(index, published.index), await isHistoryOf(blobs, published.blobs)]
    if (a === false || b === false) return 'other'
    // Of the blobs core not every length that once was can be told, when blocks came from others or were erased.
    const reaches = b ?? blobs.length >= published.blobs.length
    return a && reaches && index.contiguousLength === index.length ? 'same' : 'behind'
  }

  /** True when connected peers tell of nothing that is not here; false while none has told. */
  get heardAll (): boolean {
    return this.#cores.every(core => {
      const told = core.peers.filter(({ remoteSynced }) => remoteSynced)
      return told.length > 0 && told.every(peer => peer.remoteLength <= core.length)
    }) && this.#cores[0]!.contiguousLength === this.#cores[0]!.length
  }

  /** True when the drive has a file at `path`. */
  async has (path: string): Promise<boolean> {
    return await this.#entry(path) !== null
  }

  /** The bytes of the file at `path`; null without one. */
  async read (path: string): Promise<Uint8Array | null> {
    return await this.#here(this.#drive!.get(path, { wait: false, update: false }))
  }

  async #entry (path: string): ReturnType<Hyperdrive['entry']> {
    return await this.#here(this.#drive!.entry(path, { wait: false, update: false }))
  }

  async #here<T> (asked: Promise<T>): Promise<T> {
    const answer = await asked.catch((cause: Error & { code?: string }) => {
      if (cause.code !== 'BLOCK_NOT_AVAILABLE') throw cause
      throw new AppError('NOT_COMPLETE', 'What this device has published is not all here any more.', { cause })
    })
    // A closed drive may say that it has nothing.
    if (this.closing) throw new AppError('INTERNAL', 'The writer\'s drive is closed.')
    return answer
  }

  /** Where the bytes of the file at `path` lie; null without one. */
  async pointerOf (path: string): Promise<BlobPointer | null> {
    return (await this.#entry(path))?.value.blob ?? null
  }

  /**
   * Writes files so that a reader sees all of them or none: first the bytes in the order given, as one contiguous run
   * of blocks in which every file begins on a block; then one batch of the index in the opposite order, so that the
   * first file, which names the others, has the newest block and they lie right below it. One call at a time.
   * Killed in between, the bytes are left unused and nothing is visible.
   */
  async append (files: NewFile[]): Promise<void> {
    const turn = this.#writing.then(() => this.#append(files))
    this.#writing = turn.catch(() => {}) // told to the caller of this turn, not to the next one
    await turn
  }

  async #append (files: NewFile[]): Promise<void> {
    if (!this.#drive!.writable) throw new AppError('LOCKED', 'The key of this drive is locked.')
    const blobs = this.#drive!.blobs!.core
    const before = this.#cores.map(({ length, byteLength }) => ({ length, byteLength }))
    const pointers: (BlobPointer | null)[] = []
    let blocks: Uint8Array[] = []
    let waitingBytes = 0
    let blockOffset = blobs.length
    let byteOffset = blobs.byteLength
    for (const file of files) {
      if ('pointer' in file) {
        pointers.push(file.pointer)
        continue
      }
      const pointer = { blockOffset, blockLength: 0, byteOffset, byteLength: 0 }
      for await (const block of file.blocks()) {
        if (block.length > BLOCK_BYTES) throw new AppError('INTERNAL', 'A block is larger than the format allows.')
        blocks.push(block)
        waitingBytes += block.length
        pointer.blockLength++
        pointer.byteLength += block.length
        if (waitingBytes >= APPEND_BYTES) {
          await blobs.append(blocks)
          blocks = []
          waitingBytes = 0
        }
      }
      blockOffset += pointer.blockLength
      byteOffset += pointer.byteLength
      pointers.push(pointer)
    }
    if (blockOffset > DRIVE_BLOCKS) throw new AppError('TOO_LARGE', 'The writer\'s drive is full; a new writer has to continue the newsletter.')
    if (blocks.length > 0) await blobs.append(blocks)

    await this.#point([...files.entries()].reverse().map(([i, { path, metadata = null }]) => ({ path, pointer: pointers[i]!, metadata })))
    // The index first: it says what the rest is.
    const bytes = this.#cores.reduce((sum, { byteLength }, i) => sum + byteLength - before[i]!.byteLength, 0)
    for (const [i, core] of this.#cores.entries()) this.#spreading.of(core).publish(before[i]!.length, core.length, bytes)
  }

  /** Lets paths of the index lead to bytes that are there, all at once. */
  async #point (files: PointedFile[]): Promise<void> {
    const batch = this.#drive!.batch()
    try {
      for (const { path, pointer, metadata } of files) {
        if (pointer) await batch.putEntry(path, { blob: pointer, metadata })
        else await batch.del(path)
      }
      await batch.flush()
    } catch (error) {
      // One that is not closed holds the lock of the index: every later one would wait for it for ever.
      await batch.close().catch(() => {}) // why it failed is told
      throw error
    }
  }
}

/** A random key pair for a new writer's drive. */
export function createDriveKeys (): KeyPair {
  return DHT.keyPair()
}

/** Bytes in memory, as {@link NewFile} wants them. */
export function * blocksOf (bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += BLOCK_BYTES) yield bytes.subarray(start, start + BLOCK_BYTES)
}

function manifestOf (publicKey: Uint8Array): Manifest {
  return { version: 1, signers: [{ publicKey: Buffer.from(publicKey) }] }
}

/** The store as Hyperdrive uses it, with the key pair given to each session and so kept out of the storage. */
function withKeyPair (store: Corestore, keyPair: KeyPair): Corestore {
  const get = store.get.bind(store)
  store.get = options => get({ ...options, keyPair })
  return store
}

async function headOf (core: Hypercore): Promise<CoreHead> {
  return { length: core.length, fork: core.fork, treeHash: (await core.treeHash()).toString('hex') }
}
