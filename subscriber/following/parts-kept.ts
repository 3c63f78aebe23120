import type { DriveReader } from '../../shared/network/drive-reader.ts'
import type { LibraryIssue, LibraryPart } from '../library/library-issue.ts'
import { isText, type Wish } from '../policy/extent.ts'

/** What there is of an issue of which nothing is fetched: as much as is here, if its text can be read; all of it is missing else. */
export async function partsKept ({ locations }: LibraryIssue, reader: DriveReader): Promise<LibraryPart[]> {
  const here = await Promise.all(locations.map(part => reader.has(part)))
  const isReadable = locations.every(({ path }, i) => here[i] || !isText(path))
  return isReadable ? locations.filter((_part, i) => here[i]) : locations
}

/** What of a wish comes first: all of it, or its text while that is wanted before anything else. */
export async function dueOf ({ parts, textFirst }: Wish, reader: DriveReader): Promise<{ due: LibraryPart[], isTextDue: boolean }> {
  const text = parts.filter(({ path }) => isText(path))
  const isTextDue = textFirst && !await reader.hasAll(text)
  return { due: isTextDue ? text : parts, isTextDue }
}
