import type { Address } from '../../shared/format/address.ts'
import { plainLine } from '../importing/markdown-text.ts'
import { normalizeLines, prepareBody } from '../importing/prepare-issue.ts'
import type { PreparedFile, PreparedIssue } from '../importing/prepared-issue.ts'
import { textThread } from '../texts/text-thread.ts'
import { DraftFiles } from './draft-files.ts'
import type { DraftFolder } from './draft-folder.ts'
import type { StoredDraft } from './stored-draft.ts'

/** What a draft becomes when it is published, and what its preview shows. */
export interface PreparedDraft {
  prepared: PreparedIssue
  /** Names in the draft by their names in the issue. */
  fileNames: Record<string, string>
}

/** A draft as it would be published now. */
export interface DraftPreview {
  newsletter: Address
  title: string
  subtitle: string
  /** Null: the newsletter's. */
  language: string | null
  publishedAt: string
  markdown: string
  files: Omit<PreparedFile, 'blocks'>[]
  /** Names in the draft by the names that the Markdown uses. */
  fileNames: Record<string, string>
}

/**
 * The issue that a draft would be, made as every other issue is.
 *
 * @throws AppError TOO_LARGE
 */
export async function prepareDraft (draft: StoredDraft, folder: DraftFolder): Promise<PreparedDraft> {
  const converted = await textThread.run('converted', textOf(draft))
  const notes = new Set(converted.notes)
  const note = (text: string): void => { notes.add(text) }
  const files = new DraftFiles(draft.files, folder)
  const body = await prepareBody(converted.text, files, note)
  const prepared: PreparedIssue = {
    sourceName: '',
    title: plainLine(draft.title, 500),
    subtitle: plainLine(draft.subtitle, 1000),
    summary: '',
    authors: [],
    tags: draft.tags.map(tag => plainLine(tag, 100)).filter(tag => tag !== ''),
    language: draft.language,
    publishedAt: draft.publication?.goesOutAt ?? null,
    body,
    files: files.taken,
    notes: [...notes]
  }
  return { prepared, fileNames: files.names }
}

/** The Markdown of a draft with lines ended by LF, without what no text can hold. */
export function textOf ({ markdown }: Pick<StoredDraft, 'markdown'>): string {
  return normalizeLines(markdown).replaceAll('\0', '')
}
