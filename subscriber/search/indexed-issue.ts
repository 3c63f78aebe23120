import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { IssueKey } from '../issue-view.ts'
import { periodsOf } from './part-numbers.ts'
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
 * The columns of the index. `exact` has what no text has: whole tags, the newsletter, words of places, and periods;
 * `characters` those that are words by themselves.
 */
export const COLUMNS = ['title', 'deck', 'who', 'tags', 'exact', 'characters', 'body'] as const

/** Where a word counts more than in the text, or is asked for. `often`: what the text speaks of again and again. */
export type Place = 'title' | 'deck' | 'often' | 'who'

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
export function columnsOf (part: IndexedPart, number: number): string[] {
  const [title, deck, who, tags, body] = [
    part.title, `${part.subtitle}\n${part.summary}`, part.authors.join('\n'), part.tags.join('\n'), part.text
  ].map(text => wordsOf(text).map(({ word }) => word)) as [string[], string[], string[], string[], string[]]
  const inPlaces: Record<Place, string[]> = { title, deck: [...deck, ...who, ...tags], who, often: oftenIn(body) }
  const exact = [
    part.newsletter, ...part.tags.map(tagWord), ...periodsOf(number),
    ...Object.entries(inPlaces).flatMap(([place, words]) => words.map(word => placeWord(place as Place, word)))
  ]
  const characters = charactersOf([part.title, part.subtitle, part.summary, ...part.authors, ...part.tags, part.text].join('\n'))
  return [title, deck, who, tags, exact, [...characters], body].map(words => words.join(' '))
}

function oftenIn (body: string[]): string[] {
  const times = new Map<string, number>()
  for (const word of body) times.set(word, (times.get(word) ?? 0) + 1)
  return [...times].filter(([word, n]) => n >= OFTEN_TIMES && (word.length >= SMALL_LETTERS || word > '\u0600')).map(([word]) => word)
}

/**
 * A word with the place where it stands, as a word of its own: FTS5 finds it at once, where for a column filter it looks
 * through all texts that have the word anywhere.
 */
export function placeWord (place: Place, word: string): string {
  return JOINT + place.charAt(0) + word
}

/** A whole tag as one word. */
export function tagWord (tag: string): string {
  return wordsOf(tag).map(({ word }) => word + JOINT).join('')
}

export function packed (part: IndexedPart): Uint8Array {
  return deflateRawSync(JSON.stringify(part), { level: 3 })
}

export function unpacked (bytes: Uint8Array): IndexedPart {
  return JSON.parse(inflateRawSync(bytes).toString('utf8')) as IndexedPart
}
