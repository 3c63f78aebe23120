import { readManifest } from '../../shared/format/issue.ts'
import { isFilePath, parseRevisionPath } from '../../shared/format/paths.ts'
import type { LibraryIssue, LibraryPart } from '../library/library-issue.ts'

/** How much of an issue is held; `pictures`: its text and pictures, and no other file. */
export type Extent = 'whole' | 'pictures' | 'text' | 'nothing'

/** What of an issue is to be held, and whether its text is wanted before anything else of any issue. */
export interface Wish { parts: LibraryPart[], textFirst: boolean }

/** True for two wishes of one revision that want the same. */
export function isSame (a: Wish, b: Wish): boolean {
  return a.textFirst === b.textFirst && a.parts.length === b.parts.length && a.parts.every(({ path }, i) => path === b.parts[i]!.path)
}

/** The parts of an issue that an extent has. What was signed always belongs to the text. */
export function partsIn (issue: LibraryIssue, extent: Extent): LibraryPart[] {
  if (extent === 'whole') return issue.locations
  if (extent === 'nothing') return []
  const pictures = extent === 'pictures' ? picturesOf(issue) : new Set<string>()
  return issue.locations.filter(({ path }) => isText(path) || pictures.has(path))
}

/** Of the text and files that the manifest names. */
export function contentIn (parts: LibraryPart[]): LibraryPart[] {
  return parts.filter(({ path }) => path === 'body.md' || isFilePath(path))
}

export function isText (path: string): boolean {
  return !isFilePath(parseRevisionPath(path)?.rest ?? path)
}

function picturesOf ({ manifest }: LibraryIssue): Set<string> {
  const { files } = readManifest(Buffer.from(manifest))
  return new Set(files.filter(({ type }) => type.startsWith('image/')).map(({ path }) => path))
}
