import type { AppError } from '../../shared/errors.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import type { BlobPointer, IndexEntry } from '../../shared/network/index-entry.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { LibraryIssue, LibraryPart, RevisionPlace } from '../library/library-issue.ts'
import type { SignedText } from './index-scan.ts'
import { contentIn } from '../policy/extent.ts'
import { namedParts } from '../verification/issue-parts.ts'

export const MANIFEST = 'issue.json'
export const SIGNATURE = 'issue.json.minisig'

/** The library's record of an issue whose manifest is believed; nothing is known yet of its bytes. */
export function recordOf (place: RevisionPlace, manifest: IssueManifest, signed: SignedText, locations: LibraryPart[]): LibraryIssue {
  const parts = namedParts(manifest)
  return {
    newsletter: place.newsletter,
    id: place.id,
    writer: place.writer,
    seq: place.seq,
    number: manifest.number,
    revision: manifest.revision,
    change: manifest.change,
    title: manifest.title,
    subtitle: manifest.subtitle ?? '',
    summary: manifest.summary ?? '',
    authors: manifest.authors.map(({ name }) => name),
    tags: manifest.tags ?? [],
    language: manifest.language,
    publishedAt: manifest.publishedAt,
    bodyHash: manifest.body.blake2b,
    manifest: signed.text,
    signature: signed.signature,
    state: 'waiting',
    problem: null,
    sizeBytes: parts.reduce((sum, { size }) => sum + size, 0),
    haveBytes: 0,
    parts: parts.length,
    haveParts: 0,
    locations
  }
}

/** The library's record of an issue that can't be believed: none of what it says of itself is taken over. */
export function refusedRecordOf (place: RevisionPlace, error: AppError): LibraryIssue {
  return {
    newsletter: place.newsletter,
    id: place.id,
    writer: place.writer,
    seq: place.seq,
    number: 0,
    revision: 0,
    change: 'original',
    title: '',
    subtitle: '',
    summary: '',
    authors: [],
    tags: [],
    language: '',
    publishedAt: '',
    bodyHash: '',
    manifest: '',
    signature: '',
    state: 'notVerified',
    problem: { code: error.code, reason: error.message },
    sizeBytes: 0,
    haveBytes: 0,
    parts: 0,
    haveParts: 0,
    locations: []
  }
}

/** The path of a file in an issue, and where its bytes lie. */
export function partAt (path: string, entry: IndexEntry): LibraryPart | null {
  return entry.blob && { path, ...pointerOf(entry.blob) }
}

export function pointerOf ({ blockOffset, blockLength, byteOffset, byteLength }: BlobPointer): BlobPointer {
  return { blockOffset, blockLength, byteOffset, byteLength }
}

/** What the library says of an issue when these parts of it are here and were checked. */
export function heldOf (issue: LibraryIssue, parts: LibraryPart[]): Pick<LibraryIssue, 'state' | 'problem' | 'haveBytes' | 'haveParts'> {
  const isWhole = parts.length === issue.locations.length
  const content = contentIn(parts)
  return {
    state: isWhole ? 'ready' : 'partial',
    problem: null,
    haveBytes: isWhole ? issue.sizeBytes : content.reduce((sum, { byteLength }) => sum + byteLength, 0),
    haveParts: isWhole ? issue.parts : content.length
  }
}

/** Ids of the writers, in the order that decides between two of them. */
export function writersOf ({ chain }: KnownRoot): string[] { return chain.newest.writers.map(({ id }) => id) }

/** Whether two revisions of an issue are the same one. */
export function isSameRevision (a: Pick<LibraryIssue, 'writer' | 'seq'>, b: Pick<LibraryIssue, 'writer' | 'seq'>): boolean {
  return a.writer === b.writer && a.seq === b.seq
}

/** Names one revision of an issue of a drive. */
export function placeOf ({ id, seq }: { id: string, seq: number }): string {
  return `${id} ${seq}`
}
