import type { Statements } from '../library/statements.ts'
import type { Wanted } from './found.ts'
import { type Place, placeWord, tagWord } from './indexed-issue.ts'
import type { Phrase } from './search-query.ts'
import { isCharacter } from './text-words.ts'

/** Of a beginning so many words are looked for, the shortest first: those are the usual ones. */
const MOST_ENDINGS = 32
/** In a phrase each of them is as much work as a phrase. */
const MOST_PHRASE_ENDINGS = 16
/** Looked through for them. */
const MOST_LOOKED_AT = 5_000
/** Of one letter there is no end. */
const SHORTEST = 2

/** Where words stand beside each other. A single word is looked for everywhere, which is quicker: nothing else has words that people type. */
const IN_ORDER = '{title deck who tags body}'

/** Words that follow each other are looked for. */
export function isOrdered (expression: string): boolean {
  return expression.split('"').some((piece, i) => i % 2 === 1 && piece.includes(' '))
}

/** How far FTS5 looks for words that follow each other is bounded by nothing but other words. */
export function inPeriods (expression: string, periods: string[]): string {
  return isOrdered(expression) ? `${anyOf(periods.map(period => quoted([period])))} AND ${expression}` : expression
}

/** What FTS5 is asked. All of it is made of folded words, which have no sign that means anything to it, inside of quotation marks. */
export class MatchExpression {
  /** Each phrase, as all that a beginning stands for. */
  #phrases: string[][][]
  #conditions: string[]

  /** @param phrases for each, what it may be: words that follow each other */
  constructor (phrases: string[][][], conditions: string[]) {
    this.#phrases = phrases
    this.#conditions = conditions
  }

  /** Everything together; empty where nothing is asked that the index has words for. */
  get all (): string {
    return this.#with(-1, '')
  }

  /** Everything, and that phrase number `i` stands in a place; null where it can not. */
  inPlace (i: number, place: Place): string | null {
    const phrases = this.#phrases[i]!
    // Of what the text speaks of often no order is known.
    if (place === 'often' && phrases[0]!.length > 1) return null
    return this.#with(i, anyOf(phrases.map(words => quoted(words.map(word => placeWord(place, word))))))
  }

  /** Everything, and that all that is looked for stands beside each other as it was typed. */
  together (words: string[]): string {
    return `(${this.all}) AND {title deck body} : ${quoted(words)}`
  }

  #with (i: number, expression: string): string {
    return [...this.#phrases.map((phrases, j) => j === i ? expression : anyOf(phrases.map(inOrder))), ...this.#conditions].join(' AND ')
  }
}

/** Null: nothing can match. */
export function matchExpression ({ phrases, tags, from }: Pick<Wanted, 'phrases' | 'tags' | 'from'>, sql: Statements): MatchExpression | null {
  const meanings = phrases.map(phrase => meaningsOf(phrase, sql))
  const names = tags.map(tagWord)
  const senders = from.map(({ words, newsletters }) => anyOf([
    ...words.length > 0 ? [quoted(words.map(word => placeWord('who', word)))] : [], ...newsletters.map(address => quoted([address]))
  ]))
  if (meanings.some(({ length }) => length === 0) || [...names, ...senders].includes('')) return null
  return new MatchExpression(meanings, [...names.map(name => quoted([name])), ...senders])
}

function inOrder (words: string[]): string {
  return words.length === 1 ? quoted(words) : `${IN_ORDER} : ${quoted(words)}`
}

/** Words that follow each other. */
function quoted (words: string[]): string {
  return `"${words.join(' ')}"`
}

/** None where nothing begins so. */
function meaningsOf ({ words, isBeginning }: Phrase, sql: Statements): string[][] {
  const last = words.at(-1)!
  if (!isBeginning || (last.length < SHORTEST && !isCharacter(last))) return [words]
  const before = words.slice(0, -1)
  const most = before.length === 0 ? MOST_ENDINGS : MOST_PHRASE_ENDINGS
  const endings = sql.all<{ word: string }>(`SELECT word FROM (SELECT word FROM words WHERE word >= ? AND word < ? LIMIT ${MOST_LOOKED_AT})
    ORDER BY length(word), word LIMIT ?`, last, last + '\u{10FFFF}', most)
  return endings.map(({ word }) => [...before, word])
}

function anyOf (expressions: string[]): string {
  return expressions.length > 1 ? `(${expressions.join(' OR ')})` : expressions[0] ?? ''
}
