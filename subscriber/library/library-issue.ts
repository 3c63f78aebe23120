import type { NewsletterRole } from '../../shared/api/newsletters.ts'
import type { BlockRanges } from '../../shared/format/block-ranges.ts'

/** A part of an issue, and where its bytes lie in the blobs core of its writer's drive. */
export interface LibraryPart {
  /** `body.md`, `files/<name>`, `issue.json` or `issue.json.minisig`. */
  path: string
  blockOffset: number
  blockLength: number
  byteOffset: number
  byteLength: number
}

/** Why a newsletter or an issue is not verified: a code of the failure table, and the reason in words. */
export interface LibraryProblem {
  code: string
  reason: string
}

/** What the library knows of an issue; `newsletter` (its address) and `id` together name it. */
export interface LibraryIssue {
  newsletter: string
  id: string
  writer: string
  /** The block of the drive's index that named this revision. */
  seq: number
  /** As it was signed; 0 for one that was refused before anything of it was believed. */
  number: number
  revision: number
  change: string
  title: string
  subtitle: string
  summary: string
  authors: string[]
  tags: string[]
  language: string
  /** ISO 8601 in UTC with milliseconds; empty for an issue that was refused before anything of it was believed. */
  publishedAt: string
  bodyHash: string
  /** The text of issue.json, as it was signed. */
  manifest: string
  /** The text of issue.json.minisig. */
  signature: string
  state: 'waiting' | 'downloading' | 'ready' | 'partial' | 'removed' | 'notVerified'
  problem: LibraryProblem | null
  /** Bytes of text and files together, and how many of them are here. */
  sizeBytes: number
  haveBytes: number
  parts: number
  haveParts: number
  locations: LibraryPart[]
}

/** Its text is here and was checked, whether or not the rest is. */
export function isReadable ({ state }: Pick<LibraryIssue, 'state'>): boolean {
  return state === 'ready' || state === 'partial'
}

/** Where somebody stopped reading. */
export interface Place {
  /** How much of the whole was above the place, from 0 to 1. */
  fraction: number
  /** The block of the text at the place, counted from 0, and as decimals how much of it was above: the same at any width. */
  block: number
}

/** What a list shows of an issue. */
export interface IssueListing extends Omit<LibraryIssue, 'manifest' | 'signature' | 'locations'> {
  /** That readers see. */
  number: number
  read: boolean
  saved: boolean
  /** Null until they were counted, which a hostile text may prevent for ever: 0 then. */
  words: number | null
  place: Place | null
  newsletterTitle: string
}

/** What the reader did with an issue, and when (ISO 8601; empty where that was not kept). */
export interface Marked { newsletter: string, id: string, at: string }
/** `fetched`: of which all is wanted, whatever a policy says. */
export interface MarkRows { read: Marked[], saved: Marked[], fetched: Marked[], places: (Marked & Place)[], highlights: HighlightRow[] }

/** Words of an issue that the reader has marked; `issue` is its id. */
export interface HighlightRow { newsletter: string, issue: string, id: string, quote: string, before: string, start: number, note: string, at: string }

/** A complete issue, with the number that readers see, and the blocks of its writer's blobs core in which it lies. */
export interface PlacedIssue extends Pick<LibraryIssue, 'id' | 'writer' | 'seq' | 'number' | 'publishedAt' | 'sizeBytes'> {
  runs: BlockRanges
}

/** Where a revision of an issue was found. */
export type RevisionPlace = Pick<LibraryIssue, 'newsletter' | 'id' | 'writer' | 'seq'>

/** A revision that the library took in, and the one that stood in its place; null: there was none. */
export interface TakenIssue { issue: LibraryIssue, before: Pick<LibraryIssue, 'writer' | 'seq'> | null }

/** What of an issue changes while it is being downloaded and verified; what is left out stays. */
export type IssueChange = Partial<Pick<LibraryIssue, 'state' | 'problem' | 'haveBytes' | 'haveParts'>>

export interface LibraryNewsletter {
  address: string
  role: NewsletterRole
  /** Its issues come into the inbox. */
  subscribed: boolean
  title: string
  description: string
  language: string
  authors: string[]
  /** Empty where the author has not said. */
  licence: string
  website: string
  rhythm: string
  /** `at` of the document that describes it; empty while none has come. */
  describedAt: string
  problem: LibraryProblem | null
  /** ISO 8601. */
  addedAt: string
}

export interface IssueKey {
  newsletter: string
  id: string
}

export interface PageOptions {
  /** Issues on the page; 50 unless told. */
  limit?: number
  /** `next` of the page before. */
  cursor?: string
}

/** What a list leaves; what is left out lets everything through. */
export interface ListFilter {
  /** Ready and not read. */
  unread?: boolean
  saved?: boolean
  /** Address. */
  newsletter?: string
  /** In title, subtitle or the newsletter's title, whatever the case and the accents. */
  text?: string
}

export interface IssueListingPage {
  issues: IssueListing[]
  /** On all pages together. */
  total: number
  /** For the page after this one; null on the last. */
  next: string | null
}

/** The issues of a newsletter before and after one, by date; what is not verified is left out. */
export interface IssueNeighbours {
  older: { id: string, title: string } | null
  newer: { id: string, title: string } | null
}

export interface IssueCounts {
  total: number
  ready: number
  /** Ready and not read. */
  unread: number
  notVerified: number
  /** Left out or dropped, because the disk that it may use is full. */
  removed: number
  /** Held in part, as a policy has it. */
  partial: number
  /** Bytes of all issues; of what is held of them, ready or in part; and of what a policy or a cap leaves out. */
  knownBytes: number
  heldBytes: number
  leftOutBytes: number
}

/** What a policy decides on: an issue that is believed, and what the reader wants of it. */
export interface IssueToHold extends LibraryIssue {
  saved: boolean
  /** The reader asked for all of it, whatever the policy says. */
  fetched: boolean
}

/** Where an issue stands among those of its newsletter. */
export type IssueMoment = Pick<LibraryIssue, 'publishedAt' | 'id'>

/** How many unread issues are complete, and which are not, the newest first. */
export interface UnreadIssues { ready: number, others: Pick<LibraryIssue, 'id' | 'state'>[] }

/** Where an issue lies, and whether it is here. */
export interface IssuePlace extends Pick<LibraryIssue, 'id' | 'writer' | 'seq' | 'state' | 'publishedAt' | 'locations'> {
  /** Counts up in the library; for the page after this one. */
  key: number
}

/** An issue with a certain text; its number is the one that readers see. */
export type IssueWithBody = Pick<LibraryIssue, 'id' | 'title' | 'number' | 'publishedAt' | 'sizeBytes'>

/** Believed issues of one writer, on both sides of a block of its index. */
export interface WriterCounts {
  before: number
  after: number
  /** `publishedAt` of the newest; null without one. */
  newestAt: string | null
}
