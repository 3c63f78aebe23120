import type { Difference, Revision } from '../../shared/api/revisions.ts'
import { AppError, messageOf } from '../../shared/errors.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import { type IssueManifest, verifyManifest } from '../../shared/format/issue.ts'
import { MANIFEST_BYTES } from '../../shared/format/limits.ts'
import { BODY_NAME, MANIFEST_NAME, parseRevisionPath, revisionPath, signaturePath } from '../../shared/format/paths.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { writerOf } from '../verification/issue-manifest.ts'
import { fieldsBetween } from './compare.ts'

/** No writer has a longer id in the root. */
const WRITER_ID_LENGTH = 32

/** A complete issue, with all that it keeps of its past. */
export interface IssueHistory { issue: LibraryIssue, reader: DriveReader, root: KnownRoot }

/** A revision as it can be shown: what it was signed as, and its text where that is still here. */
export interface ReadRevision { view: Revision, manifest: IssueManifest, markdown: string | null }

/**
 * All revisions of an issue, the newest first, as a list shows them. What is wrong with one is told beside it. Of each the text
 * is read, and let go of before the next one: there may be hundreds, and a few bytes of a drive can stand for all of them.
 */
export async function readRevisions (history: IssueHistory): Promise<Revision[]> {
  const { issue } = history
  const earlier = new Set(issue.locations.flatMap(({ path }) => parseRevisionPath(path)?.revision ?? []))
  const read: Revision[] = []
  let expectedBy: (revision: number) => string | null = () => null
  for (const revision of [issue.revision, ...[...earlier].sort((a, b) => b - a)]) {
    const { view, manifest: { revision: signedAs, previous = null } } = await readRevision(history, revision, expectedBy(revision))
    read.push(view)
    // The chain runs without a gap; one that lacks a link is told of where the link should be.
    expectedBy = before => signedAs === before + 1 ? previous : 'missing'
  }
  return read
}

/**
 * One of them with its text.
 *
 * @param read all, from {@link readRevisions}
 * @throws AppError NOT_FOUND
 */
export async function revisionNumbered (history: IssueHistory, read: Revision[], revision: number): Promise<ReadRevision> {
  const view = read.find(candidate => candidate.revision === revision)
  if (!view) throw new AppError('NOT_FOUND', `The issue has no revision ${revision}. It has ${read.map(candidate => candidate.revision).join(', ')}.`)
  return { ...await readRevision(history, revision, null), view }
}

/** What the later of two revisions says otherwise. @param lines of their texts, line by line; null where that is too much */
export function differenceOf (from: ReadRevision, to: ReadRevision, lines: Difference['lines'] | null): Difference {
  return { from: from.view, to: to.view, fields: fieldsBetween(from.manifest, to.manifest), lines: lines ?? [], tooLong: lines === null }
}

/** @param expected hash that the revision after it names; null: nothing comes after */
async function readRevision ({ issue, reader, root }: IssueHistory, revision: number, expected: string | null): Promise<ReadRevision> {
  const at = (name: string): string => revision === issue.revision ? name : revisionPath(revision, name)
  const bytesOf = async (path: string, limitBytes: number): Promise<Uint8Array | null> => {
    const part = issue.locations.find(candidate => candidate.path === path)
    return part && part.byteLength <= limitBytes && await reader.has(part) ? await reader.readAll(part) : null
  }
  const bytes = await bytesOf(at(MANIFEST_NAME), MANIFEST_BYTES) ?? new Uint8Array(0)
  const manifestHash = blake2b256Hex(bytes)
  const claimed = claimedBy(bytes)
  let problem = expected !== null && expected !== manifestHash ? 'The revision after it does not name its hash: the chain of revisions is broken here.' : null
  let manifest: IssueManifest = { ...claimed, revision }
  try {
    const signature = Buffer.from(await bytesOf(at(signaturePath(MANIFEST_NAME)), MANIFEST_BYTES) ?? []).toString('utf8')
    manifest = verifyManifest(bytes, signature, writerOf(root, claimed.writer).signingKey)
    if (manifest.revision !== revision || manifest.id !== issue.id || manifest.newsletter !== issue.newsletter) problem ??= 'It is a revision of something else.'
  } catch (error) {
    problem ??= messageOf(error)
  }
  const body = await bytesOf(at(BODY_NAME), manifest.body.size)
  if (body && blake2b256Hex(body) !== manifest.body.blake2b) problem ??= 'Its text does not have the hash that it names.'
  const writer = root.chain.newest.writers.find(({ id }) => id === manifest.writer)
  return {
    manifest,
    markdown: body && Buffer.from(body).toString('utf8'),
    view: {
      revision,
      change: manifest.change,
      note: manifest.note ?? '',
      title: manifest.title,
      at: manifest.revisedAt ?? manifest.publishedAt,
      writer: manifest.writer,
      writerName: writer?.name ?? '',
      manifestHash,
      verified: problem === null,
      problem,
      readable: body !== null
    }
  }
}

/** Who is said to have signed; believed only when the signature holds. */
function claimedBy (bytes: Uint8Array): IssueManifest {
  const nothing: IssueManifest = {
    colporteur: 1, kind: 'issue', newsletter: '', writer: '', id: '', number: 1, revision: 1, change: 'original', title: '', authors: [], language: '',
    publishedAt: '', body: { path: BODY_NAME, size: 0, blake2b: '' }, files: []
  }
  try {
    const { writer } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { writer?: unknown }
    return typeof writer === 'string' && writer.length <= WRITER_ID_LENGTH ? { ...nothing, writer } : nothing
  } catch {
    return nothing // told as a revision whose signature does not hold
  }
}
