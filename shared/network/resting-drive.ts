import type Corestore from 'corestore'
import type Hypercore from 'hypercore'
import type { Download } from 'hypercore'
import z32 from 'z32'
import { AppError } from '../errors.ts'
import { INDEXES_BYTES } from '../format/limits.ts'
import { Resource } from '../resource.ts'
import { failOnStoreDamage } from './damage.ts'
import { DriveCores, type DriveCoresEvents } from './drive-cores.ts'
import { fetchBlocks } from './fetch-blocks.ts'
import { IndexRoom } from './index-room.ts'
import type { Knocks } from './knocks.ts'
import { type KnownDrive, knownOf, NOTHING_KNOWN } from './known-drive.ts'
import type { Spreading } from './spreading/spreading.ts'

/** A core that somebody else keeps open is not to be closed and opened again all the time. It doubles each time. */
const IN_VAIN_MS = 10_000
const MAX_IN_VAIN_MS = 600_000

export interface DriveOptions { live?: boolean, mostIndexBytes?: () => number, end?: number | null }

export interface DriveParts { store: Corestore, spreading: Spreading, knocks: Knocks }

interface DriveEvents extends DriveCoresEvents {
  /** A block can't be read that is here. */
  damaged: []
}

/**
 * A drive whose two cores are closed while nothing needs them, of which a node has a thousand: the tree, the bitfield and all
 * that exchanges blocks take much more than what there is to know of it then. Whatever needs them opens them again.
 */
export abstract class RestingDrive extends Resource<DriveEvents> {
  /** z-base-32 of the drive's key. */
  readonly key: string
  protected readonly isLive: boolean
  #parts: DriveParts
  /** Null while it rests. */
  #cores: DriveCores | null = null
  #opening: Promise<void> | null = null
  #resting: Promise<void> = Promise.resolve()
  #stopListening: () => void = () => {}
  /** How many need the cores right now. */
  #uses = 0
  /** How often in a row its cores were still open when they had been closed here, and until when that is not tried again. */
  #inVain = { times: 0, untilMs: 0 }
  #known = NOTHING_KNOWN
  #live: Download | null = null
  /** Where the index ends for a reader; null: where its writer has come to. */
  #end: number | null
  #room: IndexRoom

  /**
   * @param options.live false: nothing is asked of peers, and what is not here is taken for missing
   * @param options.mostIndexBytes what the index may take; asked each time
   * @param options.end see {@link endAt}
   */
  constructor (parts: DriveParts, key: string, { live = true, mostIndexBytes = () => INDEXES_BYTES, end = null }: DriveOptions = {}) {
    super()
    this.key = key
    this.#end = end
    this.#room = new IndexRoom(mostIndexBytes)
    this.#parts = parts
    this.isLive = live
  }

  protected override async _open (): Promise<void> {
    await this.wake()
    await this.#lookAtIndex()
  }

  protected override async _close (): Promise<void> {
    this.#stopListening()
    await this.#opening?.catch(() => {}) // told to whom it was for
    this.#live?.destroy()
    await this.#cores?.close()
    await this.#resting.catch(() => {}) // told to who let it rest
  }

  /** The 32 bytes of {@link key}. */
  get keyBytes (): Buffer { return z32.decode(this.key) }

  get spreading (): Spreading { return this.#parts.spreading }

  /** For this room, while they are kept open; see {@link withCores}. The blobs core is known when the first block of the index has come. */
  get cores (): { index: Hypercore, blobs: Hypercore | null } {
    if (!this.#cores) throw new AppError('NOT_READY', 'The drive rests.')
    return this.#cores
  }

  get isResting (): boolean { return this.#cores === null }

  protected get known (): KnownDrive {
    const known = this.#cores?.opened ? knownOf(this.#cores) : this.#known
    return { ...known, indexBytes: this.#room.bytesOf(known.indexBytes) }
  }

  /** Opens the cores, if they are not. @throws AppError NOT_READY while the drive closes */
  async wake (): Promise<void> {
    if (this.closing) throw new AppError('NOT_READY', 'The newsletter is just being opened anew. Try again in a moment.')
    if (!this.#cores) this.#opening = this.#openCores()
    await this.#opening
  }

  async #openCores (): Promise<void> {
    const { store, spreading } = this.#parts
    this.#stopListening()
    const cores = this.#cores = new DriveCores({ store, spreading, key: this.keyBytes, isLive: this.isLive })
    cores.on('blobsFound', () => { if (!this.#known.blobsKey) this.emit('blobsFound') })
    cores.on('indexGrew', () => this.emit('indexGrew'))
    cores.on('indexBlockArrived', () => this.emit('indexBlockArrived'))
    cores.on('blockArrived', (index, sizeBytes) => this.emit('blockArrived', index, sizeBytes))
    cores.on('peersChanged', () => this.emit('peersChanged'))
    cores.on('refused', error => this.emit('refused', error))
    try {
      await cores.ready()
    } catch (error) {
      this.#cores = null
      if (this.opened && !this.closing) {
        this.#listen()
        failOnStoreDamage(error)
      }
      throw error
    }
    cores.index.on('append', () => { void this.#lookAtIndex() })
    cores.index.on('download', (block: number, bytes: number) => {
      this.#room.arrived(block, bytes)
      this.#measureIndex()
    })
    void this.#lookAtIndex()
    this.fetchIndex()
    // It has grown by another road than the network while it rested.
    if (this.opened && cores.index.length > this.#known.heads.index) this.emit('indexGrew')
  }

  /** False while something needs the cores: somebody here, or a peer that is connected for them. */
  get mayRest (): boolean {
    const cores = this.#cores
    return this.opened && !this.closing && cores?.opened === true && this.#uses === 0 && !cores.hasPeers && performance.now() >= this.#inVain.untilMs
  }

  /**
   * Closes the cores until something needs them, unless something does now: somebody here, or a peer that is connected for
   * them. For who knows that nothing is to come. A peer that asks for one of them opens them, too.
   */
  async rest (): Promise<void> {
    const cores = this.#cores
    if (!cores || !this.mayRest) return
    this.#known = knownOf(cores)
    this.#cores = null
    this.#live?.destroy()
    this.#live = null
    this.#resting = cores.close()
    this.#listen()
    await this.#resting
    if (!this.isResting || this.closing) return
    if (!this.#parts.knocks.areOpen(this.#coreKeys)) return void (this.#inVain = { times: 0, untilMs: 0 })
    // A peer has come meanwhile, or somebody else has them open.
    const { times } = this.#inVain
    this.#inVain = { times: times + 1, untilMs: performance.now() + Math.min(IN_VAIN_MS * 2 ** times, MAX_IN_VAIN_MS) }
    await this.wake()
  }

  get #coreKeys (): Buffer[] { return [this.keyBytes, ...this.#known.blobsKey ? [this.#known.blobsKey] : []] }

  #listen (): void {
    // What can't be opened is told to who needs it.
    this.#stopListening = this.#parts.knocks.listen(this.#coreKeys, () => { this.wake().catch(() => {}) })
  }

  /** Keeps the cores open until the returned function is called. */
  async hold (): Promise<() => void> {
    const release = this.use()
    try {
      await this.wake()
    } catch (error) {
      release()
      throw error
    }
    return release
  }

  /** For this room: does something with both cores, which are open meanwhile. */
  async withCores<T> (work: (cores: RestingDrive['cores']) => Promise<T>): Promise<T> {
    const release = await this.hold()
    try {
      return await work(this.cores)
    } finally {
      release()
    }
  }

  /** Like {@link hold}, for who knows that they are open. */
  protected use (): () => void {
    let isUsed = true
    this.#uses++
    return () => {
      if (isUsed) this.#uses--
      isUsed = false
    }
  }

  /** From now on nothing of the index is asked for at or after a block: it does not exist for a reader. Null: all of it does. */
  endAt (length: number | null): void {
    if (length === this.#end) return
    this.#end = length
    this.#room.startAnew()
    void this.#lookAtIndex()
    this.fetchIndex()
  }

  /** How many blocks of the index are known to exist for a reader; see {@link endAt}. */
  get indexEnd (): number { return Math.min(this.known.heads.index, this.#end ?? Infinity, this.#room.end) }

  /** What is told of it counts at once, what is here when that was looked at. */
  async #lookAtIndex (): Promise<void> {
    this.#measureIndex()
    if (this.#cores?.index.opened) await this.#room.look(this.#cores.index, this.#end)
    this.#measureIndex()
  }

  #measureIndex (): void {
    const problem = this.#cores?.index.opened && !this.closing ? this.#room.measure(this.#cores.index, this.#end) : null
    if (!problem) return
    this.fetchIndex()
    this.emit('refused', problem)
  }

  /** Whether a block of the index may be asked for. */
  protected mayFetchIndex (block: number): boolean { return this.isLive && block < this.#room.end }

  /** The whole index, now and from now on: it is small, and tells what else there is. */
  protected fetchIndex (): void {
    this.#live?.destroy()
    this.#live = null
    const end = Math.min(this.#end ?? Infinity, this.#room.end)
    if (this.isLive && this.#cores?.opened && !this.closing) this.#live = fetchBlocks(this.#cores.index, this.#parts.spreading, 0, end)
  }
}
