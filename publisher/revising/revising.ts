import { text as consume } from 'node:stream/consumers'
import type { IssueSource } from '../../shared/api/issues.ts'
import type { Correction, Erased, Revised } from '../../shared/api/revisions.ts'
import { AppError } from '../../shared/errors.ts'
import type { Address } from '../../shared/format/address.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { type IssueManifest, isTombstone, readManifest } from '../../shared/format/issue.ts'
import { LAST_REVISION } from '../../shared/format/limits.ts'
import { BODY_NAME } from '../../shared/format/paths.ts'
import { writeJson } from '../../shared/format/signed-json.ts'
import { type Before, preparePath, prepareText } from '../importing/prepare-issue.ts'
import type { PreparedIssue } from '../importing/prepared-issue.ts'
import type { OwnLibrary, StoredIssue } from '../own-library.ts'
import { manifestOf } from '../publishing/manifest-of.ts'
import type { NewsletterWriter } from '../publishing/newsletter-writer.ts'
import type { NewsletterWriters } from '../publishing/newsletter-writers.ts'
import { EarlierFiles } from './earlier-files.ts'
import { revisionFiles } from './revision-files.ts'

/** Each later revision names all earlier ones again; nobody corrects so often. Withdrawn can be what has more. */
const REVISIONS = 100

/** How a text that says everything corrects an issue. */
export type PreparedCorrection = Pick<Correction, 'change' | 'note'> & { from: number }

/** An issue as it stands, to be written on. */
export interface IssueText {
  manifest: IssueManifest
  markdown: string
  files: { path: string, alt: string, bytes: AsyncIterable<Uint8Array> }[]
}

interface Written { manifest: IssueManifest, prepared: PreparedIssue, before: IssueManifest, stored: StoredIssue, writer: NewsletterWriter }
interface Made { outcome: Revised['outcome'], manifest: IssueManifest, notes: string[] }

/** Changes issues after they were published: nothing is hidden, every revision stays signed, and says why it was made. */
export class Revising {
  #writers: NewsletterWriters
  #library: OwnLibrary

  constructor ({ writers, library }: { writers: NewsletterWriters, library: OwnLibrary }) {
    this.#writers = writers
    this.#library = library
  }

  /** @throws AppError NOT_WRITER, ISSUE_NOT_FOUND, NOT_COMPLETE, CONFLICT when it was withdrawn; like publishing */
  async correct (address: Address, id: string, source: IssueSource, { change, note, dryRun = false }: Correction): Promise<Revised> {
    return await this.#revise(address, id, async ({ before, stored, writer }) => {
      checkStands(before)
      const prepared = await prepareCorrection(source, before, stored)
      const manifest = correctedManifest(before, prepared, { change, ...(note && { note }), ...chained(before, stored, writer) })
      if (sameContent(before, manifest)) return { outcome: 'already', manifest: before, notes: prepared.notes }
      checkCountable(before)
      if (dryRun) return { outcome: 'dryRun', manifest, notes: prepared.notes }
      return await this.#write({ manifest, prepared, before, stored, writer })
    }, { dryRun })
  }

  /**
   * Like {@link correct}, with a text that says everything: what it leaves out is gone.
   *
   * @param from the revision that it was written on from
   * @throws AppError CONFLICT when there is a newer one that says something else
   */
  async correctPrepared (address: Address, id: string, prepared: PreparedIssue, { from, change, note }: PreparedCorrection): Promise<Revised> {
    return await this.#revise(address, id, async ({ before, stored, writer }) => {
      checkStands(before)
      const manifest = wholeManifest(before, prepared, { change, ...(note && { note }), ...chained(before, stored, writer) })
      if (sameContent(before, manifest)) return { outcome: 'already', manifest: before, notes: prepared.notes }
      if (before.revision !== from) throw new AppError('CONFLICT', `The issue was corrected in another place meanwhile, as revision ${before.revision}. Begin a new correction from that.`)
      checkCountable(before)
      return await this.#write({ manifest, prepared, before, stored, writer })
    })
  }

  /** True when this device has written this text as the revision after `from`, whatever others have written since. @throws AppError NOT_WRITER, NOT_COMPLETE */
  async hasCorrection (address: Address, id: string, text: () => Promise<PreparedIssue | null>, from: number): Promise<boolean> {
    const manifest = await this.#writers.asked(address, async writer => await writer.revision(id, from + 1))
    const prepared = manifest && await text()
    return manifest !== null && prepared !== null && sameContent(manifest, wholeManifest(manifest, prepared, manifest))
  }

  /** @throws AppError ISSUE_NOT_FOUND, NOT_COMPLETE, CONFLICT when it was withdrawn */
  async text (address: Address, id: string): Promise<IssueText> {
    await this.#library.caughtUp(address)
    const { manifest: text, parts } = await this.#library.stored(address, id)
    const manifest = readManifest(Buffer.from(text))
    checkStands(manifest)
    const blocks = (path: string): AsyncIterable<Uint8Array> => parts.find(part => part.path === path)!.blocks()
    return { manifest, markdown: await consume(blocks(BODY_NAME)), files: manifest.files.map(file => ({ ...file, bytes: blocks(file.path) })) }
  }

  /** Puts a signed reason in the place of an issue; what it said stays readable among its revisions. */
  async retract (address: Address, id: string, note: string): Promise<Revised> {
    return await this.#withdraw(address, id, 'retraction', note)
  }

  /** Like {@link retract}, and frees the bytes of all that it said, here and at every reader that follows. */
  async erase (address: Address, id: string, note: string): Promise<Erased> {
    const beforeBytes = await this.#library.storeBytes()
    const revised = await this.#withdraw(address, id, 'erasure', note)
    await this.#library.compact()
    return { ...revised, freedBytes: Math.max(0, beforeBytes - await this.#library.storeBytes()) }
  }

  async #write ({ manifest, prepared: { body, files, notes }, before, stored, writer }: Written): Promise<Made> {
    const written = await revisionFiles(writer, { manifest, body, files, before, stored })
    await writer.writeRevision(manifest, written.files, written.sizeBytes)
    return { outcome: 'published', manifest, notes }
  }

  async #withdraw (address: Address, id: string, change: 'retraction' | 'erasure', note: string): Promise<Revised> {
    return await this.#revise(address, id, async ({ before, stored, writer }) => {
      if (before.change === 'erasure' || before.change === change) return { outcome: 'already', manifest: before, notes: [] }
      if (before.revision >= LAST_REVISION) throw new AppError('CONFLICT', 'The issue has the last number that a revision can have. Retire the writer who has made it so, and that revision is gone.')
      const body = new TextEncoder().encode(`${note.trim()}\n`)
      const manifest: IssueManifest = {
        ...before,
        change,
        note: note.trim(),
        ...chained(before, stored, writer),
        body: { path: BODY_NAME, size: body.length, blake2b: blake2b256Hex(body) },
        files: []
      }
      const { files, sizeBytes } = await revisionFiles(writer, { manifest, body, files: [], before, stored })
      await writer.writeRevision(manifest, files, sizeBytes)
      return { outcome: 'published', manifest, notes: [] }
    })
  }

  async #revise (
    address: Address, id: string,
    make: (issue: { before: IssueManifest, stored: StoredIssue, writer: NewsletterWriter }) => Promise<Made>,
    { dryRun = false } = {}
  ): Promise<Revised> {
    return await this.#writers.inTurn(address, async () => {
      const writer = await this.#writers.allowed(address, { mayBeLocked: dryRun })
      await this.#library.caughtUp(address)
      const stored = await this.#library.stored(address, id)
      const before = readManifest(Buffer.from(stored.manifest))
      const { outcome, manifest, notes } = await make({ before, stored, writer })
      // What is there already may have been written before it could be made safe.
      if (!dryRun) {
        await writer.sync()
        await this.#library.caughtUp(address)
      }
      const { title, revision, change } = manifest
      return { outcome, id, ref: `${id}@${address}`, title, revision, change, notes }
    })
  }
}

function checkStands (issue: IssueManifest): void {
  if (isTombstone(issue)) throw new AppError('CONFLICT', 'The issue was withdrawn, and can not be corrected any more.')
}

function checkCountable ({ revision }: IssueManifest): void {
  if (revision >= REVISIONS) throw new AppError('CONFLICT', `The issue has ${REVISIONS} revisions, and can not be corrected any more. Publish what there is to say as a new issue.`)
}

async function prepareCorrection (source: IssueSource, before: IssueManifest, stored: StoredIssue): Promise<PreparedIssue> {
  const earlier: Before = { title: before.title, with: folder => new EarlierFiles(folder, before, stored) }
  return 'path' in source ? await preparePath(source.path, earlier) : await prepareText(source.markdown, source.name ?? null, earlier)
}

/** Id, number and date are the issue's for ever; what the source does not say stays as it was. */
function correctedManifest (before: IssueManifest, prepared: PreparedIssue, revision: Partial<IssueManifest> & { writer: string }): IssueManifest {
  const { newsletter, id, number, publishedAt, language } = before
  const authors = before.authors.map(({ name }) => name)
  const manifest = manifestOf(prepared, { newsletter, writer: revision.writer, id, number, publishedAt, language, authors })
  return {
    ...manifest,
    subtitle: prepared.subtitle || (before.subtitle ?? ''),
    summary: prepared.summary || (before.summary ?? ''),
    tags: prepared.tags.length > 0 ? prepared.tags : before.tags ?? [],
    ...revision
  }
}

/** Like {@link correctedManifest}, by a text that says everything. */
function wholeManifest (before: IssueManifest, prepared: PreparedIssue, revision: Pick<IssueManifest, 'writer' | 'revision' | 'change' | 'note' | 'previous' | 'revisedAt'>): IssueManifest {
  const { writer, revision: number, change, note, previous, revisedAt } = revision
  const corrected = correctedManifest(before, prepared, { writer, revision: number, change, note, previous, revisedAt })
  return { ...corrected, subtitle: prepared.subtitle, tags: prepared.tags }
}

function chained ({ revision }: IssueManifest, { manifest }: StoredIssue, { id: writer }: NewsletterWriter): Pick<IssueManifest, 'revision' | 'previous' | 'revisedAt' | 'writer'> {
  return { writer, revision: revision + 1, previous: blake2b256Hex(Buffer.from(manifest)), revisedAt: new Date().toISOString() }
}

function sameContent (before: IssueManifest, after: IssueManifest): boolean {
  const content = ({ title, subtitle, summary, authors, tags, language, body, files }: IssueManifest): Uint8Array =>
    writeJson({ title, subtitle: subtitle ?? '', summary: summary ?? '', authors, tags: tags ?? [], language, body, files: [...files].sort((a, b) => a.path < b.path ? -1 : 1) })
  return blake2b256Hex(content(before)) === blake2b256Hex(content(after))
}
