import type { DriveHistory } from './stored-history.ts'

type Seen = DriveHistory['seen']

/** What was seen of a drive by now: of each core what reaches further. The same object when that is what was seen before. */
export function furtherOf (before: Seen, now: Seen): Seen {
  const isIndexFurther = now.index.length > before.index.length
  const isBlobsFurther = (now.blobs?.length ?? 0) > (before.blobs?.length ?? 0)
  if (!isIndexFurther && !isBlobsFurther) return before
  return { index: isIndexFurther ? now.index : before.index, blobs: isBlobsFurther ? now.blobs : before.blobs }
}
