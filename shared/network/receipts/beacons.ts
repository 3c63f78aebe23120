import { join } from 'node:path'
import { rm } from 'node:fs/promises'
import Type from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../../durable-file.ts'
import { isAppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { type Beacon, checkBeacon, readBeacon } from '../../format/beacon.ts'
import { effectiveSeal } from '../../format/root-chain.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { Log } from '../../log.ts'
import { sinceBootMs } from '../../since-boot.ts'
import type { DriveReader } from '../drive-reader.ts'
import type { RootStore } from '../root-store.ts'
import { HeldDrive } from './held-drive.ts'

/** A writer's clock may go so far ahead of ours. */
const AHEAD_MS = 60 * 60 * 1000
/** Beacons of one giver that wait for the root by which they can be checked, and givers of whom some do. */
const WAITING_OF_ONE = 16
const WAITING_GIVERS = 64

const Stored = Type.Object({
  beacons: Type.Array(Type.Object({ text: Type.String(), signature: Type.String() })),
  /** Writer -> time of the newest of its beacons up to which everything was here. */
  confirmed: Type.Record(Type.String(), Type.String())
})

/** What came of beacons that were offered: those that were taken, and whether anything is known that was not before. */
export interface Offered { taken: Signed[], isNews: boolean }

/** `ahead`: writer -> what its clock has said last, too far ahead to count, and when that was heard, by a clock that nobody sets and no sleep stops. */
interface Known {
  signed: Map<string, { beacon: Beacon, signed: Signed }>
  confirmed: Map<string, string>
  ahead: Map<string, { at: string, heardMs: number }>
  waiting: Map<string, Signed[]>
}

/** What writers say of how far they have come, the newest of each; and up to when what is here was all there was. */
export class Beacons {
  #roots: RootStore
  #folder: string
  #log: Log
  #known = new Map<Address, Promise<Known>>()
  #saving: Promise<void> = Promise.resolve()
  #sinceBootMs: () => number

  constructor ({ roots, folder, log }: { roots: RootStore, folder: string, log: Log }, now = sinceBootMs) {
    this.#roots = roots
    this.#folder = folder
    this.#log = log
    this.#sinceBootMs = now
  }

  async close (): Promise<void> {
    await this.#saving
  }

  async all (address: Address): Promise<Signed[]> {
    return [...(await this.#of(address)).signed.values()].map(({ signed }) => signed)
  }

  /** What writers have said, the newest of each; of those that the root had retired by then, nothing. */
  async told (address: Address): Promise<Beacon[]> {
    return [...(await this.#of(address)).signed.values()].map(({ beacon }) => beacon)
  }

  /**
   * Takes the beacons that are newer than what is known.
   *
   * @param giver names who gave them; empty: this node
   * @throws AppError what is wrong with one
   */
  async offer (address: Address, offered: Signed[], giver = ''): Promise<Offered> {
    const known = await this.#of(address)
    const root = await this.#roots.get(address)
    if (!root) {
      known.waiting.set(giver, [...known.waiting.get(giver) ?? [], ...offered].slice(-WAITING_OF_ONE))
      if (known.waiting.size > WAITING_GIVERS) known.waiting.delete(known.waiting.keys().next().value!)
      return { taken: [], isNews: false }
    }
    const taken: Signed[] = []
    let isNews = false
    for (const signed of offered) {
      const beacon = readBeacon(signed, address)
      const writer = root.chain.newest.writers.find(({ id }) => id === beacon.writer)
      // Nobody speaks for a newsletter whom its root does not name, or has retired. It may be a root that is not here yet.
      if (!writer || effectiveSeal(writer.id, root.chain, root.dispute) !== null) continue
      const isAhead = isTooFarAhead(beacon.at)
      const newest = isAhead ? known.ahead.get(beacon.writer)?.at : known.signed.get(beacon.writer)?.beacon.at
      // What was taken while the clock of this node went ahead, too, is not in the way of what comes after it was put right.
      if (newest !== undefined && beacon.at <= newest && (isAhead || !isTooFarAhead(newest))) continue
      checkBeacon(beacon, signed, writer)
      isNews = true
      if (isAhead) {
        known.ahead.set(beacon.writer, { at: beacon.at, heardMs: this.#sinceBootMs() })
        continue
      }
      known.ahead.delete(beacon.writer)
      known.signed.set(beacon.writer, { beacon, signed })
      taken.push(signed)
    }
    if (taken.length > 0) this.#save(address, known)
    return { taken, isNews }
  }

  /** A root has come by which those that waited can be checked. */
  async rootChanged (address: Address): Promise<Offered> {
    const known = await this.#of(address)
    const waiting = [...known.waiting.values()].flat()
    known.waiting.clear()
    return await this.#offerEach(address, waiting)
  }

  /** One that does not hold spoils nothing for the others. */
  async #offerEach (address: Address, offered: Signed[]): Promise<Offered> {
    const all: Offered = { taken: [], isNews: false }
    for (const signed of offered) {
      try {
        const { taken, isNews } = await this.offer(address, [signed])
        all.taken.push(...taken)
        all.isNews ||= isNews
      } catch (error) {
        if (!isAppError(error)) throw error
        this.#log.warn({ code: error.code, reason: error.message }, 'a beacon is not believed')
      }
    }
    return all
  }

  /**
   * Until when, as its writers say, what is here was all there was: the oldest of the times of all writers who still
   * write; null while one of them was never heard, or was always ahead.
   */
  async confirmedAt (address: Address, readers: DriveReader[]): Promise<string | null> {
    const [known, writers] = await Promise.all([this.#of(address), this.#writing(address)])
    const times = await Promise.all(writers.map(async ({ id, drive }) => {
      const beacon = known.signed.get(id)?.beacon
      const reader = readers.find(({ key }) => key === drive)
      if (beacon && reader && beacon.at !== known.confirmed.get(id) && await new HeldDrive(reader).agrees(beacon) === true) {
        known.confirmed.set(id, beacon.at)
        this.#save(address, known)
      }
      return known.confirmed.get(id) ?? null
    }))
    return times.length > 0 && times.every(time => time !== null) ? times.reduce((a, b) => a < b ? a : b) : null
  }

  /**
   * What the clock of a writer who still writes says by now, as far as is known, and what this node's is far from; ISO 8601.
   * Null: they agree, as far as is known.
   */
  async aheadAt (address: Address): Promise<string | null> {
    const [{ ahead, confirmed }, writers] = await Promise.all([this.#of(address), this.#writing(address)])
    const times = writers.flatMap(({ id }) => {
      const heard = ahead.get(id)
      const by = heard && new Date(Date.parse(heard.at) + this.#sinceBootMs() - heard.heardMs).toISOString()
      return [by, confirmed.get(id)].filter(time => time !== undefined)
    })
    return times.filter(isTooFarAhead).sort().at(-1) ?? null
  }

  /** Who may write, and was not retired. */
  async #writing (address: Address): Promise<{ id: string, drive: string }[]> {
    const root = await this.#roots.get(address)
    return root?.chain.newest.writers.filter(({ id }) => effectiveSeal(id, root.chain, root.dispute) === null) ?? []
  }

  async remove (address: Address): Promise<void> {
    this.#known.delete(address)
    await this.#saving
    await rm(this.#file(address), { force: true })
  }

  #of (address: Address): Promise<Known> {
    const known = this.#known.get(address)
    if (known) return known
    const loading = this.#load(address)
    this.#known.set(address, loading)
    return loading
  }

  async #load (address: Address): Promise<Known> {
    const known: Known = { signed: new Map(), confirmed: new Map(), ahead: new Map(), waiting: new Map() }
    const content = await readIfThere(this.#file(address))
    const stored = content && parse(content)
    if (!Value.Check(Stored, stored)) return known
    known.confirmed = new Map(Object.entries(stored.confirmed))
    this.#known.set(address, Promise.resolve(known))
    const signed = stored.beacons.map(({ text, signature }) => ({ bytes: Buffer.from(text), signature }))
    await this.#offerEach(address, signed)
    return known
  }

  #save (address: Address, { signed, confirmed }: Known): void {
    const beacons = [...signed.values()].map(({ signed: { bytes, signature } }) => ({ text: Buffer.from(bytes).toString('utf8'), signature }))
    const content = JSON.stringify({ beacons, confirmed: Object.fromEntries(confirmed) }, null, 1) + '\n'
    this.#saving = this.#saving.then(() => writeDurably(this.#file(address), content)).catch((error: unknown) => {
      this.#log.warn({ error: messageOf(error) }, 'beacons could not be written')
    })
  }

  #file (address: Address): string {
    return join(this.#folder, `${address}.beacons`)
  }
}

function isTooFarAhead (time: string): boolean {
  return Date.parse(time) > Date.now() + AHEAD_MS
}

function parse (content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null // they come again from others
  }
}
