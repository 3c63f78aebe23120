import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryIssue, LibraryPart } from '../library/library-issue.ts'
import { isText } from '../policy/extent.ts'

/** What there is of an issue of which nothing is fetched: as much as is here, if its text can be read; all of it is missing else. */
export async function partsKept ({ locations }: LibraryIssue, reader: DriveReader): Promise<LibraryPart[]> {
  const here = await Promise.all(locations.map(part => reader.has(part)))
  const isReadable = locations.every(({ path }, i) => here[i] || !isText(path))
  return isReadable ? locations.filter((_part, i) => here[i]) : locations
}
