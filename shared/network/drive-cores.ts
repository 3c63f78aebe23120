import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { InnerCore, Manifest } from 'hypercore'
import { AppError, isAppError, messageOf } from '../errors.ts'
import { Resource } from '../resource.ts'
import { blobsKeyOf } from './blobs-key.ts'
import { failOnStoreDamage, isStoreDamage } from './damage.ts'
import { keepTree } from './keep-tree.ts'
import type { Spreading } from './spreading/spreading.ts'

export interface DriveCoresParts {
  store: Corestore
  spreading: Spreading
  /** Of the drive. */
  key: Uint8Array
  /** False: nothing is asked of peers. */
  isLive: boolean
}

export interface DriveCoresEvents {
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
  /** Nothing can be read from the drive but its index. */
  refused: [error: AppError]
}

/** The two cores of a drive, while they are open. Neither follows a truncation by its writer: what was received stays. */
export class DriveCores extends Resource<DriveCoresEvents> {
  readonly index: Hypercore
  #blobs: Hypercore | null = null
  #openingBlobs: Promise<void> | null = null
  #parts: DriveCoresParts
  #session: Corestore

  constructor (parts: DriveCoresParts) {
    super()
    this.#parts = parts
    this.#session = parts.store.session()
    this.index = this.#session.get({ key: parts.key, allowFork: false, active: parts.isLive })
  }

  protected override async _open (): Promise<void> {
    const { index } = this
    try {
      await index.ready()
    } catch (error) {
      await this.#closeCores().catch(() => {}) // why it could not be opened is what counts
      throw error
    }
    this.#follow(index, true)
    index.on('append', () => { this.#grew().catch(failOnStoreDamage) })
    index.on('download', () => this.emit('indexBlockArrived'))
    index.on('peer-add', () => this.emit('peersChanged'))
    index.on('peer-remove', () => this.emit('peersChanged'))
    await this.#openBlobs()
  }

  protected override async _close (): Promise<void> {
    await this.#openingBlobs?.catch(() => {}) // told to whom it was for
    await this.#closeCores()
  }

  async #closeCores (): Promise<void> {
    // What could not be opened may have none.
    const inner = [this.index, this.#blobs].flatMap(core => core?.core as InnerCore | null | undefined ?? [])
    await this.#session.close()
    await Promise.all(inner.map(core => closeUnused(this.#parts.store, core)))
  }

  /** Known when the first block of the index has come. */
  get blobs (): Hypercore | null { return this.#blobs }

  /** Also such as do not answer: they keep a core open all the same. */
  get hasPeers (): boolean { return [this.index, this.#blobs].some(core => core?.core.replicator.idle() === false) }

  #follow (core: Hypercore, isIndex: boolean): void {
    keepTree(core)
    if (this.#parts.isLive) this.#parts.spreading.of(core).follow({ isIndex })
  }

  async #grew (): Promise<void> {
    await this.#openBlobs()
    if (!this.closing) this.emit('indexGrew')
  }

  /** Throws where the store is damaged, and never for what is wrong with the drive: a stranger made that. */
  async #openBlobs (): Promise<void> {
    if (this.#blobs || !this.index.manifest) return
    this.#openingBlobs ??= this.#openBlobsOf(this.index.manifest).catch((error: unknown) => {
      if (isStoreDamage(error)) throw error
      if (!this.closing) this.emit('refused', isAppError(error) ? error : new AppError('INTERNAL', `The drive could not be opened: ${messageOf(error)}`, { cause: error }))
    })
    await this.#openingBlobs
  }

  /** The blobs core's key follows from the manifest of the index core, which comes with its first block. */
  async #openBlobsOf (index: Manifest): Promise<void> {
    const blobs = this.#session.get({ key: blobsKeyOf(index, this.index.key), allowFork: false, active: this.#parts.isLive })
    await blobs.ready()
    this.#follow(blobs, false)
    blobs.on('download', (index: number, sizeBytes: number) => this.emit('blockArrived', index, sizeBytes))
    this.#blobs = blobs
    this.emit('blobsFound')
  }
}

/** Corestore keeps a core for some seconds that nobody has open any more; a thousand of them are much. */
async function closeUnused (store: Corestore, core: InnerCore): Promise<void> {
  // 0: somebody has it open, has asked for it since, or is connected to it.
  if (core.gc === 0) return
  await core.close()
  const id = core.discoveryKey.toString('hex')
  if (store.cores.map.get(id) === core) store.cores.map.delete(id)
}
