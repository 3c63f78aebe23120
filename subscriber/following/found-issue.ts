import { AppError } from '../../shared/errors.ts'
import type { LibraryIssue, LibraryPart, RevisionPlace } from '../library/library-issue.ts'
import { supersedes } from '../library/supersedes.ts'
import type { IssueManifest } from '../../shared/format/issue.ts'
import { BODY_BYTES, FILE_BYTES, ISSUE_BYTES, MANIFEST_BYTES } from '../../shared/format/limits.ts'
import { BODY_NAME, isFilePath, parseRevisionPath } from '../../shared/format/paths.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { IndexEntry } from '../../shared/network/index-entry.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import { checkManifest } from '../verification/issue-manifest.ts'
import { namedParts } from '../verification/issue-parts.ts'
import { entriesBeside, type FoundDocument, readDocument } from './index-scan.ts'
import { MANIFEST, partAt, recordOf, SIGNATURE } from './issue-record.ts'

/** As many entries of earlier revisions are looked at. */
const EARLIER_ENTRIES = 1_024

/**
 * The record of an issue that was found in an index, after its manifest was checked and every part that it names was
 * located; null when the same or a newer revision is known.
 *
 * @throws AppError with what makes it unbelievable; TIMED_OUT when no peer delivers what is asked for
 */
export async function readFoundIssue (
  reader: DriveReader, document: FoundDocument, place: RevisionPlace, known: LibraryIssue | null, root: KnownRoot
): Promise<LibraryIssue | null> {
  const signed = await readDocument(reader, document)
  const manifest = checkManifest(Buffer.from(signed.text), signed.signature, place, root)
  const found = { revision: manifest.revision, writer: manifest.writer, manifest: signed.text }
  if (known && !supersedes(found, known, root.chain.newest.writers.map(({ id }) => id))) return null
  const locations = await locateParts(reader, document, manifest, known?.writer === place.writer ? known.locations : [])
  checkSizes(locations, [[MANIFEST, Buffer.byteLength(signed.text)], [SIGNATURE, Buffer.byteLength(signed.signature)]], 'the index has')
  checkSizes(locations, namedParts(manifest).map(({ path, size }) => [path, size]), 'the manifest says')
  return recordOf(place, manifest, signed, locations)
}

/** What is signed is read all at once, and every part counts for what an issue says to have: none may be larger on the drive. */
function checkSizes (locations: LibraryPart[], sizes: [path: string, sizeBytes: number][], told: string): void {
  for (const [path, sizeBytes] of sizes) {
    const { byteLength } = locations.find(part => part.path === path)!
    if (byteLength !== sizeBytes) throw new AppError('BAD_POINTER', `The drive has ${byteLength} bytes of ${path} where ${told} ${sizeBytes}.`)
  }
}

/**
 * Where the manifest, everything that it names, and what is kept of earlier revisions lies. A file that did not change
 * since the last revision may stay where it was, on the same drive.
 */
async function locateParts (reader: DriveReader, { entry: manifest }: FoundDocument, issue: IssueManifest, before: LibraryPart[]): Promise<LibraryPart[]> {
  const folder = manifest.path.slice(0, -MANIFEST.length)
  const names = [SIGNATURE, ...namedParts(issue).map(({ path }) => path)]
  const beside = await entriesBeside(reader, manifest, names.length + (issue.revision > 1 ? EARLIER_ENTRIES : 0))
  const parts = [MANIFEST, ...names].map(name => {
    const entry = name === MANIFEST ? manifest : beside.get(folder + name)
    const part = (entry && partAt(name, entry)) ?? before.find(({ path }) => path === name)
    if (!part) throw new AppError('BAD_FORMAT', `The drive does not hold ${name} beside the manifest.`)
    return part
  })
  return [...parts, ...earlierParts(beside, folder, issue.revision)]
}

function earlierParts (beside: Map<string, IndexEntry>, folder: string, revision: number): LibraryPart[] {
  const parts: LibraryPart[] = []
  let sizeBytes = 0
  for (const [path, entry] of beside) {
    const name = path.startsWith(folder) ? path.slice(folder.length) : ''
    const part = (entry.blob?.byteLength ?? 0) <= mostBytes(name, revision) ? partAt(name, entry) : null
    if (part) parts.push(part)
    sizeBytes += part?.byteLength ?? 0
  }
  // As much as an issue may have: whoever asks readers to carry more of the past than that is left alone with it.
  return sizeBytes <= ISSUE_BYTES ? parts : []
}

/** What a part of an earlier revision may have; -1 for what is none. */
function mostBytes (path: string, before: number): number {
  const earlier = parseRevisionPath(path)
  if (!earlier || earlier.revision >= before) return -1
  if (earlier.rest === MANIFEST || earlier.rest === SIGNATURE) return MANIFEST_BYTES
  if (earlier.rest === BODY_NAME) return BODY_BYTES
  return isFilePath(earlier.rest) ? FILE_BYTES : -1
}
