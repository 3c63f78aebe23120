import { AppError } from '../../shared/errors.ts'
import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { KnownRoot } from '../../shared/network/root-store.ts'
import type { LibraryIssue, LibraryPart } from '../library/library-issue.ts'
import { checkManifest } from '../verification/issue-manifest.ts'
import { namedParts } from '../verification/issue-parts.ts'
import { type FoundDocument, locateFiles, readDocument } from './index-scan.ts'
import { type IssuePlace, MANIFEST, partAt, recordOf, SIGNATURE } from './issue-record.ts'

/**
 * The record of an issue that was found in an index, after its manifest was checked and every part that it names was
 * located; null when the same or a newer revision is known.
 *
 * @throws AppError with what makes it unbelievable; TIMED_OUT when no peer delivers what is asked for
 */
export async function readFoundIssue (
  reader: DriveReader, found: FoundDocument, place: IssuePlace, known: LibraryIssue | null, root: KnownRoot
): Promise<LibraryIssue | null> {
  const signed = await readDocument(reader, found)
  const manifest = checkManifest(Buffer.from(signed.text), signed.signature, place, root)
  // What was received once is not replaced by another text of the same revision.
  if (known && known.revision >= manifest.revision && known.manifest !== '') return null
  const locations = await locateParts(reader, found, [SIGNATURE, ...namedParts(manifest).map(({ path }) => path)], known?.locations ?? [])
  for (const { path, size } of namedParts(manifest)) {
    const { byteLength } = locations.find(part => part.path === path)!
    if (byteLength !== size) throw new AppError('BAD_POINTER', `The drive has ${byteLength} bytes of ${path} where the manifest says ${size}.`)
  }
  return recordOf(place, manifest, signed, locations)
}

/** Where the manifest and everything beside it lies. A file that did not change since the last revision stays where it was. */
async function locateParts (reader: DriveReader, { entry: manifest }: FoundDocument, names: string[], before: LibraryPart[]): Promise<LibraryPart[]> {
  const folder = manifest.path.slice(0, -MANIFEST.length)
  const entries = await locateFiles(reader, manifest, new Set(names.map(name => folder + name)))
  return [MANIFEST, ...names].map(name => {
    const entry = name === MANIFEST ? manifest : entries.get(folder + name)
    const part = (entry && partAt(name, entry)) ?? before.find(({ path }) => path === name)
    if (!part) throw new AppError('BAD_FORMAT', `The drive does not hold ${name} beside the manifest.`)
    return part
  })
}
