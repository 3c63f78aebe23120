import type { LibraryIssue } from './library-issue.ts'

/** As much of an issue as decides which revision counts. `manifest` is empty for one that was refused unread. */
export type Rival = Pick<LibraryIssue, 'revision' | 'writer' | 'manifest'>

/**
 * Of two revisions the higher one counts. Of two writers' revisions of one number, that of the writer whom the root names
 * first; of one writer's, the one that was received first. So all readers come to the same, in whatever order they hear.
 *
 * @param writers ids in the order of the root
 */
export function supersedes (found: Rival, known: Rival, writers: string[]): boolean {
  if (known.manifest === '' || found.manifest === '') return known.manifest === ''
  if (found.revision !== known.revision || found.writer === known.writer) return found.revision > known.revision
  return writers.indexOf(found.writer) < writers.indexOf(known.writer)
}
