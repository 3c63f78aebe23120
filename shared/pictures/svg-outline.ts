import { NotShown } from './not-shown.ts'
import { localName, type XmlPiece } from './read-xml.ts'
import { checkInstruction } from './svg-addresses.ts'
import { comparedName } from './svg-names.ts'

/** As deep as the XML of browsers goes. */
const MOST_DEEP = 256
/** Programs write some dozens; all of a tag are looked at together. */
const MOST_ATTRIBUTES = 1_000

/** What has to be known of a drawing before its parts are looked at: what they are called, and its style sheets. */
export class SvgOutline {
  readonly names = new Set<string>()
  /** There may be a page in the drawing, which shows elements by whatever name. */
  hasPage = false
  #limit: number
  #sheets: string[][] = []
  /** What has begun and not ended yet; of a style sheet what it says. */
  #open: { sheet: string[] | null }[] = []
  #tags = 0

  constructor (limit: number) {
    this.#limit = limit
  }

  /** Each by itself, as browsers read them: what one leaves open ends with it. */
  get sheets (): string[] { return this.#sheets.map(pieces => pieces.join('')) }

  /** @returns false where it is too much @throws NotShown */
  add (piece: XmlPiece): boolean {
    if (piece.kind === 'close') this.#open.pop()
    if (piece.kind === 'instruction') checkInstruction(piece.value)
    if (piece.kind === 'text') this.#open.at(-1)?.sheet?.push(piece.value)
    if (piece.kind !== 'open') return true
    const { name, attributes } = piece
    if (attributes.size > MOST_ATTRIBUTES) throw new NotShown(`a tag of it has more than ${MOST_ATTRIBUTES.toLocaleString('en')} attributes`)
    const id = attributes.get('id')
    if (id !== undefined) this.names.add(comparedName(id))
    const sheet = localName(name) === 'style' ? [] : null
    if (sheet) this.#sheets.push(sheet)
    this.#open.push({ sheet })
    this.hasPage ||= localName(name) === 'foreignObject'
    return ++this.#tags <= this.#limit && this.#open.length <= MOST_DEEP
  }
}
