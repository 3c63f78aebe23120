import { isStoreDamage } from '../../shared/network/damage.ts'
import { messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import { Resource } from '../../shared/resource.ts'
import type { Library } from '../library/library.ts'
import { DAMAGED } from '../library/library-files.ts'
import type { Follower } from './follower.ts'
import { Scrubbing, type ScrubTiming } from './scrubbing.ts'

/** So long after every block of a drive was read, none is read again. */
export const REPAIR_MS = 60_000

/** As which the library is read through: no drive is called so. */
const LIBRARY = 'library'

export interface RepairsParts {
  peer: Peer
  receipts: Receipts
  library: Pick<Library, 'readThrough' | 'damaged'>
  followers: () => Follower[]
  scrub: { file: string, timing?: ScrubTiming | undefined }
  log: Log
}

/** Looks for what the disk has lost or changed, when somebody doubts it, when it shows, and once a week; and fetches it again. */
export class Repairs extends Resource {
  #parts: RepairsParts
  #scrubbing: Scrubbing
  #repairs = new Map<string, { isRunning: boolean, wasDeep: boolean, atMs: number }>()
  #onDoubted = (_address: string, drive: string, isDeep: boolean): void => this.#inBackground(this.repair(drive, isDeep))
  #onDamageFound = (found: string): void => {
    const reader = this.#readers.find(({ key, coreKeys: { index, blobs } }) => [key, index, blobs].includes(found))
    if (reader) this.#inBackground(this.repair(reader.key, true))
  }

  constructor (parts: RepairsParts) {
    super()
    this.#parts = parts
    this.#scrubbing = new Scrubbing({
      ...parts.scrub,
      log: parts.log,
      drives: () => [...this.#readers.map(({ key }) => key), LIBRARY],
      scrub: async (drive, signal) => drive === LIBRARY ? await this.#readLibrary(signal) : await this.repair(drive, true)
    })
  }

  protected override async _open (): Promise<void> {
    this.#parts.receipts.on('holdingDoubted', this.#onDoubted)
    this.#parts.peer.on('damageFound', this.#onDamageFound)
    await this.#scrubbing.ready()
  }

  protected override async _close (): Promise<void> {
    this.#parts.receipts.off('holdingDoubted', this.#onDoubted)
    this.#parts.peer.off('damageFound', this.#onDamageFound)
    await this.#scrubbing.close()
  }

  get #readers (): Follower['readers'] { return this.#parts.followers().flatMap(({ readers }) => readers) }

  /**
   * One repair of a drive at a time; every block is read again no more often than some liar may wish.
   *
   * @returns false when it was not done because of that
   */
  async repair (drive: string, isDeep: boolean): Promise<boolean> {
    const nowMs = performance.now()
    const before = this.#repairs.get(drive)
    if (before?.isRunning || (isDeep && before?.wasDeep && nowMs - before.atMs < REPAIR_MS)) return false
    const repair = { isRunning: true, wasDeep: isDeep, atMs: nowMs }
    this.#repairs.set(drive, repair)
    try {
      // Of several that list it: each knows its own issues alone.
      for (const follower of this.#parts.followers()) await follower.repair(drive, isDeep)
      return true
    } finally {
      repair.isRunning = false
    }
  }

  /** What it finds damaged is told until the next start, which puts it right: there is no use in looking again before that. */
  async #readLibrary (signal: AbortSignal): Promise<boolean> {
    const { library, log } = this.#parts
    await library.readThrough(signal)
    for (const file of library.damaged) log.error({ file }, DAMAGED[file])
    return !signal.aborted
  }

  #inBackground (work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      // Nobody catches it, on purpose: only a new store helps, which takes a new start.
      if (isStoreDamage(error)) throw error
      if (!this.closing) this.#parts.log.error({ error: messageOf(error) }, 'repairing')
    })
  }
}
