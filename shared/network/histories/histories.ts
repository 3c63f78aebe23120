import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import Value from 'typebox/value'
import type Hypercore from 'hypercore'
import { putAside, readIfThere, writeDurably } from '../../durable-file.ts'
import { messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import type { CoreState } from '../../format/receipt.ts'
import type { Log } from '../../log.ts'
import { Resource } from '../../resource.ts'
import type { DriveReader } from '../drive-reader.ts'
import type { Peer } from '../peer.ts'
import { isHistoryOf, stateOf, stateAt } from './core-history.ts'
import type { OtherHistory } from './history-watch.ts'
import { type DriveHistory, type FoundHistory, type HistoryChoice, StoredHistories } from './stored-history.ts'

/** More histories of one drive prove nothing more. */
const MOST_FOUND = 8
/** What was seen is written down so long after it changed, in one go. */
const SOON_MS = 500

type Drives = Map<string, DriveHistory>

interface HistoriesEvents {
  /** Another history was found, or somebody has decided. */
  changed: [address: Address]
}

/**
 * Remembers how far every drive has come that this node follows, apart from the store; and which other histories its
 * writer has signed. A writer can take back or rewrite what it published; nobody who has seen it forgets that.
 */
export class Histories extends Resource<HistoriesEvents> {
  #peer: Peer
  #folder: string
  #log: Log
  #loaded = new Map<Address, Promise<Drives>>()
  #followed = new Map<DriveReader, { address: Address, timer: NodeJS.Timeout | null, onGrew: () => void, onChanged: (history: DriveHistory) => void }>()
  #working: Promise<void> = Promise.resolve()
  #onOther = (coreKey: string, other: OtherHistory): void => this.#inTurn(() => this.#found(coreKey, other))

  constructor ({ peer, folder, log }: { peer: Peer, folder: string, log: Log }) {
    super()
    this.#peer = peer
    this.#folder = folder
    this.#log = log
  }

  protected override async _open (): Promise<void> {
    this.#peer.on('otherHistory', this.#onOther)
  }

  protected override async _close (): Promise<void> {
    this.#peer.off('otherHistory', this.#onOther)
    await this.#working
  }

  /**
   * Compares a drive with what was seen of it, now and whenever it grows.
   *
   * @param onChanged another history was found, or somebody has decided
   */
  async follow (address: Address, reader: DriveReader, onChanged: (history: DriveHistory) => void): Promise<void> {
    const followed = { address, timer: null as NodeJS.Timeout | null, onGrew: () => this.#lookSoon(reader), onChanged }
    this.#followed.set(reader, followed)
    reader.on('indexGrew', followed.onGrew)
    await this.#drivesOf(address)
    this.#inTurn(() => this.#look(address, reader))
    await this.#working
  }

  /** Before the drive is closed. */
  async unfollow (reader: DriveReader): Promise<void> {
    const followed = this.#followed.get(reader)
    if (!followed) return
    reader.off('indexGrew', followed.onGrew)
    if (followed.timer) clearTimeout(followed.timer)
    this.#inTurn(() => this.#look(followed.address, reader))
    await this.#working
    this.#followed.delete(reader)
  }

  /** What is remembered of a drive; null: nothing yet. */
  async of (address: Address, drive: string): Promise<DriveHistory | null> {
    return (await this.#drivesOf(address)).get(drive) ?? null
  }

  async decide (address: Address, drive: string, choice: HistoryChoice): Promise<void> {
    const drives = await this.#drivesOf(address)
    const known = drives.get(drive)
    if (!known || known.others.length === 0) return
    const decided = { ...known, choice }
    drives.set(drive, decided)
    await this.#save(address, drives)
    this.#tell(address, drive, decided)
  }

  async forget (address: Address): Promise<void> {
    await this.#working
    this.#loaded.delete(address)
    await rm(this.#file(address), { force: true })
  }

  #lookSoon (reader: DriveReader): void {
    const followed = this.#followed.get(reader)
    if (!followed || followed.timer || this.closing) return
    followed.timer = setTimeout(() => {
      followed.timer = null
      this.#inTurn(() => this.#look(followed.address, reader))
    }, SOON_MS)
    followed.timer.unref()
  }

  /** Compares what is here with what was seen, and writes down what is new. */
  async #look (address: Address, reader: DriveReader): Promise<void> {
    const { index, blobs } = reader.cores
    if (!this.#followed.has(reader) || index.length === 0) return
    const drives = await this.#drivesOf(address)
    const known = drives.get(reader.key)
    const seen = { index: stateOf(index), blobs: blobs && blobs.length > 0 ? stateOf(blobs) : null }
    if (!known) {
      drives.set(reader.key, { seen, others: [], heldAt: null, choice: null })
      return await this.#save(address, drives)
    }
    if (await isHistoryOf(index, known.seen.index) === false) return await this.#foundHere(address, reader, 'index', index, known.seen.index)
    if (blobs && known.seen.blobs && await isHistoryOf(blobs, known.seen.blobs) === false) return await this.#foundHere(address, reader, 'blobs', blobs, known.seen.blobs)
    const grown = {
      index: seen.index.length > known.seen.index.length ? seen.index : known.seen.index,
      blobs: (seen.blobs?.length ?? 0) > (known.seen.blobs?.length ?? 0) ? seen.blobs : known.seen.blobs
    }
    if (grown.index === known.seen.index && grown.blobs === known.seen.blobs) return
    drives.set(reader.key, { ...known, seen: grown })
    await this.#save(address, drives)
  }

  /** The store has another history than this node saw before: it was lost or exchanged, and came again otherwise. */
  async #foundHere (address: Address, reader: DriveReader, kind: FoundHistory['core'], core: Hypercore, seen: CoreState): Promise<void> {
    const other = await stateAt(core, Math.min(core.length, seen.length)) ?? stateOf(core)
    await this.#note(address, reader, { foundAt: new Date().toISOString(), core: kind, here: seen, other, signed: null, peer: '' })
  }

  /** Somebody has shown another history of a core. */
  async #found (coreKey: string, { fork, length, treeHash, signed, peer }: OtherHistory): Promise<void> {
    for (const [reader, { address }] of this.#followed) {
      const { index, blobs } = reader.cores
      const core = [index, blobs].find(candidate => candidate?.key.toString('hex') === coreKey)
      if (!core) continue
      const here = await stateAt(core, Math.min(core.length, length)) ?? stateOf(core)
      await this.#note(address, reader, { foundAt: new Date().toISOString(), core: core === index ? 'index' : 'blobs', here, other: { fork, length, treeHash }, signed, peer })
    }
  }

  async #note (address: Address, reader: DriveReader, found: FoundHistory): Promise<void> {
    const drives = await this.#drivesOf(address)
    const { index, blobs } = reader.cores
    const known = drives.get(reader.key) ?? { seen: { index: stateOf(index), blobs: blobs && stateOf(blobs) }, others: [], heldAt: null, choice: null }
    const isKnown = known.others.some(({ core, other }) => core === found.core && other.fork === found.other.fork && other.treeHash === found.other.treeHash)
    // One that goes on is the same again, however far it has come by now.
    const isOneMore = known.others.some(({ core, other, peer }) => core === found.core && other.fork === found.other.fork && peer === found.peer)
    if (isKnown || isOneMore || known.others.length >= MOST_FOUND) return
    const history = { ...known, others: [...known.others, found], heldAt: known.heldAt ?? index.length }
    drives.set(reader.key, history)
    await this.#save(address, drives)
    this.#log.warn({ newsletter: address, drive: reader.key, core: found.core, here: found.here, other: found.other }, 'a writer has signed another history')
    this.#tell(address, reader.key, history)
  }

  #tell (address: Address, drive: string, history: DriveHistory): void {
    for (const [{ key }, { onChanged }] of this.#followed) if (key === drive) onChanged(history)
    this.emit('changed', address)
  }

  #drivesOf (address: Address): Promise<Drives> {
    const loaded = this.#loaded.get(address)
    if (loaded) return loaded
    const loading = this.#load(address)
    this.#loaded.set(address, loading)
    return loading
  }

  async #load (address: Address): Promise<Drives> {
    const content = await readIfThere(this.#file(address))
    const stored = content && parse(content)
    if (Value.Check(StoredHistories, stored)) return new Map(Object.entries(stored.drives))
    if (content) await putAside(this.#file(address))
    return new Map()
  }

  async #save (address: Address, drives: Drives): Promise<void> {
    await writeDurably(this.#file(address), JSON.stringify({ drives: Object.fromEntries(drives) }, null, 1) + '\n')
  }

  #file (address: Address): string {
    return join(this.#folder, `${address}.json`)
  }

  /** One after the other, so that no two write one file. */
  #inTurn (work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch((error: unknown) => {
      if (!this.closing) this.#log.error({ error: messageOf(error) }, 'histories')
    })
  }
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // not JSON is as damaged as the wrong shape
  }
}
