import type { JSValue } from 'node-sqlite3-wasm'
import { rangesOf } from '../../shared/format/block-ranges.ts'
import { folded } from './list-query.ts'
import type { IssueListing, LibraryIssue, LibraryNewsletter, LibraryProblem, PlacedIssue } from './library-issue.ts'

/** What lists read. */
export interface ListingRow {
  newsletter: number
  address: string
  newsletter_title: string
  id: string
  writer: string
  seq: number
  number: number
  shown: number
  revision: number
  change: string
  title: string
  subtitle: string
  summary: string
  authors: string
  tags: string
  language: string
  published_at: string
  body_hash: string
  state: LibraryIssue['state']
  problem: string | null
  size_bytes: number
  have_bytes: number
  parts: number
  have_parts: number
  read: number
  saved: number
  words: number | null
  fraction: number | null
  block: number | null
}

export interface IssueRow extends ListingRow {
  manifest: string
  signature: string
  locations: string
}

export interface PlacedRow {
  id: string
  writer: string
  seq: number
  number: number
  published_at: string
  size_bytes: number
  locations: string
}

export interface NewsletterRow {
  address: string
  role: LibraryNewsletter['role']
  subscribed: number
  title: string
  description: string
  language: string
  authors: string
  licence: string
  website: string
  rhythm: string
  described_at: string
  problem: string | null
  added_at: string
}

const columns = ['newsletter', 'id', 'writer', 'seq', 'number', 'shown', 'revision', 'change', 'title', 'subtitle', 'summary', 'authors', 'tags',
  'language', 'published_at', 'body_hash', 'state', 'problem', 'size_bytes', 'have_bytes', 'parts', 'have_parts', 'read', 'saved', 'words', 'folded']

/** Writes the values of {@link issueValues}, in the place of the issue that has the id, and gives its key. */
export const PUT_ISSUE = `INSERT INTO issues (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
  ON CONFLICT (id, newsletter) DO UPDATE SET ${columns.map(name => `${name} = excluded.${name}`).join(', ')} RETURNING key`

export function issueValues (issue: LibraryIssue, newsletter: number, marked: { read: boolean, saved: boolean }): JSValue[] {
  return [newsletter, issue.id, issue.writer, issue.seq, issue.number, issue.number, issue.revision, issue.change, issue.title, issue.subtitle, issue.summary,
    JSON.stringify(issue.authors), JSON.stringify(issue.tags), issue.language, issue.publishedAt, issue.bodyHash, issue.state,
    problemValue(issue.problem), issue.sizeBytes, issue.haveBytes, issue.parts, issue.haveParts, marked.read, marked.saved, null, folded(`${issue.title}\n${issue.subtitle}`)]
}

export function problemValue (problem: LibraryProblem | null): string | null {
  return problem && JSON.stringify({ code: problem.code, reason: problem.reason })
}

export function listingOf (row: ListingRow): IssueListing {
  return {
    ...believedOf(row),
    number: row.shown,
    read: row.read === 1,
    saved: row.saved === 1,
    words: row.words,
    place: row.fraction === null || row.block === null ? null : { fraction: row.fraction, block: row.block },
    newsletterTitle: row.newsletter_title
  }
}

export function issueOf (row: IssueRow): LibraryIssue {
  return {
    ...believedOf(row),
    manifest: row.manifest,
    signature: row.signature,
    locations: JSON.parse(row.locations) as LibraryIssue['locations']
  }
}

export function placedOf ({ id, writer, seq, number, published_at, size_bytes, locations }: PlacedRow): PlacedIssue {
  const parts = JSON.parse(locations) as LibraryIssue['locations']
  const runs = rangesOf(parts.map(({ blockOffset, blockLength }) => [blockOffset, blockOffset + blockLength]))
  return { id, writer, seq, number, publishedAt: published_at, sizeBytes: size_bytes, runs }
}

export function newsletterOf (row: NewsletterRow): LibraryNewsletter {
  return {
    address: row.address,
    role: row.role,
    subscribed: row.subscribed === 1,
    title: row.title,
    description: row.description,
    language: row.language,
    authors: JSON.parse(row.authors) as string[],
    licence: row.licence,
    website: row.website,
    rhythm: row.rhythm,
    describedAt: row.described_at,
    problem: problemOf(row.problem),
    addedAt: row.added_at
  }
}

function believedOf (row: ListingRow): Omit<LibraryIssue, 'manifest' | 'signature' | 'locations'> {
  return {
    newsletter: row.address,
    id: row.id,
    writer: row.writer,
    seq: row.seq,
    number: row.number,
    revision: row.revision,
    change: row.change,
    title: row.title,
    subtitle: row.subtitle,
    summary: row.summary,
    authors: JSON.parse(row.authors) as string[],
    tags: JSON.parse(row.tags) as string[],
    language: row.language,
    publishedAt: row.published_at,
    bodyHash: row.body_hash,
    state: row.state,
    problem: problemOf(row.problem),
    sizeBytes: row.size_bytes,
    haveBytes: row.have_bytes,
    parts: row.parts,
    haveParts: row.have_parts
  }
}

function problemOf (problem: string | null): LibraryProblem | null {
  return problem === null ? null : JSON.parse(problem) as LibraryProblem
}
