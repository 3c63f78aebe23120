import { messageOf } from '../../errors.ts'
import type { Address } from '../../format/address.ts'
import { toHex } from '../../format/hash.ts'
import { type KeeperPromise, nameOf, type Receipt } from '../../format/receipt.ts'
import { keyBytes } from '../../format/signature.ts'
import type { Signed } from '../../format/signed-json.ts'
import type { Log } from '../../log.ts'
import type { DriveReader } from '../drive-reader.ts'
import { HeldDrive } from './held-drive.ts'
import { OwnReceipts } from './own-receipts.ts'

/** News waits so long for more of it. */
const SOON_MS = 50
/** While blocks arrive, it is told so often how far they have come; and so often that an issue has become complete. */
const PROGRESS_MS = 1_000
const COMPLETE_MS = 200

export interface OwnTellingParts {
  newsletter: Address
  /** Seed of the key by which other nodes know this one. */
  seed: Uint8Array
  /** False: at first nothing is said of what is held. */
  isTold: boolean
  drives: () => DriveReader[]
  /** True when somebody is there who has asked for receipts. */
  isHeard: () => boolean
  /** Takes receipts to those who want them. */
  send: (receipts: Signed[]) => void
  /** Less of a drive is here than was told before. */
  onLess: (drive: string) => void
  log: Log
}

/** Tells what this node holds of a newsletter, as it changes. */
export class OwnTelling {
  readonly own: OwnReceipts
  #parts: OwnTellingParts
  #drives = new Map<string, { held: HeldDrive, release: () => void }>()
  #timer: NodeJS.Timeout | null = null
  #dueMs = Infinity
  #toldMs = -Infinity
  #telling: Promise<void> = Promise.resolve()

  constructor (parts: OwnTellingParts) {
    this.#parts = parts
    this.own = new OwnReceipts(parts.newsletter, parts.seed, parts.isTold)
  }

  close (): void {
    if (this.#timer) clearTimeout(this.#timer)
    for (const { release } of this.#drives.values()) release()
    this.#drives.clear()
  }

  /** @param key z-base-32 */
  drive (key: string): HeldDrive | null {
    return this.#drives.get(key)?.held ?? null
  }

  get drives (): HeldDrive[] { return [...this.#drives.values()].map(({ held }) => held) }

  /** The newsletter has other drives than before. */
  refresh (): void {
    for (const reader of this.#parts.drives()) {
      const known = this.#drives.get(reader.key)
      known?.release()
      const held = known?.held ?? new HeldDrive(reader)
      this.#drives.set(reader.key, { held, release: held.onChanged(() => this.#tellAtMostEvery(PROGRESS_MS)) })
    }
    this.#tellAtMostEvery(PROGRESS_MS)
  }

  /** An issue has become complete, or something has gone. */
  tellSoon (): void {
    this.#tellAtMostEvery(COMPLETE_MS)
  }

  /** Speaks as a keeper or a reader from now on, or not at all. */
  become (promise: KeeperPromise | null, isTold: boolean): void {
    const takenBack = this.own.become(promise, isTold)
    if (takenBack.length > 0) this.#parts.send(takenBack)
    this.tell()
  }

  /** Goes on above the numbers that others have from this node; `known` tells them by the name of a receipt in hex. */
  continueAfter (known: (name: string) => number): void {
    const holder = keyBytes(this.own.key.publicKey)
    for (const { key } of this.drives) this.own.continueAfter(known(toHex(nameOf(holder, key))))
    this.tell()
  }

  /** A receipt of this node has come back, by its signature: who gave it has heard nothing newer. */
  onReturned (receipt: Receipt): void {
    if (!this.own.isAhead(receipt)) return
    const takenBack = this.own.continueAfterSigned(receipt)
    if (takenBack) this.#parts.send([takenBack])
    this.tell()
  }

  /** True when something may have changed unnoticed, as nothing does of a drive that rests, or when a receipt is to be signed anew. */
  get isDue (): boolean { return this.drives.some(({ key, isResting }) => !isResting || this.own.isOld(key)) }

  /** Says now what there is to say. */
  tell (): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#dueMs = Infinity
    // What nobody was told so far, and nobody asks for, is not looked up.
    if (this.own.all.length === 0 && !this.#parts.isHeard()) return
    // One after the other, so that numbers follow each other as what they say does.
    this.#telling = this.#telling.then(async () => {
      const news: Signed[] = []
      for (const drive of this.drives) {
        const { signed, isLess } = await this.own.renew(drive)
        if (signed) news.push(signed)
        if (isLess) this.#parts.onLess(drive.key)
      }
      if (news.length === 0) return
      this.#toldMs = performance.now()
      this.#parts.send(news)
    }).catch((error: unknown) => this.#parts.log.debug({ error: messageOf(error) }, 'telling what is held'))
  }

  #tellAtMostEvery (everyMs: number): void {
    const now = performance.now()
    const dueMs = Math.max(now + SOON_MS, this.#toldMs + everyMs)
    if (dueMs >= this.#dueMs) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.tell(), dueMs - now).unref()
  }
}
