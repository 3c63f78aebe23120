import { decodeTime } from 'ulid'
import type { Address } from '../../shared/format/address.ts'
import { verifyNewsletter } from '../../shared/format/newsletter.ts'
import { parseIssuePath } from '../../shared/format/paths.ts'
import { effectiveSeal } from '../../shared/format/root-chain.ts'
import { isAppError, messageOf } from '../../shared/errors.ts'
import type { Log } from '../../shared/log.ts'
import { DriveReader } from '../../shared/network/drive-reader.ts'
import type { Meeting } from '../../shared/network/meeting.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import { readDocument, scanIndex } from '../following/index-scan.ts'
import { isListedAlone } from '../following/shared-drives.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000
/** A block of the index that is announced and does not come is not waited for longer. */
const BLOCK_MS = 10_000

/** What can be told of a newsletter from its index alone. */
export interface Look { title: string, authors: string[], issues: number, diskBytes: number, bytesPerYear: number }

export interface LookingParts { address: Address, peer: Peer, meeting: Meeting, roots: RootStore, log: Log }

/** Looks at a newsletter that is not followed: fetches its root and the indexes of its drives, and no issue. */
export class Looking extends Resource {
  #parts: LookingParts
  #readers: DriveReader[] = []
  #onRootChanged = (address: Address): void => {
    if (address === this.#parts.address) this.#opening = this.#opening.then(() => this.#openDrives()).catch((error: unknown) => this.#parts.log.warn({ error: messageOf(error) }, 'looking at a newsletter'))
  }
  #opening: Promise<void> = Promise.resolve()

  constructor (parts: LookingParts) {
    super()
    this.#parts = parts
  }

  protected override async _open (): Promise<void> {
    const { address, meeting } = this.#parts
    meeting.on('rootChanged', this.#onRootChanged)
    await this.#openDrives()
    meeting.join(address, () => this.#readers.map(reader => ({ key: reader.keyBytes, ...reader.heads })), 'looking')
  }

  protected override async _close (): Promise<void> {
    const { address, meeting } = this.#parts
    meeting.off('rootChanged', this.#onRootChanged)
    await meeting.leave(address)
    await this.#opening
    await Promise.all(this.#readers.map(reader => reader.close()))
  }

  async #openDrives (): Promise<void> {
    const { address, peer, roots } = this.#parts
    const known = await roots.get(address)
    for (const { drive } of known?.chain.newest.writers ?? []) {
      if (this.closing || this.#readers.some(({ key }) => key === drive)) continue
      const reader = new DriveReader(peer, drive)
      this.#readers.push(reader)
      await reader.ready()
    }
  }

  /** Drops what was fetched. After closing, and only when nobody follows the newsletter. */
  async clear (): Promise<void> {
    const { address, peer, roots } = this.#parts
    for (const { key } of this.#readers) {
      if (!await isListedAlone(roots, { address, drive: key })) continue
      const reader = new DriveReader(peer, key)
      await reader.ready()
      await reader.clear()
      await reader.close()
    }
    await roots.remove(address)
  }

  /** Null while nobody has told what there is. */
  async look (): Promise<Look | null> {
    const known = await this.#parts.roots.get(this.#parts.address)
    if (!known || this.#readers.length === 0 || !this.#readers.every(reader => reader.settled && reader.heads.index > 0)) return null
    const writers = known.chain.newest.writers.map(writer => ({ ...writer, end: effectiveSeal(writer.id, known.chain, known.dispute) }))
    return await lookAt(this.#readers, writers, this.#parts.address)
  }
}

interface LookedWriter { id: string, drive: string, signingKey: string, end: number | null }

/** Goes through the indexes of drives. What a stranger put there is taken for what it says; nothing is promised by it. */
export async function lookAt (readers: DriveReader[], writers: LookedWriter[], address: Address): Promise<Look> {
  const look: Look = { title: '', authors: [], issues: 0, diskBytes: 0, bytesPerYear: 0 }
  let describedAt = ''
  for (const reader of readers) {
    const writer = writers.find(({ drive }) => drive === reader.key)
    if (!writer) continue
    const end = Math.min(reader.indexEnd, writer.end ?? Infinity)
    for await (const found of scanIndex(reader, 1, end)) {
      if (found.kind === 'issue') look.issues++
      if (found.kind !== 'newsletter') continue
      try {
        const { text, signature } = await readDocument(reader, found)
        const document = verifyNewsletter({ bytes: Buffer.from(text), signature }, { newsletter: address, writer: writer.id, signingKey: writer.signingKey })
        if (document.at <= describedAt) continue
        describedAt = document.at
        Object.assign(look, { title: document.title, authors: document.authors.map(({ name }) => name) })
      } catch (error) {
        if (!isAppError(error)) throw error // one that can't be believed describes nothing
      }
    }
    await addSizes(reader, end, look)
  }
  return look
}

async function addSizes (reader: DriveReader, end: number, look: Look): Promise<void> {
  for (let seq = 1; seq < end; seq++) {
    const entry = await reader.entryAt(seq, BLOCK_MS).catch(() => null) // garbage has no size
    const id = entry && parseIssuePath(entry.path)?.id
    if (!entry?.blob || !id) continue
    look.diskBytes += entry.blob.byteLength
    if (Date.now() - decodeTime(id.toUpperCase()) < YEAR_MS) look.bytesPerYear += entry.blob.byteLength
  }
}
