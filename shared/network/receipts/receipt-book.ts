import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { readIfThere, writeDurably } from '../../durable-file.ts'
import { isAppError, messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { keyedBlake2b256, toHex } from '../../format/hash.ts'
import { holderKey, readReceipt, type Receipt } from '../../format/receipt.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { Log } from '../../log.ts'
import { type Audit, type HeldReceipt, noAudit } from './held-receipt.ts'
import { ReceiptShelf } from './receipt-shelf.ts'

const MIB = 1024 * 1024
/** Receipts kept of one newsletter. Those of holders who answered a challenge lately are never pushed out by others. */
const KEEPERS = { most: 256, mostBytes: 8 * MIB }
/** Of readers as many as are long would be more than a node should read and write. */
const READERS = { most: 4096, mostBytes: 8 * MIB }
/** Unaudited receipts that one node may pass on: a liar fills no more of the book than this. */
const TOLD_BY_ONE = 64
/** Unaudited ones that it may give as its own: one for each drive that a newsletter may have. */
const OWN_OF_ONE = 256
/** What changes is written so long after it changed, together with what changes meanwhile; later, for each MiB that this takes. */
const SAVE_MS = 2_000
/** Receipts that are read or written in one go. */
const PIECE = 32
/** No book that this program writes is longer. */
const FILE_BYTES = 64 * MIB

const Ranges = Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]))
const StoredReceipt = Type.Object({
  text: Type.String(),
  signature: Type.String(),
  heardMs: Type.Number(),
  toldBy: Type.String(),
  /** Not in older files. */
  givenBy: Type.Optional(Type.String()),
  audit: Type.Object({
    index: Type.Integer(),
    blocks: Ranges,
    passedMs: Type.Union([Type.Number(), Type.Null()]),
    machine: Type.String(),
    fault: Type.Union([Type.Null(), Type.Object({
      kind: Type.Union([Type.Literal('wrong'), Type.Literal('missing'), Type.Literal('unanswered'), Type.Literal('history')]),
      atMs: Type.Number(),
      number: Type.Integer()
    })])
  })
})
const StoredBook = Type.Object({ secret: Type.String({ pattern: '^[0-9a-f]{64}$' }), receipts: Type.Array(Type.Unknown()) })

/** Noise key in hex of who gives a receipt, and whether as its own. */
export interface Giver { key: string, isOwn: boolean }

export interface Offered { held: HeldReceipt | null, isNews: boolean, isOld: boolean }

/** The receipts of one newsletter: the newest of each holder for each drive, in one file that is replaced as a whole. */
export class ReceiptBook {
  readonly #newsletter: Address
  readonly #file: string
  readonly #log: Log
  #receipts = new Map<string, HeldReceipt>()
  #keepers = new ReceiptShelf(KEEPERS.most, KEEPERS.mostBytes)
  #readers = new ReceiptShelf(READERS.most, READERS.mostBytes)
  /** Who gave them -> receipts that may not have been audited. */
  #given = new Map<string, Set<HeldReceipt>>()
  #secretBytes: Uint8Array | null = null
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()
  #isClosed = false

  private constructor (newsletter: Address, file: string, log: Log) {
    this.#newsletter = newsletter
    this.#file = file
    this.#log = log
  }

  /** A file that can't be read is left behind: receipts come again from those who gave them. */
  static async open (newsletter: Address, file: string, log: Log): Promise<ReceiptBook> {
    const book = new ReceiptBook(newsletter, file, log)
    const content = await readIfThere(file)
    if (content) await book.#load(content)
    return book
  }

  async close (): Promise<void> {
    this.#isClosed = true
    if (this.#timer) await this.#save()
    await this.#saving
  }

  async remove (): Promise<void> {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    await this.#saving
    for (const held of this.all) this.#drop(held)
    await rm(this.#file, { force: true })
  }

  /** Makes the names of machines: without it they can't be compared with addresses. */
  get #secret (): Uint8Array {
    this.#secretBytes ??= randomBytes(32)
    return this.#secretBytes
  }

  get all (): HeldReceipt[] { return [...this.#receipts.values()] }

  get (holder: string, drive: string): HeldReceipt | null { return this.#receipts.get(holder + drive) ?? null }

  /**
   * Takes a receipt that says more than what is known of its holder.
   *
   * @param from Noise key in hex of who gives it, and whether as its own
   * @param isWanted asked when the signature holds; may throw
   * @returns what is held of that holder now: null when there is no room; `isOld`: that is newer than what was offered
   * @throws AppError BAD_FORMAT, BAD_SIGNATURE, BAD_ID, TOO_LARGE
   */
  offer (signed: Signed, from: Giver, isWanted: (holder: string, receipt: Receipt) => boolean): Offered {
    const receipt = readReceipt(signed, this.#newsletter)
    const holder = toHex(holderKey(receipt))
    if (!isWanted(holder, receipt)) return { held: null, isNews: false, isOld: false }
    const known = this.get(holder, receipt.drive)
    if (known && known.receipt.number >= receipt.number) {
      // The holder itself says what was only told before.
      if (from.isOwn && known.receipt.number === receipt.number) known.toldBy = ''
      return { held: known, isNews: false, isOld: known.receipt.number > receipt.number }
    }
    const held = { signed, receipt, holder, heardMs: Date.now(), cameMs: performance.now(), toldBy: from.isOwn ? '' : from.key, givenBy: from.key, audit: known?.audit ?? noAudit() }
    if (known ? !this.#replace(known, held) : this.#isTooMuch(from) || !this.#add(held)) return { held: null, isNews: false, isOld: false }
    this.changed()
    return { held, isNews: true, isOld: false }
  }

  /** Forgets what somebody gave as a holder's own and never proved. */
  takeBack (holder: string, givenBy: string): void {
    for (const held of this.#unaudited(givenBy)) if (held.holder === holder) this.#drop(held)
  }

  /** The name under which a machine stands in this book. */
  machineName (place: string): string {
    return toHex(keyedBlake2b256(this.#secret, new TextEncoder().encode(place))).slice(0, 16)
  }

  /** To be called when an audit was changed in place. */
  changed (): void {
    if (this.#isClosed) return
    this.#timer ??= setTimeout(() => { void this.#save() }, SAVE_MS * (1 + (this.#keepers.bytes + this.#readers.bytes) / MIB)).unref()
  }

  #isTooMuch ({ key, isOwn }: Giver): boolean {
    return this.#unaudited(key).filter(({ toldBy }) => (toldBy === '') === isOwn).length >= (isOwn ? OWN_OF_ONE : TOLD_BY_ONE)
  }

  #unaudited (givenBy: string): HeldReceipt[] {
    const given = this.#given.get(givenBy)
    for (const held of given ?? []) if (held.audit.passedMs !== null) given!.delete(held)
    if (given?.size === 0) this.#given.delete(givenBy)
    return [...given ?? []]
  }

  #shelfOf ({ receipt }: HeldReceipt): ReceiptShelf {
    return receipt.keeper ? this.#keepers : this.#readers
  }

  #add (held: HeldReceipt): boolean {
    if (!this.#shelfOf(held).makeRoom(held, other => this.#drop(other))) return false
    this.#put(held)
    return true
  }

  #put (held: HeldReceipt): void {
    this.#shelfOf(held).add(held)
    this.#receipts.set(held.holder + held.receipt.drive, held)
    const given = this.#given.get(held.givenBy) ?? new Set()
    this.#given.set(held.givenBy, given.add(held))
  }

  #drop (held: HeldReceipt): void {
    this.#shelfOf(held).delete(held)
    this.#receipts.delete(held.holder + held.receipt.drive)
    this.#forgetGiven(held)
  }

  /** What takes the place of another stands where that stood. */
  #replace (known: HeldReceipt, held: HeldReceipt): boolean {
    this.#shelfOf(known).delete(known)
    this.#forgetGiven(known)
    if (this.#add(held)) return true
    this.#put(known)
    return false
  }

  #forgetGiven (held: HeldReceipt): void {
    const given = this.#given.get(held.givenBy)
    given?.delete(held)
    if (given?.size === 0) this.#given.delete(held.givenBy)
  }

  async #load (content: Buffer): Promise<void> {
    try {
      if (content.length > FILE_BYTES) throw new Error('it is too long')
      const stored: unknown = JSON.parse(content.toString('utf8'))
      if (!Value.Check(StoredBook, stored)) throw new Error('it has another shape')
      this.#secretBytes = Buffer.from(stored.secret, 'hex')
      for (const [place, entry] of stored.receipts.entries()) {
        if (place % PIECE === 0) await setImmediate() // each costs a signature
        if (!Value.Check(StoredReceipt, entry)) throw new Error('a receipt has another shape')
        this.#take(entry)
      }
    } catch (error) {
      this.#log.warn({ file: this.#file, error: messageOf(error) }, 'receipts could not be read')
    }
  }

  #take ({ text, signature, heardMs, toldBy, givenBy = toldBy, audit }: Static<typeof StoredReceipt>): void {
    try {
      const signed = { bytes: Buffer.from(text), signature }
      const receipt = readReceipt(signed, this.#newsletter)
      this.#add({ signed, receipt, holder: toHex(holderKey(receipt)), heardMs, cameMs: performance.now(), toldBy, givenBy, audit: audit satisfies Audit })
    } catch (error) {
      if (!isAppError(error)) throw error
      this.#log.warn({ file: this.#file, code: error.code, reason: error.message }, 'a receipt on the disk is not believed')
    }
  }

  async #save (): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const secret = toHex(this.#secret)
    const save = this.#saving.then(() => writeDurably(this.#file, pieces(secret, this.all)))
    // A full disk takes no receipts; they are in memory, and come again after a restart.
    this.#saving = save.catch((error: unknown) => this.#log.warn({ error: messageOf(error) }, 'receipts could not be written'))
    await this.#saving
  }
}

async function * pieces (secret: string, receipts: HeldReceipt[]): AsyncGenerator<string> {
  yield `{"secret":"${secret}","receipts":[`
  for (let i = 0; i < receipts.length; i += PIECE) {
    await setImmediate()
    const stored = receipts.slice(i, i + PIECE).map(({ signed, heardMs, toldBy, givenBy, audit }) =>
      ({ text: Buffer.from(signed.bytes).toString('utf8'), signature: signed.signature, heardMs, toldBy, givenBy, audit }))
    yield (i === 0 ? '\n' : ',\n') + stored.map(receipt => JSON.stringify(receipt)).join(',\n')
  }
  yield ']}\n'
}
