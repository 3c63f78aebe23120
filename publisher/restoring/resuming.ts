import { setInterval } from 'node:timers/promises'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { effectiveSeal } from '../../shared/format/root-chain.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { publicOf } from '../keys/new-newsletter.ts'
import type { Custody } from '../keys/custody.ts'
import type { OwnKeys } from '../keys/own-keys.ts'
import type { OwnLibrary } from '../own-library.ts'
import type { NewsletterWriters } from '../publishing/newsletter-writers.ts'
import { Hearing } from './hearing.ts'
import { checkLost, openWriters } from './lost-writers.ts'
import { witnessOfMore } from './witness-of-more.ts'

const INSTEAD = 'With the words this device becomes a new writer with a drive of its own: "colporteur restore", or, where it is a writer already, "colporteur writers renew". Nothing can break then.'

const LOOK_MS = 200

export interface ResumingParts {
  keys: OwnKeys
  custody: Custody
  roots: RootStore
  meeting: Meeting
  receipts: Receipts
  library: OwnLibrary
  writers: NewsletterWriters
}

/**
 * Goes on as a writer whose keys came from a backup: the last resort of who has lost the machine and the words. With words
 * a device becomes a new writer with a drive of its own instead, and that is always better: two places that append to one
 * drive would destroy it for its readers. So nothing is appended before others have confirmed where it ends.
 */
export class Resuming {
  #parts: ResumingParts

  constructor (parts: ResumingParts) {
    this.#parts = parts
  }

  /**
   * @param wordsLost somebody says that the words are lost
   * @throws AppError NOT_FOUND without such keys, BAD_REQUEST unless the words are lost, CONFLICT when they lie here, this device
   *   writes already or the old machine is on, NOT_WRITER when the writer was retired, NO_PEERS when nobody could tell in time,
   *   NOT_COMPLETE and BEHIND when more was published, LOCKED
   */
  async resume (address: Address, { timeoutMs, wordsLost }: { timeoutMs: number, wordsLost: boolean }): Promise<{ writer: string }> {
    const { keys, custody, writers, library } = this.#parts
    if (custody.unconfirmed(address)) throw new AppError('CONFLICT', `The recovery words lie on this machine ("colporteur keys show", with its name). ${INSTEAD}`)
    if (!wordsLost) throw new AppError('BAD_REQUEST', `${INSTEAD} Only when the words are lost for good, say so: --words-lost.`)
    const held = await keys.writer(address, 'held')
    if (!held) throw new AppError('NOT_FOUND', 'No keys of a writer of this newsletter came in a backup.')
    if (await keys.publicWriter(address)) throw new AppError('CONFLICT', 'This device has keys of its own for this newsletter.')
    const { drive } = publicOf(held)
    const id = await this.#writerOf(address, drive)
    await this.#confirm(address, id, drive, timeoutMs)
    await writers.inTurn(address, async () => {
      await writers.replaceKeys(address, async () => await keys.replaceWriter(address, held))
      try {
        const writer = await writers.allowed(address) // BEHIND where the backup knows of more
        await writer.sync()
      } catch (error) {
        await writers.replaceKeys(address, async () => await keys.replaceWriter(address, null))
        throw error
      }
      await keys.replaceWriter(address, null, 'held')
    })
    await library.follow(address, true)
    return { writer: id }
  }

  async #writerOf (address: Address, drive: string): Promise<string> {
    const known = await this.#parts.roots.get(address)
    const writer = known?.chain.newest.writers.find(candidate => candidate.drive === drive)
    if (!known || !writer) throw new AppError('NOT_WRITER', 'The root that is known here does not name that writer.')
    if (effectiveSeal(writer.id, known.chain, known.dispute) !== null) throw new AppError('NOT_WRITER', `The writer ${writer.id} was retired: nobody can go on as it. "colporteur restore" makes this device a new one.`)
    return writer.id
  }

  /** Returns when everybody who is there has told, and nobody tells of more than is here. */
  async #confirm (address: Address, id: string, drive: string, timeoutMs: number): Promise<void> {
    const { meeting, receipts, library, roots } = this.#parts
    const hearing = new Hearing(address, receipts)
    const startedMs = Date.now()
    let metMs = startedMs
    const onShared = (_greeting: unknown, shared: Address): void => { if (shared === address) metMs = Date.now() }
    meeting.on('shared', onShared)
    try {
      for await (const _ of setInterval(LOOK_MS)) {
        const { settled, peers } = await library.seen(address, id)
        if (settled && peers.length > 0 && await hearing.isOver(metMs)) break
        if (Date.now() - startedMs > timeoutMs) throw new AppError('NO_PEERS', 'Nobody who holds the newsletter could tell how far it had come. Nothing was changed. Run it again when a reader is online.')
      }
    } finally {
      meeting.off('shared', onShared)
    }
    const known = (await roots.get(address))!
    checkLost((await openWriters(known, library, await receipts.beacons.told(address), hearing.isOn)).find(writer => writer.id === id)!)
    await this.#checkReceipts(address, drive)
  }

  /** What readers say that they hold shows where the cores end, the part of it as well that no issue names. */
  async #checkReceipts (address: Address, drive: string): Promise<void> {
    const { receipts } = this.#parts
    const holding = await receipts.holding(address, drive)
    const more = witnessOfMore(receipts.received(address), drive, holding, Date.now())
    if (!holding || more) throw new AppError('NOT_COMPLETE', `${more ?? 'A reader'} says that it holds more of what this writer published than is here. Run it again when that has come, or "colporteur restore" with the words.`)
  }
}
