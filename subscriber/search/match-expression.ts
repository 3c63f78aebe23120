import type { Statements } from '../library/statements.ts'
import type { Wanted } from './found.ts'
import { tagWord } from './indexed-issue.ts'
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

/** What FTS5 is asked. All of it is made of folded words, which have no sign that means anything to it, inside of quotation marks. */
export interface MatchExpression {
  /** Each phrase, with all words that a beginning stands for. */
  phrases: string[]
  /** Everything together. */
  all: string
}

/** Null: nothing can match. Without `all`, where nothing is asked that the index has words for, everything does. */
export function matchExpression ({ phrases, tags, from }: Pick<Wanted, 'phrases' | 'tags' | 'from'>, sql: Statements): MatchExpression | null {
  const expressions = phrases.map(phrase => phraseExpression(phrase, sql))
  const names = tags.map(tagWord)
  const senders = from.map(({ words, newsletters }) => anyOf([
    ...words.length > 0 ? [`{who} : ${quoted(words)}`] : [], ...newsletters.map(address => `{exact} : ${quoted([address])}`)
  ]))
  if ([...expressions, ...names, ...senders].includes('')) return null
  return {
    phrases: expressions,
    all: [...expressions, ...names.map(name => `{exact} : ${quoted([name])}`), ...senders].join(' AND ')
  }
}

function inOrder (words: string[]): string {
  return words.length === 1 ? quoted(words) : `${IN_ORDER} : ${quoted(words)}`
}

/** Words that follow each other. */
export function quoted (words: string[]): string {
  return `"${words.join(' ')}"`
}

/** Empty where nothing begins so. */
function phraseExpression ({ words, isBeginning }: Phrase, sql: Statements): string {
  const last = words.at(-1)!
  if (!isBeginning || (last.length < SHORTEST && !isCharacter(last))) return inOrder(words)
  const before = words.slice(0, -1)
  const most = before.length === 0 ? MOST_ENDINGS : MOST_PHRASE_ENDINGS
  const endings = sql.all<{ word: string }>(`SELECT word FROM (SELECT word FROM words WHERE word >= ? AND word < ? LIMIT ${MOST_LOOKED_AT})
    ORDER BY length(word), word LIMIT ?`, last, last + '\u{10FFFF}', most)
  return anyOf(endings.map(({ word }) => inOrder([...before, word])))
}

function anyOf (expressions: string[]): string {
  return expressions.length > 1 ? `(${expressions.join(' OR ')})` : expressions[0] ?? ''
}
