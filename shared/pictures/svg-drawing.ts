import { localName, type XmlPiece } from './read-xml.ts'
import { checkAddresses } from './svg-addresses.ts'
import { CarriedFiles } from './svg-carried.ts'
import { type Attribute, checkChange, drawnLength, NAMING, pointsIn, pointsOf } from './svg-lines.ts'
import { comparedName, namesIn, readingsOf } from './svg-names.ts'
import type { SvgOutline } from './svg-outline.ts'
import type { Part } from './svg-part-counts.ts'
import { SvgStyle, type Use, usesOf, usesOfStyle, wordsOf } from './svg-style.ts'

/** They are painted with nothing: others are painted with them, and their colours cost nothing. */
const COLOURS = new Set(['linearGradient', 'radialGradient', 'stop'])
/** So much of a line or a text counts as a part more: a letter of a chart is less, all of a map more. */
const LENGTH_OF_A_PART = 250

/** Something that has begun, and not ended yet. */
interface Open { element: string, part: Part, all: Use[], handedOn: Use[] }

/** The parts of a drawing, and what each is painted with. */
export class SvgDrawing {
  readonly root: Part = newPart()
  /** Those of a name: browsers take the first, but compare names more exactly. */
  readonly named = new Map<string, Part[]>()
  readonly carried = new CarriedFiles()
  #outline: SvgOutline
  #style: SvgStyle
  #takesAll = false
  #limit: number
  /** Points that its style sheets may give to any line. */
  #points = 0
  #open: Open[] = []
  #uses = 0

  constructor (outline: SvgOutline, limit: number) {
    const { sheets, names } = outline
    this.#outline = outline
    this.#style = new SvgStyle(sheets, name => names.has(name))
    this.#limit = limit
    for (const sheet of sheets) this.#readSheet(readingsOf(sheet))
  }

  /** @returns false where it is too much @throws NotShown */
  add (piece: XmlPiece): boolean {
    if (piece.kind === 'close') this.#open.pop()
    const around = this.#open.at(-1)
    if (piece.kind === 'text' && around && around.element !== 'style') around.part.size += Math.floor(piece.value.length / LENGTH_OF_A_PART)
    if (piece.kind !== 'open') return true
    const element = localName(piece.name)
    const attributes = Array.from(piece.attributes, ([name, value]): Attribute => ({ name, value, readings: readingsOf(value) }))
    for (const { readings } of attributes) {
      checkAddresses(element, readings)
      this.carried.add(readings)
    }
    checkChange(attributes)
    const part = this.#partOf(attributes, around?.part ?? this.root)
    const own = this.#usesOf(element, attributes)
    const inherited = (this.#takesAll || attributes.some(({ readings }) => saysInherit(readings)) ? around?.all : around?.handedOn) ?? []
    const all = [...own, ...inherited]
    if ((this.#uses += all.length) > this.#limit) return false
    const isColour = COLOURS.has(element) && !this.#outline.hasPage
    if (!isColour) part.size += 1 + Math.floor(drawnLength(attributes) / LENGTH_OF_A_PART)
    this.#use(part, isColour ? own.filter(({ isHandedOn }) => !isHandedOn) : all, attributes)
    this.#open.push({ element, part, all, handedOn: [...own.filter(({ isHandedOn }) => isHandedOn), ...inherited] })
    return true
  }

  #readSheet (readings: Set<string>): void {
    checkAddresses('style', readings)
    this.carried.add(readings)
    this.#takesAll ||= saysInherit(readings)
    this.#points += Math.max(...Array.from(readings, reading => /path\s*\(/i.test(reading) ? pointsIn(reading) : 0))
  }

  #use (part: Part, uses: Use[], attributes: Attribute[]): void {
    const points = uses.some(({ isAtPoints }) => isAtPoints) ? this.#points + pointsOf(attributes) : 1
    for (const { name, isAtPoints } of uses) part.used.set(name, (part.used.get(name) ?? 0) + (isAtPoints ? points : 1))
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
    const called = attributes.filter(({ name }) => name === 'class' || name === 'id').map(({ value }) => value)
    const words = new Set([element, ...called].flatMap(wordsOf))
    const named = attributes.flatMap(({ name, value, readings }) => {
      if (NAMING.has(localName(name))) return Array.from(namesIn(readings), found => ({ name: found, isHandedOn: false, isAtPoints: false }))
      return name === 'style' ? usesOfStyle(value, readings) : usesOf(name, readings)
    })
    return [...named.filter(({ name }) => this.#outline.names.has(name)), ...this.#style.of(words)]
  }
}

function newPart (): Part { return { size: 0, inner: [], used: new Map() } }
function saysInherit (readings: Set<string>): boolean { return [...readings].some(reading => /inherit/i.test(reading)) }
