import type { Problem } from '../../shared/api/problem.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import { type IssueManifest, isSignedBefore, readManifest, signManifest } from '../../shared/format/issue.ts'
import { EMBEDDED_BYTES } from '../../shared/format/limits.ts'
import { type NewsletterDocument, signNewsletter } from '../../shared/format/newsletter.ts'
import { BODY_NAME, issuePath, MANIFEST_NAME, manifestPath, newsletterPath, revisionPath, signaturePath } from '../../shared/format/paths.ts'
import { effectiveSeal, type RootWriter } from '../../shared/format/root-chain.ts'
import { rootFolder } from '../../shared/format/root-files.ts'
import type { Signed } from '../../shared/format/signed-json.ts'
import { blocksOf, DriveWriter, type NewFile } from '../../shared/network/drive-writer.ts'
import type { BlobPointer } from '../../shared/network/index-entry.ts'
import type { Peer } from '../../shared/network/peer.ts'
import type { KnownRoot, RootStore } from '../../shared/network/root-store.ts'
import { Resource } from '../../shared/resource.ts'
import type { PreparedIssue } from '../importing/prepared-issue.ts'
import type { OwnKeys, PublicWriterKeys, WriterKeys } from '../keys/own-keys.ts'
import { locked } from '../keys/stored-writer.ts'
import { checkRoom } from '../../shared/disk-room.ts'
import { WriteGate, type WriteGateParts } from './write-gate.ts'

export interface NewsletterWriterParts extends Omit<WriteGateParts, 'drive' | 'keys'> {
  /** Of this writer. */
  publicKeys: PublicWriterKeys
  /** Null: they are locked, so what is there can be read, and nothing be written. */
  keys: WriterKeys | null
  ownKeys: OwnKeys
  peer: Peer
  roots: RootStore
  /** The home folder, whose disk has to have room. */
  home: string
}

/** Writes signed documents of one newsletter into this device's drive, and knows when they are safe on the disk. */
export class NewsletterWriter extends Resource {
  /** By which the root names it; empty while it does not. */
  id = ''
  #parts: NewsletterWriterParts
  #drive: DriveWriter
  #gate: WriteGate

  constructor (parts: NewsletterWriterParts) {
    super()
    this.#parts = parts
    this.#drive = new DriveWriter(parts.peer, parts.keys?.drive ?? { ...parts.publicKeys.drive, secretKey: null })
    this.#gate = new WriteGate({ ...parts, keys: parts.ownKeys, drive: this.#drive })
  }

  protected override async _open (): Promise<void> {
    await this.#drive.ready()
  }

  protected override async _close (): Promise<void> {
    await this.#drive.close()
    const { keys } = this.#parts
    keys?.signing.secretKey.fill(0)
    keys?.drive.secretKey.fill(0)
  }

  /** @throws AppError LOCKED */
  checkUnlocked (): WriterKeys {
    if (!this.#parts.keys) throw locked()
    return this.#parts.keys
  }

  /** Why nothing is written, as far as is known without asking anybody; null: nothing is known against it. */
  async trouble (): Promise<Problem | null> {
    const trouble = await this.#gate.trouble()
    return trouble && { code: trouble.code, reason: trouble.reason }
  }

  /**
   * @throws AppError NOT_WRITER when the newsletter's root does not let this device write, BEHIND
   */
  async checkAllowed (): Promise<void> {
    const { address, roots } = this.#parts
    const known = await roots.get(address)
    const writer = this.#writerIn(known)
    if (!known || !writer) throw new AppError('NOT_WRITER', 'The root of this newsletter does not name this device as a writer.')
    this.id = writer.id
    if (effectiveSeal(writer.id, known.chain, known.dispute) !== null) throw new AppError('NOT_WRITER', 'This device was retired: the root has sealed its drive, and readers refuse what comes after.')
    if (writer.expires && Date.parse(writer.expires) <= Date.now()) throw new AppError('NOT_WRITER', `This device was allowed to write until ${writer.expires}.`)
    if (known.chain.newest.state === 'ended') throw new AppError('NOT_WRITER', 'This newsletter has ended.')
    await this.#gate.pass()
  }

  /** @throws AppError BAD_SOURCE when no reader would take an issue, because its time is not before the end of this writer's */
  async checkTime (manifest: IssueManifest): Promise<void> {
    const { address, roots } = this.#parts
    const expires = this.#writerIn(await roots.get(address))?.expires
    if (!expires || isSignedBefore(manifest, expires)) return
    throw new AppError('BAD_SOURCE', `The issue is dated ${manifest.revisedAt ?? manifest.publishedAt}, and this device may write until ${expires}: no reader would take it. Give it an earlier date, or let the owner give this device more time.`)
  }

  #writerIn (known: KnownRoot | null): RootWriter | undefined {
    return known?.chain.newest.writers.find(({ drive }) => drive === this.#drive.key)
  }

  async has (id: string): Promise<boolean> {
    return await this.#drive.has(manifestPath(id))
  }

  /** A revision of an issue, as it stands on this drive: the newest of it there, or kept of earlier ones. Null: it stands not there. */
  async revision (id: string, revision: number): Promise<IssueManifest | null> {
    for (const path of [MANIFEST_NAME, revisionPath(revision, MANIFEST_NAME)]) {
      const bytes = await this.#drive.read(issuePath(id, path))
      const manifest = bytes && readManifest(bytes)
      if (manifest?.revision === revision) return manifest
    }
    return null
  }

  /** True when the drive describes the newsletter and holds the newest root: a new writer's does not yet. */
  async isFurnished (): Promise<boolean> {
    const known = await this.#parts.roots.get(this.#parts.address)
    return await this.#drive.has(newsletterPath) && await this.#drive.has(`/root/${known!.chain.newest.number}.json`)
  }

  async writeNewsletter (document: NewsletterDocument): Promise<void> {
    await this.#append(signedFiles(newsletterPath, signNewsletter(document, this.checkUnlocked().signing)), 0)
  }

  /** A copy of the root chain, for plain mirrors of the drive. */
  async writeRoot (): Promise<void> {
    const known = await this.#parts.roots.get(this.#parts.address)
    const files = rootFolder(known!.chain.files).map(({ path, bytes }) => ({ path: `/${path}`, blocks: () => blocksOf(bytes) }))
    await this.#append(files, 0)
  }

  /** Readers see the whole issue or none of it. It is safe on the disk after {@link sync}. */
  async writeIssue (manifest: IssueManifest, { body, files }: Pick<PreparedIssue, 'body' | 'files'>): Promise<void> {
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, body.length)
    await this.writeRevision(manifest, [
      { path: BODY_NAME, blocks: () => blocksOf(body) },
      ...files.map(({ path, blocks }) => ({ path, blocks }))
    ], sizeBytes)
  }

  /**
   * Like {@link writeIssue}.
   *
   * @param files everything besides the manifest, by paths in the issue; paths that lead nowhere any more last
   * @param sizeBytes of those that are written
   */
  async writeRevision (manifest: IssueManifest, files: NewFile[], sizeBytes: number): Promise<void> {
    await this.checkTime(manifest)
    const { id } = manifest
    const beside = files.map(file => ({ ...file, path: issuePath(id, file.path) }))
    const entries = 2 + files.filter(file => 'blocks' in file || file.pointer).length
    await this.#append([...signedFiles(manifestPath(id), signManifest(manifest, this.checkUnlocked().signing), { entries }), ...beside], sizeBytes)
  }

  /** Where the bytes of a file of an issue lie on this drive; null without one. */
  async pointerOf (id: string, path: string): Promise<BlobPointer | null> {
    return await this.#drive.pointerOf(issuePath(id, path))
  }

  /** Returns when everything written is on the disk, and marked as published. */
  async sync (): Promise<void> {
    await translated(this.#parts.highWater.sync(this.#drive), 'Then do the same again: what was written is not safe yet, though readers may have it.')
  }

  async #append (files: NewFile[], sizeBytes: number): Promise<void> {
    this.checkUnlocked()
    await this.#gate.pass()
    await checkRoom(this.#parts.home, sizeBytes)
    await translated(this.#drive.append(files), 'What was not finished is not visible to readers.')
  }
}

/** @param then what is to be known, or done, when the node was started again */
async function translated<T> (work: Promise<T>, then: string): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!/ENOSPC|No space left/.test(messageOf(error))) throw error
    throw new AppError('DISK_FULL', `The disk is full. Free some space and start the node again. ${then}`, { cause: error })
  }
}

/** A document and its signature; small ones stand in the index as well, so that one block shows them. */
function signedFiles (path: string, { bytes, signature }: Signed, together: { entries?: number } = {}): NewFile[] {
  const metadata = { ...bytes.length <= EMBEDDED_BYTES && { manifest: new TextDecoder().decode(bytes), signature }, ...together }
  return [
    { path, blocks: () => blocksOf(bytes), metadata },
    { path: signaturePath(path), blocks: () => blocksOf(new TextEncoder().encode(signature)) }
  ]
}
