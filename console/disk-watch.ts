import type { Problem } from '../shared/api/problem.ts'
import { diskReserve } from '../shared/disk-room.ts'
import { messageOf } from '../shared/errors.ts'
import type { Log } from '../shared/log.ts'
import type { Peer } from '../shared/network/peer.ts'
import { Resource } from '../shared/resource.ts'
import type { Ballast } from './ballast.ts'

const LOOK_MS = 2_000
/** So much more than the reserve has to be free before anything is fetched again, so that it does not go to and fro. */
const AHEAD_BYTES = 16 * 1024 * 1024
/** Below it something may have failed to be written between two looks. */
const FULL_BYTES = 16 * 1024 * 1024
/** So often there has to be room before some of it is set aside: who gives one order has other things to do. */
const LOOKS_BEFORE_BALLAST = 5

export interface DiskWatchParts { peer: Peer, ballast: Ballast, home: string, log: Log }

interface DiskWatchEvents {
  changed: []
  /** There is room again, after there was none: what could not be written meanwhile is made good by opening everything anew. */
  wasFull: []
}

/** Fetches nothing while the disk is short of room, says so, and goes on by itself. */
export class DiskWatch extends Resource<DiskWatchEvents> {
  #parts: DiskWatchParts
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #reason: string | null = null
  #wasFull = false
  #looksWithRoom = 0

  constructor (parts: DiskWatchParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    await this.#look()
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look()).catch((error: unknown) => this.#parts.log.warn({ error: messageOf(error) }, 'looking for room on the disk'))
    }, LOOK_MS).unref()
  }

  protected override async _close (): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    await this.#looking
  }

  /** Why nothing is fetched; null: there is room. */
  get problem (): Problem | null {
    return this.#reason === null ? null : { code: 'DISK_FULL', reason: this.#reason }
  }

  async #look (): Promise<void> {
    const { peer, ballast, home } = this.#parts
    const { freeBytes, reserveBytes } = await diskReserve(home)
    if (freeBytes < FULL_BYTES) this.#wasFull = true
    const isShort = freeBytes < reserveBytes + (this.#reason === null ? 0 : AHEAD_BYTES)
    this.#looksWithRoom = isShort ? 0 : this.#looksWithRoom + 1
    if (this.#looksWithRoom > (ballast.wasGivenUp ? 0 : LOOKS_BEFORE_BALLAST)) await ballast.lay(freeBytes - reserveBytes - AHEAD_BYTES)
    if (isShort === (this.#reason !== null) || this.closing) return
    if (!isShort && (this.#wasFull || await peer.storeFault() !== null)) this.emit('wasFull')
    if (!isShort) this.#wasFull = false
    this.#reason = isShort ? `The disk is nearly full: ${megabytes(freeBytes)} are free. Nothing new is fetched until ${megabytes(reserveBytes + AHEAD_BYTES)} are; what is here can be read.` : null
    peer.hold(isShort)
    this.emit('changed')
  }
}

function megabytes (bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
