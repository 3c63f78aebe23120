import { setTimeout as passing } from 'node:timers/promises'
import type { Problem } from '../../shared/api/problem.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import type { DriveWriter } from '../../shared/network/drive-writer.ts'
import type { DriveHead, HighWater } from '../../shared/network/high-water.ts'
import type { Histories } from '../../shared/network/histories/histories.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import type { OwnKeys } from '../keys/own-keys.ts'

export interface WriteGateParts {
  address: Address
  drive: DriveWriter
  keys: OwnKeys
  highWater: HighWater
  histories: Histories
  receipts: Receipts
  meeting: Meeting
}

/** Who is there is found within this, and tells how far the drive has come. */
const HEARING_MS = 4_000
const LOOK_MS = 50

/** `behind`: what is missing may come yet. The others end the writer. */
interface Trouble extends Problem { kind: 'behind' | 'other' | 'copied' }

/**
 * Stands before everything that is written into a drive: two places that write on from one drive, or one that has lost
 * the end of it, would sign two histories, and no reader could follow either without losing the other. So a writer
 * first compares itself with all that is known of how far it had come.
 */
export class WriteGate {
  #parts: WriteGateParts
  #passed = false

  constructor (parts: WriteGateParts) {
    this.#parts = parts
  }

  /** Returns when this writer may write. @throws AppError BEHIND with the reason */
  async pass (): Promise<void> {
    let trouble = await this.trouble()
    if ((trouble === null && !this.#passed) || trouble?.kind === 'behind') {
      await this.#hear()
      trouble = await this.trouble()
    }
    if (trouble) throw new AppError('BEHIND', trouble.reason)
    this.#passed = true
  }

  /** Why this writer may not write, as far as is known without asking anybody; null: nothing is known against it. */
  async trouble (): Promise<Trouble | null> {
    const { address, drive, keys, histories, receipts } = this.#parts
    if (!await keys.areInPlace(address)) return trouble('copied', 'This home was copied, moved by another program, or restored from a backup, so the same writer may be alive elsewhere.')
    const history = await histories.of(address, drive.key)
    if (history?.others.length) return trouble('other', 'This writer has signed two histories: it wrote in two places, or wrote on from an old copy, and others have seen what this node does not have.')
    const beacon = (await receipts.beacons.told(address)).find(({ drive: key }) => key === drive.key)
    for (const published of [await this.#mark(), beacon, history?.seen.blobs && { ...history.seen, blobs: history.seen.blobs }]) {
      if (!published) continue
      if ('reason' in published) return published
      const standing = await drive.compare(published)
      if (standing === 'other') return trouble('other', 'This store holds another history than was published from it.')
      if (standing === 'behind') return trouble('behind', 'This store is older than what was already published from it, as after a power cut or when an old copy was put back.')
    }
    return null
  }

  /** A mark that can't be read might say anything. */
  async #mark (): Promise<DriveHead | Trouble | null> {
    const { highWater, drive } = this.#parts
    try {
      return await highWater.markOf(drive.key)
    } catch (error) {
      if (!isAppError(error)) throw error
      return { code: error.code, kind: 'other', reason: error.message }
    }
  }

  /** Lets those who share the newsletter say how far the drive had come, and waits until all of it is here. */
  async #hear (): Promise<void> {
    const { address, drive, meeting, receipts } = this.#parts
    // Nobody has it who could know more, so far as anybody has ever said.
    const mayKnow = (): boolean => meeting.peersOf(address) > 0 || (meeting.has(address) && receipts.received(address).length > 0)
    const untilMs = Date.now() + HEARING_MS
    while (mayKnow() && Date.now() < untilMs) {
      if (meeting.peersOf(address) > 0 && drive.heardAll) return
      await passing(LOOK_MS)
    }
  }
}

function trouble (kind: Trouble['kind'], reason: string): Trouble {
  const next = kind === 'behind'
    ? 'It catches up from readers as soon as one is connected.'
    : 'It goes on reading. With the recovery words this device becomes a new writer: "colporteur writers renew".'
  return { code: 'BEHIND', kind, reason: `${reason} Writing on would split the newsletter for its readers, so nothing is written. ${next}` }
}
