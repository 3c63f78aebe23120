import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { type Draft, DraftDamage, DraftFile, type DraftSummary, DraftVersion, Publication } from '../../shared/api/drafts.ts'
import { Correction } from '../../shared/api/revisions.ts'
import { type Check, checkedJson, parseChecked } from '../../shared/checked-json.ts'
import { AppError } from '../../shared/errors.ts'
import type { FileFacts } from '../importing/file-facts.ts'

const StoredFile = Type.Object({
  ...DraftFile.properties,
  /** BLAKE2b-256 of its bytes, and the name under which they lie in the draft's `files/`. */
  blake2b: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  /** See {@link FileFacts}. */
  notShown: Type.Optional(Type.String())
})

const StoredPublication = Type.Object({
  ...Publication.properties,
  /** Id of the issue that it becomes, however often that is tried. */
  issue: Type.String(),
  /** Codes of findings that shall not stop it. */
  ignore: Type.Array(Type.Literal('tk')),
  /** How an issue is corrected. */
  correction: Type.Optional(Type.Pick(Correction, ['change', 'note']))
})

/** `draft.json`, and each file in `versions/`. */
const StoredDraft = Type.Object({
  id: Type.String(),
  newsletter: Type.String(),
  /** Left out by those who become issues of their own. */
  corrects: Type.Optional(Type.Object({ issue: Type.String(), revision: Type.Integer() })),
  title: Type.String(),
  subtitle: Type.String(),
  markdown: Type.String(),
  language: Type.Union([Type.String(), Type.Null()]),
  tags: Type.Array(Type.String()),
  version: Type.Integer(),
  savedAt: Type.String(),
  words: Type.Integer(),
  files: Type.Array(StoredFile),
  /** The text's own version among them; oldest first. */
  versions: Type.Array(DraftVersion),
  publication: Type.Union([StoredPublication, Type.Null()]),
  /** Ref of the issue that it became, and when; such a draft is kept for a while, and not shown. */
  published: Type.Union([Type.Null(), Type.Object({ ref: Type.String(), at: Type.String() })]),
  /** Something else than this program has changed its file, and nobody has said since that the text is right. */
  problem: Type.Optional(Type.Object({
    code: Type.Literal('DAMAGED'),
    reason: Type.String({ maxLength: 2_000 }),
    isOlder: Type.Optional(DraftDamage.properties.isOlder),
    aside: Type.Optional(DraftDamage.properties.aside)
  }, { additionalProperties: false }))
})

export type StoredDraft = Static<typeof StoredDraft>
export type StoredFile = Omit<Static<typeof StoredFile>, keyof FileFacts> & FileFacts
export type StoredPublication = Static<typeof StoredPublication>

/** A draft as it was found in its file; where the check is wrong, it may be another one than was written there. */
export interface FoundDraft { draft: StoredDraft, check: Check }

/**
 * @param path for the message
 * @throws AppError BAD_CONFIG when the file is so damaged that it can't be read
 */
export function parseDraft (content: Uint8Array, path: string): FoundDraft {
  const { json: draft, check } = parseChecked(Buffer.from(content).toString('utf8'))
  if (Value.Check(StoredDraft, draft)) return { draft, check }
  throw new AppError('BAD_CONFIG', `${path} is damaged. Older texts of the draft lie in the folder versions beside it.`)
}

export function writeDraft (draft: StoredDraft): string {
  return checkedJson(draft)
}

/** Somebody has looked at it since its file was changed. */
export function withoutProblem ({ problem: _problem, ...draft }: StoredDraft): StoredDraft { return draft }

/** A draft as the contract shows it. */
export function draftView (stored: StoredDraft): Draft {
  return { ...draftSummary(stored), markdown: stored.markdown }
}

export function draftSummary (stored: StoredDraft): DraftSummary {
  const { id, newsletter, corrects, title, subtitle, language, tags, version, savedAt, words, files, publication, problem } = stored
  return {
    id, newsletter, corrects: corrects ? { ...corrects } : null, title, subtitle, language, tags, version, savedAt, words,
    files: files.map(({ name, type, sizeBytes, alt }) => ({ name, type, sizeBytes, alt })),
    publication: publication && { state: publication.state, goesOutAt: publication.goesOutAt, problem: publication.problem },
    problem: problem ? { isOlder: false, aside: null, ...problem } : null
  }
}

/** It is to go out by itself, unless that is taken back. */
export function waits (publication: Publication | null): publication is StoredPublication {
  return publication?.state === 'held' || publication?.state === 'scheduled'
}
