import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
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

/** Receipts kept of one newsletter. Those of holders who answered a challenge are never pushed out by others. */
const KEEPERS = 256
const READERS = 4096
/** Unaudited receipts that one node may pass on: a liar fills no more of the book than this. */
const TOLD_BY_ONE = 64
/** What changes is written so long after it changed, together with what changes meanwhile. */
const SAVE_MS = 2_000

const Ranges = Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]))
const StoredReceipt = Type.Object({
  text: Type.String(),
  signature: Type.String(),
  heardMs: Type.Number(),
  toldBy: Type.String(),
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
const StoredBook = Type.Object({ secret: Type.String({ pattern: '^[0-9a-f]{64}$' }), receipts: Type.Array(StoredReceipt) })

/** The receipts of one newsletter: the newest of each holder for each drive, in one file that is replaced as a whole. */
export class ReceiptBook {
  readonly #newsletter: Address
  readonly #file: string
  readonly #log: Log
  #receipts = new Map<string, HeldReceipt>()
  #secretBytes: Uint8Array | null = null
  #timer: NodeJS.Timeout | null = null
  #saving: Promise<void> = Promise.resolve()

  private constructor (newsletter: Address, file: string, log: Log) {
    this.#newsletter = newsletter
    this.#file = file
    this.#log = log
  }

  /** A file that can't be read is left behind: receipts come again from those who gave them. */
  static async open (newsletter: Address, file: string, log: Log): Promise<ReceiptBook> {
    const book = new ReceiptBook(newsletter, file, log)
    const content = await readIfThere(file)
    if (content) book.#load(content)
    return book
  }

  async close (): Promise<void> {
    if (this.#timer) await this.#save()
    await this.#saving
  }

  async remove (): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    await this.#saving
    this.#receipts.clear()
    await rm(this.#file, { force: true })
  }

  /** Makes the names of machines: without it they can't be compared with addresses. */
  get #secret (): Uint8Array {
    this.#secretBytes ??= randomBytes(32)
    return this.#secretBytes
  }

  get all (): HeldReceipt[] { return [...this.#receipts.values()] }

  get (holder: string, drive: string): HeldReceipt | null {
    return this.#receipts.get(holder + drive) ?? null
  }

  /**
   * Takes a receipt that says more than what is known of its holder.
   *
   * @param toldBy Noise key in hex of who passes it on; empty: the holder itself
   * @param isWanted asked when the signature holds; may throw
   * @returns what is held of that holder now: null for an old one, or when there is no room
   * @throws AppError BAD_FORMAT, BAD_SIGNATURE, BAD_ID, TOO_LARGE
   */
  offer (signed: Signed, toldBy: string, isWanted: (holder: string, receipt: Receipt) => boolean): { held: HeldReceipt | null, isNews: boolean } {
    const receipt = readReceipt(signed, this.#newsletter)
    const holder = toHex(holderKey(receipt))
    if (!isWanted(holder, receipt)) return { held: null, isNews: false }
    const known = this.get(holder, receipt.drive)
    if (known && known.receipt.number >= receipt.number) {
      const isSame = known.receipt.number === receipt.number
      // The holder itself says what was only told before.
      if (toldBy === '' && isSame) known.toldBy = ''
      return { held: isSame ? known : null, isNews: false }
    }
    const held = { signed, receipt, holder, heardMs: Date.now(), toldBy, audit: known?.audit ?? noAudit() }
    if (!known && !this.#makeRoom(held)) return { held: null, isNews: false }
    this.#receipts.set(holder + receipt.drive, held)
    this.changed()
    return { held, isNews: true }
  }

  /** The name under which a machine stands in this book. */
  machineName (place: string): string {
    return toHex(keyedBlake2b256(this.#secret, new TextEncoder().encode(place))).slice(0, 16)
  }

  /** To be called when an audit was changed in place. */
  changed (): void {
    this.#timer ??= setTimeout(() => { void this.#save() }, SAVE_MS).unref()
  }

  #makeRoom ({ receipt: { keeper }, toldBy }: HeldReceipt): boolean {
    const unaudited = this.all.filter(({ audit }) => audit.passedMs === null)
    if (toldBy !== '' && unaudited.filter(other => other.toldBy === toldBy).length >= TOLD_BY_ONE) return false
    const isKeeper = (receipt: Receipt): boolean => receipt.keeper !== null
    const alike = this.all.filter(({ receipt }) => isKeeper(receipt) === (keeper !== null))
    if (alike.length < (keeper ? KEEPERS : READERS)) return true
    const [oldest] = alike.filter(({ audit }) => audit.passedMs === null).sort((a, b) => a.heardMs - b.heardMs)
    if (oldest) this.#receipts.delete(oldest.holder + oldest.receipt.drive)
    return oldest !== undefined
  }

  #load (content: Buffer): void {
    try {
      const stored: unknown = JSON.parse(content.toString('utf8'))
      if (!Value.Check(StoredBook, stored)) throw new Error('it has another shape')
      this.#secretBytes = Buffer.from(stored.secret, 'hex')
      for (const entry of stored.receipts) this.#take(entry)
    } catch (error) {
      this.#log.warn({ file: this.#file, error: messageOf(error) }, 'receipts could not be read')
    }
  }

  #take ({ text, signature, heardMs, toldBy, audit }: Static<typeof StoredReceipt>): void {
    try {
      const signed = { bytes: Buffer.from(text), signature }
      const receipt = readReceipt(signed, this.#newsletter)
      const holder = toHex(holderKey(receipt))
      this.#receipts.set(holder + receipt.drive, { signed, receipt, holder, heardMs, toldBy, audit: audit satisfies Audit })
    } catch (error) {
      if (!isAppError(error)) throw error
      this.#log.warn({ file: this.#file, code: error.code, reason: error.message }, 'a receipt on the disk is not believed')
    }
  }

  async #save (): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const receipts = this.all.map(({ signed, heardMs, toldBy, audit }) => ({ text: Buffer.from(signed.bytes).toString('utf8'), signature: signed.signature, heardMs, toldBy, audit }))
    const content = JSON.stringify({ secret: toHex(this.#secret), receipts }, null, 1) + '\n'
    const save = this.#saving.then(() => writeDurably(this.#file, content))
    // A full disk takes no receipts; they are in memory, and come again after a restart.
    this.#saving = save.catch((error: unknown) => this.#log.warn({ error: messageOf(error) }, 'receipts could not be written'))
    await this.#saving
  }
}
