import type { DriveReader } from '../../shared/network/drive-reader.ts'
import { readManifest } from '../../shared/format/issue.ts'
import type { LibraryIssue } from '../library/library-issue.ts'
import { MANIFEST, SIGNATURE } from '../following/issue-record.ts'
import { checkCopy, checkParts, type PartSource } from './issue-parts.ts'

/**
 * Checks the bytes of an issue on a drive against its manifest, which was checked before.
 *
 * @param parts of the issue that are here; what was signed is always among them
 * @throws AppError NOT_COMPLETE, BAD_HASH, BAD_POINTER
 */
export async function checkIssueBytes (reader: DriveReader, issue: LibraryIssue, parts = issue.locations): Promise<void> {
  const open = (path: string): PartSource | null => partOf(reader, issue, path)
  await checkCopy(MANIFEST, issue.manifest, open(MANIFEST))
  await checkCopy(SIGNATURE, issue.signature, open(SIGNATURE))
  const manifest = readManifest(Buffer.from(issue.manifest))
  await checkParts({ ...manifest, files: manifest.files.filter(({ path }) => parts.some(part => part.path === path)) }, open)
}

/** The bytes of a part as they lie on the drive, or null when the library knows no such part. */
export function partOf (reader: DriveReader, issue: LibraryIssue, path: string): PartSource | null {
  const pointer = issue.locations.find(part => part.path === path)
  return pointer ? { sizeBytes: pointer.byteLength, read: () => reader.read(pointer) } : null
}
