import { AppError } from '../../shared/errors.ts'
import { isCharacter, wordsOf } from './text-words.ts'

/** What a text has to have: words that follow each other. */
export interface Phrase {
  /** Folded, at least one. */
  words: string[]
  /** The last one may go on: `wor*`. */
  isBeginning: boolean
}

/** What a person looks for. All of it has to be true of an issue. */
export interface SearchQuery {
  phrases: Phrase[]
  /** A part of the name of an author or newsletter, or an address, as they were written. */
  from: string[]
  tags: string[]
  /** ISO 8601: published at or after `after`, and before `before`. */
  after: string | null
  before: string | null
  unread: boolean
  saved: boolean
}

/** More take longer than anybody waits, and nobody types them. */
const MOST_PHRASES = 12
const MOST_WORDS = 32

/** `name:` where something follows, then what is in quotation marks, of any language, or goes on to the next space. */
const PIECE = /(?:(from|tag|before|after|is):(?=\S))?(?:["“„«]([^"“”»]*)(["“”»]?)(\*?)|(\S+))/giu
/** An operator that has not got its value yet. */
const UNFINISHED = /^(?:from|tag|before|after|is):$/i
const DAY = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/

/**
 * Reads what somebody types: `words`, `"a phrase"`, `beginning*`, `from:`, `tag:`, `before:`, `after:`, `is:unread`, `is:saved`.
 *
 * @param typing the last word may go on, and what is not yet whole at the end does not count
 * @throws AppError BAD_QUERY
 */
export function readQuery (text: string, { typing = false } = {}): SearchQuery {
  const query: SearchQuery = { phrases: [], from: [], tags: [], after: null, before: null, unread: false, saved: false }
  const pieces = [...text.matchAll(PIECE)]
  for (const [i, piece] of pieces.entries()) {
    const isLast = typing && i === pieces.length - 1 && !/\s$/.test(text)
    try {
      take(query, piece, isLast)
    } catch (error) {
      if (!isLast) throw error
    }
  }
  const asked = [...query.phrases.map(({ words }) => words), ...[...query.from, ...query.tags].map(name => wordsOf(name))]
  if (asked.length > MOST_PHRASES || asked.reduce((sum, { length }) => sum + length, 0) > MOST_WORDS) {
    throw new AppError('BAD_QUERY', `That is too much to look for at once. At most ${MOST_PHRASES} words or phrases, and ${MOST_WORDS} words in all, can be given.`)
  }
  return query
}

function take (query: SearchQuery, [, name, quoted, closing, star, plain]: RegExpMatchArray, isLast: boolean): void {
  const value = quoted ?? plain ?? ''
  switch (name?.toLowerCase()) {
    case 'from': return void query.from.push(value)
    case 'tag': return void query.tags.push(value)
    case 'after': return void (query.after = later(query.after, dayOf('after', value)))
    case 'before': return void (query.before = earlier(query.before, dayOf('before', value)))
    case 'is': return takeState(query, value)
    default: {
      if (isLast && UNFINISHED.test(value)) return
      const words = wordsOf(value).map(({ word }) => word)
      const isOpen = isLast && (quoted === undefined || closing === '')
      if (words.length === 0) return
      const isBeginning = star === '*' || value.endsWith('*') || (isOpen && endsInWord(value))
      // One character by itself is found wherever it stands; behind others it is half of a word of the index.
      query.phrases.push({ words, isBeginning: isCharacter(words.at(-1)!) ? words.length > 1 : isBeginning })
    }
  }
}

function takeState (query: SearchQuery, value: string): void {
  if (value.toLowerCase() === 'unread') query.unread = true
  else if (value.toLowerCase() === 'saved') query.saved = true
  else throw new AppError('BAD_QUERY', `"is:${value}" is not known. There are is:unread and is:saved.`)
}

/** What was ended by a sign is whole. */
function endsInWord (text: string): boolean {
  return /[\p{L}\p{N}\p{M}]$/u.test(text)
}

function dayOf (name: string, text: string): string {
  const [, year, month = '01', day = '01'] = DAY.exec(text) ?? []
  const time = new Date(`${year}-${month}-${day}T00:00:00.000Z`)
  // The 31st of a month that has 30 days becomes a day of the next one.
  if (year === undefined || Number.isNaN(time.getTime()) || time.getUTCMonth() + 1 !== Number(month)) {
    throw new AppError('BAD_QUERY', `"${name}:${text}" is not a date. Write it as 2026-05-31, 2026-05 or 2026.`)
  }
  return time.toISOString()
}

function later (known: string | null, time: string): string { return known !== null && known > time ? known : time }
function earlier (known: string | null, time: string): string { return known !== null && known < time ? known : time }
