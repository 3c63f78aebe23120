import { NotShown } from './not-shown.ts'
import { checkAddresses, checkInstruction } from './svg-addresses.ts'
import { CarriedFiles } from './svg-carried.ts'
import { comparedName, namesIn, readingsOf } from './svg-names.ts'
import { type Part, PartCounts } from './svg-part-counts.ts'
import type { SvgReferences } from './svg-references.ts'
import { SvgStyle, type Use, usesOf, usesOfStyle } from './svg-style.ts'
import { localName, type Piece, pieceAt } from './svg-tags.ts'

/** As deep as the XML of browsers goes. */
const MOST_DEEP = 256
/** For each part a tag at its beginning and one at its end, something between them, and a remark. */
const PIECES_A_PART = 6
/** Programs write some dozens; all of a tag are looked at together. */
const MOST_ATTRIBUTES = 1_000
/** What something becomes as a drawing moves. */
const CHANGES = new Set(['to', 'from', 'by', 'values'])
/** They name another part without saying that it is one. */
const NAMING = new Set(['href', ...CHANGES])
/** They are painted with nothing: others are painted with them, and their colours cost nothing. */
const COLOURS = new Set(['linearGradient', 'radialGradient', 'stop'])

export interface SvgText {
  text: string
  /** Where its root stands. */
  at: number
  references: SvgReferences
}

export interface SvgParts {
  /** When all that is repeated is drawn: a few `use`, or patterns, in what others use make billions. */
  count: number
  /** Files that it brings along, each once. */
  carried: Uint8Array[]
}

interface Attribute { name: string, value: string, readings: Set<string> }

/** Something that has begun, and not ended yet. */
interface Open { name: string, part: Part, all: Use[], handedOn: Use[] }

/**
 * What a drawing is made of.
 *
 * @param limit a larger count says only that there are more
 * @throws NotShown
 */
export function partsOf (svg: SvgText, limit: number): SvgParts {
  const outline = new Outline(svg.references, limit)
  if (!goThrough(svg, limit, piece => outline.add(piece))) return { count: limit + 1, carried: [] }
  const drawing = new Drawing(svg.references, outline, limit)
  if (!goThrough(svg, limit, piece => drawing.add(piece))) return { count: limit + 1, carried: [] }
  return { count: new PartCounts(drawing.named, limit).of(drawing.root), carried: drawing.carried.all }
}

/** Whether it went to the end: it stops where `visit` says that it is too much. */
function goThrough ({ text, at: from }: SvgText, limit: number, visit: (piece: Piece) => boolean): boolean {
  let pieces = 0
  for (let at = from; at < text.length;) {
    const piece = pieceAt(text, at)
    if (++pieces > PIECES_A_PART * limit || !visit(piece)) return false
    at = piece.end
  }
  return true
}

/** What has to be known of a drawing before its parts are looked at: what they are called, and its style sheets. */
class Outline {
  readonly names = new Set<string>()
  /** There may be a page in the drawing, which shows elements by whatever name. */
  hasPage = false
  #references: SvgReferences
  #limit: number
  #sheets: string[] = []
  #open: string[] = []
  #tags = 0

  constructor (references: SvgReferences, limit: number) {
    this.#references = references
    this.#limit = limit
  }

  get sheets (): string { return this.#sheets.join('') }

  add ({ kind, value, attributes, isEmpty }: Piece): boolean {
    if (kind === 'close') closeLast(this.#open, name => name === value)
    if (kind === 'instruction') checkInstruction(value)
    if (kind === 'text' && this.#isSheet) this.#sheets.push(this.#references.read(value))
    if (kind === 'data' && this.#isSheet) this.#sheets.push(value)
    if (kind !== 'open') return true
    if (attributes.size > MOST_ATTRIBUTES) throw new NotShown(`a tag of it has more than ${MOST_ATTRIBUTES.toLocaleString('en')} attributes`)
    const id = attributes.get('id')
    if (id !== undefined) this.names.add(comparedName(this.#references.read(id)))
    this.hasPage ||= localName(value) === 'foreignObject'
    if (!isEmpty) this.#open.push(value)
    return ++this.#tags <= this.#limit && this.#open.length <= MOST_DEEP
  }

  get #isSheet (): boolean { return localName(this.#open.at(-1) ?? '') === 'style' }
}

class Drawing {
  readonly root: Part = newPart()
  /** Those of a name: browsers take the first, but compare names more exactly. */
  readonly named = new Map<string, Part[]>()
  readonly carried = new CarriedFiles()
  #references: SvgReferences
  #outline: Outline
  #style: SvgStyle
  #takesAll: boolean
  #limit: number
  #open: Open[] = []
  #uses = 0

  constructor (references: SvgReferences, outline: Outline, limit: number) {
    const { sheets, names } = outline
    this.#references = references
    this.#outline = outline
    this.#style = new SvgStyle(sheets, name => names.has(name))
    const readings = readingsOf(sheets)
    checkAddresses('style', readings)
    this.carried.add(readings)
    this.#takesAll = saysInherit(readings)
    this.#limit = limit
  }

  add ({ kind, value: tag, attributes: written, isEmpty }: Piece): boolean {
    if (kind === 'close') closeLast(this.#open, ({ name }) => name === tag)
    if (kind !== 'open') return true
    // Space is a space there, unless it is written by its number.
    const attributes = Array.from(written, ([name, letters]): Attribute => {
      const value = this.#references.read(letters.replace(/[\t\n\r]/g, ' '))
      return { name, value, readings: readingsOf(value) }
    })
    const element = localName(tag)
    for (const attribute of attributes) {
      checkAddresses(element, attribute.readings)
      this.carried.add(attribute.readings)
      checkChange(attribute)
    }
    const around = this.#open.at(-1)
    const part = this.#partOf(attributes, around?.part ?? this.root)
    const own = this.#usesOf(element, attributes)
    const inherited = (this.#takesAll || attributes.some(({ readings }) => saysInherit(readings)) ? around?.all : around?.handedOn) ?? []
    const all = [...own, ...inherited]
    if ((this.#uses += all.length) > this.#limit) return false
    const isColour = COLOURS.has(element) && !this.#outline.hasPage
    if (!isColour) part.size++
    use(part, isColour ? own.filter(({ isHandedOn }) => !isHandedOn) : all, attributes)
    if (!isEmpty) this.#open.push({ name: tag, part, all, handedOn: [...own.filter(({ isHandedOn }) => isHandedOn), ...inherited] })
    return true
  }

  #partOf (attributes: Attribute[], around: Part): Part {
    const id = attributes.find(({ name }) => name === 'id')?.value
    if (id === undefined) return around
    const [part, name] = [newPart(), comparedName(id)]
    around.inner.push(part)
    const known = this.named.get(name)
    if (known) known.push(part)
    else this.named.set(name, [part])
    return part
  }

  #usesOf (element: string, attributes: Attribute[]): Use[] {
    const words = new Set([element, ...attributes.flatMap(({ name, value }) => name === 'class' ? value.split(/\s+/) : name === 'id' ? [value] : [])])
    const named = attributes.flatMap(({ name, value, readings }) => {
      if (NAMING.has(localName(name))) return Array.from(namesIn(readings), found => ({ name: found, isHandedOn: false, isAtPoints: false }))
      return name === 'style' ? usesOfStyle(value, readings) : usesOf(name, readings)
    })
    return [...named.filter(({ name }) => this.#outline.names.has(name)), ...this.#style.of(words)]
  }
}

function newPart (): Part { return { size: 0, inner: [], used: new Map() } }

function use (part: Part, uses: Use[], attributes: Attribute[]): void {
  const points = uses.some(({ isAtPoints }) => isAtPoints) ? pointsOf(attributes) : 1
  for (const { name, isAtPoints } of uses) part.used.set(name, (part.used.get(name) ?? 0) + (isAtPoints ? points : 1))
}

/** What is left open in something that ends ends with it. */
function closeLast<T> (open: T[], isIt: (one: T) => boolean): void {
  const last = open.findLastIndex(isIt)
  if (last !== -1) open.length = last
}

/** @throws NotShown where what all in it is painted with is another after a while: nobody draws so */
function checkChange ({ name, value, readings }: Attribute): void {
  const isPaint = CHANGES.has(name) ? usesOf('', readings).length > 0 : name === 'attributeName' && /^\s*(?:class|style)\s*$/i.test(value)
  if (isPaint) throw new NotShown('it changes what its parts are painted with')
}

/** How many points a line has at most, or half of them. */
function pointsOf (attributes: Attribute[]): number {
  let points = 1
  for (const { name, value } of attributes) {
    if (name === 'd' || name === 'points' || CHANGES.has(name)) points += Math.max(value.match(/[a-z]/gi)?.length ?? 0, (value.match(/\d*\.?\d+/g)?.length ?? 0) / 2)
  }
  return points
}

function saysInherit (readings: Set<string>): boolean { return [...readings].some(reading => /inherit/i.test(reading)) }
