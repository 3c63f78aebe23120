import type { DraftVersion, SaveDraft } from '../../shared/api/drafts.ts'
import { countWords } from '../../shared/api/word-count.ts'
import type { StoredDraft } from './stored-draft.ts'
import { thinVersions } from './thin-versions.ts'

export type Text = Pick<StoredDraft, 'title' | 'subtitle' | 'markdown' | 'language' | 'tags'>

export function newDraft (id: string, newsletter: string, language: string | null): StoredDraft {
  return {
    id, newsletter, title: '', subtitle: '', markdown: '', language, tags: [], version: 0, savedAt: new Date().toISOString(), words: 0,
    files: [], versions: [], publication: null, published: null
  }
}

/** The text that a draft would have after saving. */
export function savedText ({ language, tags }: StoredDraft, change: SaveDraft): Text {
  return {
    title: change.title,
    subtitle: change.subtitle,
    markdown: change.markdown,
    language: change.language === undefined ? language : change.language,
    tags: change.tags ?? tags
  }
}

export function hasText (draft: StoredDraft, { title, subtitle, markdown, language, tags }: Text): boolean {
  return draft.markdown === markdown && draft.title === title && draft.subtitle === subtitle && draft.language === language &&
    draft.tags.join('\n') === tags.join('\n')
}

/** The draft with a new text as its newest version. */
export function withText (draft: StoredDraft, text: Text, kept: DraftVersion['kept']): StoredDraft {
  const version = Math.max(draft.version, ...draft.versions.map(({ version }) => version)) + 1
  const entry = { version, savedAt: new Date().toISOString(), words: countWords(text.markdown) }
  const versions = thinVersions([...draft.versions, { ...entry, kept }], Date.now())
  return { ...draft, ...text, ...entry, versions }
}
