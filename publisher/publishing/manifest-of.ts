import type { IssueManifest } from '../../shared/format/issue.ts'
import { BODY_NAME } from '../../shared/format/paths.ts'
import { blake2b256Hex } from '../../shared/format/hash.ts'
import type { PreparedIssue } from '../importing/prepared-issue.ts'

/** What the newsletter and the moment add to what an author prepared. */
export interface IssuePlacing {
  newsletter: string
  writer: string
  id: string
  number: number
  /** Where the text names none. */
  authors: string[]
  language: string
  publishedAt: string
}

/** The manifest of an issue's first revision. */
export function manifestOf (prepared: PreparedIssue, { newsletter, writer, id, number, authors, language, publishedAt }: IssuePlacing): IssueManifest {
  const names = prepared.authors.length > 0 ? prepared.authors : authors
  return {
    colporteur: 1,
    kind: 'issue',
    newsletter,
    writer,
    id,
    number,
    revision: 1,
    change: 'original',
    title: prepared.title,
    subtitle: prepared.subtitle,
    summary: prepared.summary,
    authors: names.map(name => ({ name })),
    tags: prepared.tags,
    language: prepared.language ?? language,
    publishedAt,
    body: { path: BODY_NAME, size: prepared.body.length, blake2b: blake2b256Hex(prepared.body) },
    files: prepared.files.map(({ path, type, sizeBytes, blake2b, alt, width, height }) => ({
      path, type, size: sizeBytes, blake2b, alt, ...(width && { width }), ...(height && { height })
    }))
  }
}
