import type { DraftFolder } from './draft-folder.ts'
import { hasText, type Text, withText } from './next-text.ts'
import type { StoredDraft } from './stored-draft.ts'

/**
 * Keeps a text that another window's text stands against as a version beside it. The same one sent again is kept once.
 *
 * @returns its version
 * @throws AppError DISK_FULL
 */
export async function keepRefused (draft: StoredDraft, text: Text, folder: DraftFolder): Promise<number> {
  const last = draft.versions.findLast(({ kept }) => kept === 'conflict')
  const known = last && await folder.findVersion(last.version).catch(() => null) // damaged: it is kept once more
  if (last && known && hasText(known.draft, text)) return last.version
  const aside = withText(draft, text, 'conflict')
  await folder.writeAside(draft, aside, { ...draft, versions: aside.versions })
  return aside.version
}
