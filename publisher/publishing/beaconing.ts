import { messageOf } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { type Beacon, signBeacon } from '../../shared/format/beacon.ts'
import { effectiveSeal } from '../../shared/format/root-chain.ts'
import type { Log } from '../../shared/log.ts'
import { DriveWriter } from '../../shared/network/drive-writer.ts'
import type { Receipts } from '../../shared/network/receipts/receipts.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { OwnKeys } from '../keys/own-keys.ts'
import { ifReadable } from '../keys/secret-files.ts'
import type { NewsletterWriters } from './newsletter-writers.ts'

/** While the author's node is on, readers know within this that what they have is all there is. */
const EVERY_MS = 10 * 60_000
/** After publishing, so that many issues at once are one beacon. */
const SOON_MS = 1_000
/** Who asks for all receipts may be about to take this writer's place, and hears at once that it is here. Asked without end, it answers so often. */
const ASKED_MS = 2_000

export interface BeaconingParts { keys: OwnKeys, roots: RootStore, receipts: Receipts, writers: NewsletterWriters, log: Log }

/** Says, signed, how far this writer has come: so that readers know how fresh what they have is when the author is off. */
export class Beaconing extends Resource {
  #parts: BeaconingParts
  #timers = new Map<Address | null, NodeJS.Timeout>()
  #toldMs = new Map<Address, number>()
  #onAsked = (address: Address): void => this.#answer(address)

  constructor (parts: BeaconingParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    this.#timers.set(null, setInterval(() => { this.#inBackground(this.#tellAll()) }, EVERY_MS).unref())
    this.#parts.receipts.on('askedForAll', this.#onAsked)
    for (const address of await this.#parts.keys.addresses()) this.soon(address)
  }

  protected override async _close (): Promise<void> {
    this.#parts.receipts.off('askedForAll', this.#onAsked)
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  /** Something was published. */
  soon (address: Address): void {
    this.#in(SOON_MS, address)
  }

  #answer (address: Address): void {
    // The clock may have been put back since.
    const waitMs = Math.min(ASKED_MS, (this.#toldMs.get(address) ?? 0) + ASKED_MS - Date.now())
    if (waitMs > 0) return this.#in(waitMs, address)
    this.#inBackground(this.#tell(address))
  }

  #in (waitMs: number, address: Address): void {
    if (this.closing || this.#timers.has(address)) return
    this.#timers.set(address, setTimeout(() => {
      this.#timers.delete(address)
      this.#inBackground(this.#tell(address))
    }, waitMs).unref())
  }

  async #tellAll (): Promise<void> {
    for (const address of await this.#parts.keys.addresses()) await this.#tell(address)
  }

  async #tell (address: Address): Promise<void> {
    const { keys, roots, receipts, writers } = this.#parts
    this.#toldMs.set(address, Date.now())
    // What is locked says nothing: others know of it what was said last, and when.
    if (keys.stateOf(address) === 'locked') return
    const [publicKeys, known] = await Promise.all([ifReadable(keys.publicWriter(address)), roots.get(address)])
    const drive = publicKeys && DriveWriter.keyOf(publicKeys.drive.publicKey)
    const writer = known?.chain.newest.writers.find(candidate => candidate.drive === drive)
    if (!known || !writer || effectiveSeal(writer.id, known.chain, known.dispute) !== null) return
    // A copy, or what has lost its end, does not know what "all" is; its later word would stand for the true one.
    const open = await writers.get(address)
    if (await open.trouble()) return
    const holding = await receipts.holding(address, writer.drive)
    if (!holding) return
    const { index, blobs } = holding
    const { id, drive: driveKey } = writer
    const beacon: Beacon = { colporteur: 1, kind: 'beacon', newsletter: address, writer: id, drive: driveKey, at: new Date().toISOString(), index, blobs }
    // Closed meanwhile, as when it is locked, it has forgotten its keys.
    if (open.closing) return
    await receipts.beacons.tell(address, signBeacon(beacon, open.checkUnlocked().signing))
  }

  #inBackground (work: Promise<void>): void {
    work.catch((error: unknown) => { if (!this.closing) this.#parts.log.warn({ error: messageOf(error) }, 'a beacon could not be signed') })
  }
}
