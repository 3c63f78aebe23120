/** A tag of an XML text, or what stands between two. */
export interface Piece {
  /** `text`: letters, with references to others in them; `data`: letters as they stand (CDATA). `other` says nothing of the drawing. */
  kind: 'open' | 'close' | 'text' | 'data' | 'instruction' | 'other'
  /** Of a tag, as it is written; what `text`, `data` and an instruction say. */
  value: string
  /** Of a tag: the first of each that it names, with references as they stand. */
  attributes: ReadonlyMap<string, string>
  isEmpty: boolean
  end: number
}

const NONE: ReadonlyMap<string, string> = new Map()
/** What is passed over as a whole: nothing in it is a tag. */
const OPAQUE = [['<!--', '-->', 'other'], ['<![CDATA[', ']]>', 'data'], ['<?', '?>', 'instruction']] as const
const NAME = /[^\s=/>"'<]*/y

/**
 * What stands at a place in a text, read as XML says. Where the text is none any more, browsers stop; here it goes on by at least a
 * letter, and no letter is looked at again in what follows.
 */
export function pieceAt (text: string, at: number): Piece {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at)
    const end = next === -1 ? text.length : next
    return { kind: 'text', value: text.slice(at, end), attributes: NONE, isEmpty: true, end }
  }
  for (const [start, stop, kind] of OPAQUE) {
    if (!text.startsWith(start, at)) continue
    const from = at + start.length
    const end = endOf(text, stop, from)
    return { kind, value: text.slice(from, end).replace(stop, ''), attributes: NONE, isEmpty: true, end }
  }
  const isClose = text[at + 1] === '/'
  const from = at + (isClose ? 2 : 1)
  const name = nameAt(text, from)
  if (name === '') return { kind: 'other', value: '', attributes: NONE, isEmpty: true, end: at + 1 }
  const { attributes, end } = attributesAt(text, from + name.length)
  return { kind: isClose ? 'close' : 'open', value: name, attributes, isEmpty: text[end - 2] === '/', end }
}

/** Behind the next `stop`; where there is none, the end of the text. */
export function endOf (text: string, stop: string, from: number): number {
  const found = text.indexOf(stop, from)
  return found === -1 ? text.length : found + stop.length
}

export function afterSpace (text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at]!)) at++
  return at
}

/** The name without what stands before its colon: a drawing may call its namespaces as it likes. */
export function localName (name: string): string { return name.slice(name.lastIndexOf(':') + 1) }

/** Where the tag ends, only this finds out: what reads quotation marks in another way takes one thing for another. */
function attributesAt (text: string, from: number): { attributes: Map<string, string>, end: number } {
  const attributes = new Map<string, string>()
  let at = afterSpace(text, from)
  for (; at < text.length && text[at] !== '>'; at = afterSpace(text, at)) {
    const name = nameAt(text, at)
    at = afterSpace(text, at + name.length)
    if (name === '') {
      at = isQuote(text[at]) ? endOf(text, text[at]!, at + 1) : at + 1
      continue
    }
    if (text[at] !== '=') continue
    at = afterSpace(text, at + 1)
    if (!isQuote(text[at])) continue
    const end = endOf(text, text[at]!, at + 1)
    if (!attributes.has(name)) attributes.set(name, text.slice(at + 1, end - 1))
    at = end
  }
  return { attributes, end: Math.min(text.length, at + 1) }
}

function nameAt (text: string, at: number): string {
  NAME.lastIndex = at
  return NAME.exec(text)![0]
}

function isQuote (character: string | undefined): boolean { return character === '"' || character === "'" }
