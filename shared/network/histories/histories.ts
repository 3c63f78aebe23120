import type Hypercore from 'hypercore'
import { messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import type { CoreState } from '../../format/receipt.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import type { SignedHistory } from '../../format/history.ts'
import type { DriveReader } from '../drive-reader.ts'
import type { Meeting } from '../meeting.ts'
import type { Peer } from '../peer.ts'
import { isHistoryOf, stateOf, stateUpTo } from './core-history.ts'
import { HistoryExchange } from './history-exchange.ts'
import { HistoryFiles } from './history-files.ts'
import { withFound } from './found-histories.ts'
import { furtherOf } from './further.ts'
import type { OtherHistory } from './history-watch.ts'
import { KeptHistories, type KeptHistory } from './kept-histories.ts'
import { replaceHistory } from './replace-history.ts'
import { checkHistory, historyOf, isAnother } from './signed-history.ts'
import { type DriveHistory, type FoundHistory, type HistoryChoice } from './stored-history.ts'
import { takenInstead } from './taken-history.ts'

/** What was seen is written down so long after it changed, in one go. */
const SOON_MS = 500

interface HistoriesEvents {
  /** Another history was found, or is kept whole, or somebody has decided. */
  changed: [address: Address]
}

/**
 * Remembers how far every drive has come that this node follows, apart from the store; and which other histories its
 * writer has signed. A writer can take back or rewrite what it published; nobody who has seen it forgets that.
 */
export class Histories extends Resource<HistoriesEvents> {
  #peer: Peer
  #files: HistoryFiles
  #log: Log
  #followed = new Map<DriveReader, { address: Address, timer: NodeJS.Timeout | null, onGrew: () => void, onChanged: (history: DriveHistory) => void }>()
  #working: Promise<void> = Promise.resolve()
  #exchange: HistoryExchange
  /** Those that are not the one here, whole, as far as others could show them. */
  readonly kept: KeptHistories
  #onOther = (coreKey: string, other: OtherHistory): void => this.#soon(() => this.#found(coreKey, other))

  constructor ({ peer, meeting, folder, log }: { peer: Peer, meeting: Meeting, folder: string, log: Log }) {
    super()
    this.#peer = peer
    this.#files = new HistoryFiles(folder, log)
    this.#log = log
    this.kept = new KeptHistories(folder)
    this.#exchange = new HistoryExchange({
      meeting, log, here: (address, drive) => this.here(address, drive),
      onHistory: (address, drive, history, head) => this.#soon(async () => {
        const reader = this.#readerOf(address, drive)
        const isOther = await reader?.withCores(({ index }) => isAnother(history, index))
        if (!isOther || !await this.kept.keep(address, drive, history, head)) return
        const known = await this.of(address, drive)
        if (known) this.#tell(address, drive, known)
        else this.emit('changed', address)
      })
    })
  }

  protected override async _open (): Promise<void> {
    await this.#exchange.ready()
    this.#peer.on('otherHistory', this.#onOther)
  }

  protected override async _close (): Promise<void> {
    this.#peer.off('otherHistory', this.#onOther)
    await this.#exchange.close()
    await this.#working
  }

  /**
   * Compares a drive with what was seen of it, now and whenever it grows.
   *
   * @param onChanged another history was found, or is kept whole, or somebody has decided
   */
  async follow (address: Address, reader: DriveReader, onChanged: (history: DriveHistory) => void): Promise<void> {
    const followed = { address, timer: null as NodeJS.Timeout | null, onGrew: () => this.#lookSoon(reader), onChanged }
    this.#followed.set(reader, followed)
    reader.on('indexGrew', followed.onGrew)
    await this.#files.of(address)
    this.#soon(() => this.#look(address, reader))
    await this.#working
  }

  /** Before the drive is closed. */
  async unfollow (reader: DriveReader): Promise<void> {
    const followed = this.#followed.get(reader)
    if (!followed) return
    reader.off('indexGrew', followed.onGrew)
    await this.look(reader)
    this.#followed.delete(reader)
  }

  /** Compares a drive now. Before it rests, after which nothing of it changes. */
  async look (reader: DriveReader): Promise<void> {
    const followed = this.#followed.get(reader)
    if (!followed || reader.isResting) return
    if (followed.timer) clearTimeout(followed.timer)
    followed.timer = null
    this.#soon(() => this.#look(followed.address, reader))
    await this.#working
  }

  async asides (): Promise<string[]> { return await this.#files.asides() }

  /** What is remembered of a drive; null: nothing yet. */
  async of (address: Address, drive: string): Promise<DriveHistory | null> {
    return (await this.#files.of(address)).get(drive) ?? null
  }

  /** The history of a drive that is here, whole; null while it is not. */
  async here (address: Address, drive: string): Promise<SignedHistory | null> {
    const reader = this.#readerOf(address, drive)
    return reader && await reader.withCores(({ index }) => historyOf(address, index))
  }

  #readerOf (address: Address, drive: string): DriveReader | null {
    return [...this.#followed].find(([{ key }, followed]) => key === drive && followed.address === address)?.[0] ?? null
  }

  async decide (address: Address, drive: string, choice: HistoryChoice): Promise<void> {
    // In its turn: what is being compared meanwhile would write over it.
    await this.#inTurn(async () => {
      const drives = await this.#files.of(address)
      const known = drives.get(drive)
      if (!known || known.others.length === 0) return
      const decided = { ...known, choice }
      drives.set(drive, decided)
      await this.#files.save(address, drives)
      this.#tell(address, drive, decided)
    })
  }

  /**
   * Puts another history of a drive in the place of the one that is here, which is kept instead. Nobody may have the drive open.
   */
  async replace (address: Address, drive: string, here: SignedHistory, taken: KeptHistory): Promise<void> {
    await this.#inTurn(async () => {
      const before = { head: checkHistory(here), history: here }
      await this.kept.keep(address, drive, here, before.head)
      await replaceHistory(this.#peer.store, taken.history)
      const drives = await this.#files.of(address)
      drives.set(drive, takenInstead(drives.get(drive) ?? null, before, taken))
      await this.#files.save(address, drives)
      await this.kept.drop(address, drive, taken.head)
    })
  }

  async forget (address: Address): Promise<void> {
    await this.#working
    await this.#files.remove(address)
    await this.kept.forget(address)
  }

  #lookSoon (reader: DriveReader): void {
    const followed = this.#followed.get(reader)
    if (!followed || followed.timer || this.closing) return
    followed.timer = setTimeout(() => {
      followed.timer = null
      this.#soon(() => this.#look(followed.address, reader))
    }, SOON_MS).unref()
  }

  async #look (address: Address, reader: DriveReader): Promise<void> {
    if (this.#followed.has(reader)) await reader.withCores(({ index, blobs }) => this.#compare(address, reader, index, blobs))
  }

  /** Compares what is here with what was seen, and writes down what is new. */
  async #compare (address: Address, reader: DriveReader, index: Hypercore, blobs: Hypercore | null): Promise<void> {
    if (index.length === 0) return
    const drives = await this.#files.of(address)
    const known = drives.get(reader.key)
    const seen = { index: stateOf(index), blobs: blobs && blobs.length > 0 ? stateOf(blobs) : null }
    if (!known) {
      drives.set(reader.key, { seen, others: [], heldAt: null, choice: null })
      return await this.#files.save(address, drives)
    }
    if (await isHistoryOf(index, known.seen.index) === false) return await this.#foundHere(address, reader, 'index', index, known.seen.index)
    if (blobs && known.seen.blobs && await isHistoryOf(blobs, known.seen.blobs) === false) return await this.#foundHere(address, reader, 'blobs', blobs, known.seen.blobs)
    const further = furtherOf(known.seen, seen)
    if (further === known.seen) return
    drives.set(reader.key, { ...known, seen: further })
    await this.#files.save(address, drives)
  }

  /** The store has another history than this node saw before: it was lost or exchanged, and came again otherwise. */
  async #foundHere (address: Address, reader: DriveReader, kind: FoundHistory['core'], core: Hypercore, seen: CoreState): Promise<void> {
    await this.#note(address, reader, { foundAt: new Date().toISOString(), core: kind, here: seen, other: await stateUpTo(core, seen.length), signed: null, peer: '' })
  }

  /**
   * Compares a drive with where the root has sealed it, as soon as it reaches so far.
   *
   * @returns false when the root has sealed another history than the one that is here, which is remembered
   */
  async agreesWithSeal (address: Address, reader: DriveReader, { length, treeHash }: { length: number, treeHash: string }): Promise<boolean> {
    const sealed = { fork: 0, length, treeHash }
    const here = length === 0 ? null : await reader.withCores(async ({ index }) => {
      return await isHistoryOf(index, sealed) === false ? await stateUpTo(index, length) : null
    })
    if (!here) return true
    this.#soon(() => this.#note(address, reader, { foundAt: new Date().toISOString(), core: 'index', here, other: sealed, signed: null, peer: '', bySeal: true }))
    return false
  }

  /** Somebody has shown another history of a core. */
  async #found (coreKey: string, { fork, length, treeHash, signed, peer }: OtherHistory): Promise<void> {
    for (const [reader, { address }] of this.#followed) {
      const kind = (['index', 'blobs'] as const).find(kind => reader.coreKeys[kind] === coreKey)
      if (!kind) continue
      const here = await reader.withCores(cores => stateUpTo(cores[kind]!, length))
      await this.#note(address, reader, { foundAt: new Date().toISOString(), core: kind, here, other: { fork, length, treeHash }, signed, peer })
      if (kind === 'index' && !await this.kept.has(address, reader.key, { fork, length, treeHash })) this.#exchange.ask(address, reader.key, peer)
    }
  }

  async #note (address: Address, reader: DriveReader, found: FoundHistory): Promise<void> {
    const drives = await this.#files.of(address)
    const seen = await reader.withCores(async ({ index, blobs }) => ({ index: stateOf(index), blobs: blobs && stateOf(blobs) }))
    const known = drives.get(reader.key) ?? { seen, others: [], heldAt: null, choice: null }
    const others = withFound(known.others, found)
    if (!others) return
    const history = { ...known, others, heldAt: known.heldAt ?? seen.index.length }
    drives.set(reader.key, history)
    await this.#files.save(address, drives)
    this.#log.warn({ newsletter: address, drive: reader.key, core: found.core, here: found.here, other: found.other }, 'a writer has signed another history')
    this.#tell(address, reader.key, history)
  }

  #tell (address: Address, drive: string, history: DriveHistory): void {
    for (const [{ key }, followed] of this.#followed) if (key === drive && followed.address === address) followed.onChanged(history)
    this.emit('changed', address)
  }

  /** One after the other, so that no two write one file. */
  async #inTurn (work: () => Promise<void>): Promise<void> {
    const turn = this.#working.then(work)
    this.#working = turn.catch(() => {}) // told to whom it was for
    await turn
  }

  #soon (work: () => Promise<void>): void {
    this.#inTurn(work).catch((error: unknown) => { if (!this.closing) this.#log.error({ error: messageOf(error) }, 'histories') })
  }
}
