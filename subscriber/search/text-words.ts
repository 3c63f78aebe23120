/** A word as the index knows it, and where it stands in its text. */
export interface TextWord {
  word: string
  start: number
  end: number
}

/** Longer ones are cut, in texts and in what is looked for alike: nobody types so much, and hostile texts are full of it. */
const MOST_CHARACTERS = 40
/** Joins what is one name of several words. It belongs to words, and no text has it in one. */
export const JOINT = '\u2581'

/** Letters and digits, with what is set on them and what is not seen between them. */
const RUN = /[\p{L}\p{N}\p{M}\u00AD\u200B-\u200D\u2060]+/gu
/** Characters below this one are of ASCII. */
const ASCII_END = 0x80
/** Writing without spaces between its words, or with words that others are stuck to. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u
/** A character with what is set on it, the marks of half-wide katakana too. */
const CHARACTER = /[^\p{M}\uFF9E\uFF9F][\p{M}\uFF9E\uFF9F\u200B-\u200D]*|\p{M}+/gu
/** What is left out: accents, vowel points of Hebrew and Arabic, and what is not seen. In Indic writing marks are letters, and stay. */
const LEFT_OUT = /[\u0300-\u036F\u0483-\u0487\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u0640\u064B-\u065F\u0670\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE00-\uFE0F\u00AD\u200B-\u200D\u2060]/g
/** What some compatible characters are made of besides letters, as of "⑴". */
const NO_LETTERS = /[\x20-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E\u2044]/g
/** Letters that are no letter with an accent to Unicode, and that people look for without. */
const WRITTEN: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', ł: 'l', ħ: 'h', ı: 'i', þ: 'th', ς: 'σ' }
const SPECIAL = new RegExp(`[${Object.keys(WRITTEN).join('')}]`, 'g')

/**
 * The words of a text, folded. Of writing without spaces, every two characters that stand beside each other are a word: so
 * whatever stands in the text is found, where a dictionary (`Intl.Segmenter`) would have to know all words, and to part a text
 * as it parts what is looked for. SQLite's trigrams find nothing of two characters, which most Chinese words have.
 */
export function wordsOf (text: string): TextWord[] {
  const words: TextWord[] = []
  const runAt = new RegExp(RUN, 'yu')
  for (let at = 0; at < text.length;) {
    const end = plainEnd(text, at)
    if (end === text.length || text.charCodeAt(end) < ASCII_END) {
      // Most of most texts, and many times quicker.
      if (end > at) add(words, text.slice(at, end).toLowerCase(), at, end)
      at = end + 1
      continue
    }
    runAt.lastIndex = at
    const [run] = runAt.exec(text) ?? ['']
    if (run !== '' && UNSPACED.test(run)) addUnspaced(words, run, at)
    else add(words, folded(run), at, at + run.length)
    // What is no letter is two units long where it is beyond U+FFFF.
    at += run.length || (text.codePointAt(at)! > 0xFFFF ? 2 : 1)
  }
  return words
}

/** Where the letters and digits of ASCII end that begin at a place. */
function plainEnd (text: string, start: number): number {
  let end = start
  while (end < text.length && isPlain(text.charCodeAt(end))) end++
  return end
}

function isPlain (code: number): boolean {
  return (code >= 0x61 && code <= 0x7A) || (code >= 0x41 && code <= 0x5A) || (code >= 0x30 && code <= 0x39)
}

/** The characters of such writing in a text, each once. */
export function charactersOf (text: string): Set<string> {
  if (!UNSPACED.test(text)) return new Set()
  const runs = [...text.matchAll(RUN)].map(([run]) => run).filter(run => UNSPACED.test(run))
  const characters = runs.flatMap(run => [...run.matchAll(CHARACTER)].map(([character]) => folded(character)))
  return new Set(characters.filter(character => UNSPACED.test(character)))
}

/** A single character of such writing. */
export function isCharacter (word: string): boolean {
  return UNSPACED.test(word) && [...word.matchAll(CHARACTER)].length === 1
}

/** Without case, accents and what is not seen. */
export function folded (text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(LEFT_OUT, '').replace(SPECIAL, letter => WRITTEN[letter]!).normalize('NFC').replace(NO_LETTERS, '')
}

function addUnspaced (words: TextWord[], run: string, offset: number): void {
  const characters = [...run.matchAll(CHARACTER)].map(({ 0: character, index }) => ({
    word: folded(character), start: offset + index, end: offset + index + character.length, isUnspaced: UNSPACED.test(character)
  })).filter(({ word }) => word !== '')
  for (let i = 0; i < characters.length; i++) {
    const { word, start, end, isUnspaced } = characters[i]!
    const next = characters[i + 1]
    if (isUnspaced) {
      if (next?.isUnspaced) add(words, word + next.word, start, next.end)
      else if (!characters[i - 1]?.isUnspaced) add(words, word, start, end)
      continue
    }
    // Letters or digits that stand in such writing: one word.
    let last = i
    while (characters[last + 1] && !characters[last + 1]!.isUnspaced) last++
    add(words, characters.slice(i, last + 1).map(character => character.word).join(''), start, characters[last]!.end)
    i = last
  }
}

function add (words: TextWord[], word: string, start: number, end: number): void {
  if (word === '') return
  words.push({ word: word.length > MOST_CHARACTERS ? [...word].slice(0, MOST_CHARACTERS).join('') : word, start, end })
}
