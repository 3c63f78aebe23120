import type { MarkedPiece } from './found.ts'
import type { Phrase } from './search-query.ts'
import { isCharacter, type TextWord, wordsOf } from './text-words.ts'

const SNIPPET_CHARACTERS = 240
/** Of them before the first hit, so that one sees what it is about. */
const BEFORE_CHARACTERS = 60
/** A cut goes back so far to stand between words, which not every writing parts. */
const CUT_CHARACTERS = 20

interface Range { start: number, end: number, phrase: number }

/** A whole text with everything marked that is looked for. */
export function marked (text: string, phrases: Phrase[]): MarkedPiece[] {
  return piecesOf(text, 0, text.length, rangesOf(text, phrases))
}

/** The piece of a text in which most of what is looked for stands together; its beginning where nothing does. */
export function bestPlace (text: string, phrases: Phrase[]): MarkedPiece[] {
  const ranges = rangesOf(text, phrases)
  let best = 0
  let most = 0
  for (const [i, { start }] of ranges.entries()) {
    const near = ranges.slice(i, i + 50).filter(({ end }) => end <= start + SNIPPET_CHARACTERS - BEFORE_CHARACTERS)
    // Different phrases count more than one again and again.
    const worth = new Set(near.map(({ phrase }) => phrase)).size * 10 + Math.min(near.length, 9)
    if (worth <= most) continue
    most = worth
    best = i
  }
  const start = cutBefore(text, Math.max(0, (ranges[best]?.start ?? 0) - BEFORE_CHARACTERS))
  const end = cutAfter(text, Math.min(text.length, start + SNIPPET_CHARACTERS), ranges[best]?.end ?? 0)
  const pieces = piecesOf(text, start, end, ranges)
  return [...start > 0 ? [{ text: '… ', isHit: false }] : [], ...pieces, ...end < text.trimEnd().length ? [{ text: ' …', isHit: false }] : []]
}

/** Where the phrases stand, in the order of the text. */
function rangesOf (text: string, phrases: Phrase[]): Range[] {
  const words = wordsOf(text)
  const ranges: Range[] = []
  for (let i = 0; i < words.length; i++) {
    for (let phrase = 0; phrase < phrases.length; phrase++) {
      const length = phrases[phrase]!.words.length
      if (standsAt(words, i, phrases[phrase]!)) ranges.push({ start: words[i]!.start, end: words[i + length - 1]!.end, phrase })
    }
  }
  for (const [phrase, { words: [character = '', ...more] }] of phrases.entries()) {
    if (more.length > 0 || !isCharacter(character)) continue
    for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) ranges.push({ start: at, end: at + character.length, phrase })
  }
  return ranges.sort((a, b) => a.start - b.start)
}

function standsAt (words: TextWord[], place: number, { words: wanted, isBeginning }: Phrase): boolean {
  const last = wanted.length - 1
  for (let i = 0; i <= last; i++) {
    const found = words[place + i]?.word
    if (found === wanted[i]) continue
    if (i < last || found === undefined || !mayGoOn(wanted[i]!, isBeginning) || !found.startsWith(wanted[i]!)) return false
  }
  return true
}

/** As the index looks for it. */
function mayGoOn (word: string, isBeginning: boolean): boolean {
  return isBeginning && (word.length > 1 || isCharacter(word))
}

function piecesOf (text: string, from: number, to: number, ranges: Range[]): MarkedPiece[] {
  const pieces: MarkedPiece[] = []
  const add = (start: number, end: number, isHit: boolean): void => {
    // Lines, and what is only there to be parted by them, are one space.
    const piece = text.slice(start, end).replace(/\s+/g, ' ')
    if (piece === '') return
    const last = pieces.at(-1)
    if (last?.isHit === isHit) last.text += piece
    else pieces.push({ text: piece, isHit })
  }
  let at = from
  for (const { start, end } of ranges) {
    if (end <= at || start >= to) continue
    add(at, Math.max(at, start), false)
    add(Math.max(at, start), Math.min(end, to), true)
    at = Math.min(end, to)
  }
  add(at, to, false)
  return pieces
}

function cutBefore (text: string, at: number): number {
  if (at === 0) return 0
  const space = text.slice(at, at + CUT_CHARACTERS).search(/\s/)
  return space === -1 ? wholeCharacter(text, at) : at + space + 1
}

/** @param hitEnd what has to be in front of the cut */
function cutAfter (text: string, at: number, hitEnd: number): number {
  if (at >= text.length) return text.length
  const from = Math.max(hitEnd, at - CUT_CHARACTERS)
  const space = /\s\S*$/.exec(text.slice(from, at))
  return space && from < at ? from + space.index : wholeCharacter(text, Math.max(at, hitEnd))
}

function wholeCharacter (text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text[at] ?? '') ? at - 1 : at
}
