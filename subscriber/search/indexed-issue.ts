import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { IssueKey } from '../issue-view.ts'
import { charactersOf, JOINT, wordsOf } from './text-words.ts'

/** Which revision of an issue is meant, and what its reader did with it. */
export interface IssueVersion extends IssueKey {
  version: string
  publishedAt: string
  read: boolean
  saved: boolean
}

/** What of an issue is found. */
export interface IndexedIssue extends IssueVersion {
  title: string
  subtitle: string
  summary: string
  authors: string[]
  tags: string[]
  /** The whole text, without marks of Markdown. */
  text: string
}

/** A piece of an issue, which is one row of the index: a long text is many, so that none takes long to write or to show. */
export type IndexedPart = Omit<IndexedIssue, keyof IssueVersion> & Pick<IssueKey, 'newsletter'>

/**
 * The columns of the index. `exact` has whole tags and the newsletter, `often` what the text speaks of
 * again and again, and characters that are words by themselves.
 */
export const COLUMNS = ['title', 'deck', 'who', 'tags', 'exact', 'often', 'body'] as const

const PART_CHARACTERS = 24_000
/** Said three times, and not one of the small words of European languages. */
const OFTEN_TIMES = 3
const SMALL_LETTERS = 4

export function partsOf ({ newsletter, title, subtitle, summary, authors, tags, text }: IndexedIssue): IndexedPart[] {
  const pieces: string[] = []
  for (let rest = text; rest !== '' || pieces.length === 0;) {
    const end = rest.length <= PART_CHARACTERS ? rest.length : cutAt(rest)
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return pieces.map(piece => ({ newsletter, title, subtitle, summary, authors, tags, text: piece }))
}

/** At the last line or space that fits; where there is none, anywhere but inside of a character. */
function cutAt (text: string): number {
  const piece = text.slice(0, PART_CHARACTERS)
  const space = Math.max(piece.lastIndexOf('\n'), piece.lastIndexOf(' '))
  if (space > PART_CHARACTERS / 2) return space + 1
  return /[\uD800-\uDBFF]$/.test(piece) ? PART_CHARACTERS - 1 : PART_CHARACTERS
}

/** A part as its columns have it. The same for the same part: what was written is taken out by it, word for word. */
export function columnsOf (part: IndexedPart): string[] {
  const body = wordsOf(part.text).map(({ word }) => word)
  const times = new Map<string, number>()
  for (const word of body) times.set(word, (times.get(word) ?? 0) + 1)
  const often = [...times].filter(([word, n]) => n >= OFTEN_TIMES && (word.length >= SMALL_LETTERS || word > '\u0600')).map(([word]) => word)
  const characters = charactersOf([part.title, part.subtitle, part.summary, ...part.authors, ...part.tags, part.text].join('\n'))
  return [
    spaced(part.title), spaced(`${part.subtitle}\n${part.summary}`), spaced(part.authors.join('\n')), spaced(part.tags.join('\n')),
    [part.newsletter, ...part.tags.map(tagWord)].join(' '), [...often, ...characters].join(' '), body.join(' ')
  ]
}

/** A whole tag as one word. */
export function tagWord (tag: string): string {
  return wordsOf(tag).map(({ word }) => word + JOINT).join('')
}

function spaced (text: string): string {
  return wordsOf(text).map(({ word }) => word).join(' ')
}

export function packed (part: IndexedPart): Uint8Array {
  return deflateRawSync(JSON.stringify(part), { level: 3 })
}

export function unpacked (bytes: Uint8Array): IndexedPart {
  return JSON.parse(inflateRawSync(bytes).toString('utf8')) as IndexedPart
}
