import { type CssPiece, cssPieces } from './css-pieces.ts'
import { NotShown } from './not-shown.ts'
import { namesIn, readingsOf } from './svg-names.ts'

/** A part of the drawing that another is painted with. */
export interface Use {
  /** As it is compared. */
  name: string
  /** What stands in the other is painted with it as well. */
  isHandedOn: boolean
  /** It is painted at every point of a line. */
  isAtPoints: boolean
}

/** A block of a style sheet. */
interface Block {
  /** Null for that of a medium, which stands around others. */
  selector: string | null
  isInAnother: boolean
  uses: Use[]
}

/** Programs give a part one class or two. */
const MOST_STEPS = 5_000_000
/** What is done once to something and all that is in it, and not to each. */
const NOT_HANDED_ON = new Set(['clip-path', 'mask', 'filter'])

/** What a property, of a style sheet or as an attribute, lets something be painted with. */
export function usesOf (property: string, readings: Set<string>): Use[] {
  if (![...readings].some(reading => reading.includes('#') && /url|element/i.test(reading))) return []
  const name = property.trim().toLowerCase()
  // What somebody makes up is taken by any other.
  const isAny = name === '' || name.startsWith('--')
  const [isHandedOn, isAtPoints] = [isAny || !NOT_HANDED_ON.has(name), isAny || name.startsWith('marker')]
  return Array.from(namesIn(readings), found => ({ name: found, isHandedOn, isAtPoints }))
}

/** The same of an attribute `style`. */
export function usesOfStyle (style: string, readings: Set<string>): Use[] {
  const uses: Use[] = []
  const isRead = forEachPiece(style, ({ kind, text }) => { if (kind !== 'close') for (const use of usesOfDeclaration(text)) uses.push(use) })
  return isRead ? uses : usesOf('', readings)
}

/** The style sheets of a drawing, as far as they let parts of it be painted with others. Rather too much of it than too little. */
export class SvgStyle {
  /** By names of elements, classes and ids. */
  #uses = new Map<string, Use[][]>()
  /** Of each element. */
  #everywhere: Use[] = []
  #steps = 0

  /** @param isThere whether something in the drawing has that name */
  constructor (sheets: string[], isThere: (name: string) => boolean) {
    for (const sheet of sheets) this.#read(sheet, isThere)
  }

  #read (sheet: string, isThere: (name: string) => boolean): void {
    const open: Block[] = []
    const isRead = forEachPiece(sheet, ({ kind, text }) => {
      const block = open.at(-1)
      // What stands before a block may be a value: `--a: url(#b) {}`.
      const uses = kind === 'close' ? [] : usesOfDeclaration(text).filter(({ name }) => isThere(name))
      for (const use of uses) (block?.uses ?? this.#everywhere).push(use)
      if (kind === 'open') open.push(blockIn(block, text.trim()))
      if (kind === 'close' && block) this.#add(open.pop()!)
    })
    for (const block of open) this.#add(block)
    if (!isRead) for (const use of usesOf('', readingsOf(sheet))) if (isThere(use.name)) this.#everywhere.push(use)
  }

  /** @param words what selectors may call an element: those of its name, its classes, its id */
  of (words: Iterable<string>): Use[] {
    if (this.#uses.size === 0) return this.#everywhere
    // A block that names an element in many ways applies once.
    const blocks = new Set<Use[]>()
    for (const word of words) {
      for (const uses of this.#uses.get(word) ?? []) {
        if (++this.#steps > MOST_STEPS) throw new NotShown('its style sheets call its parts by very many names')
        blocks.add(uses)
      }
    }
    return [...this.#everywhere, ...[...blocks].flat()]
  }

  #add ({ selector, isInAnother, uses }: Block): void {
    if (uses.length === 0) return
    // Those that take more than words to understand apply everywhere.
    if (selector === null || isInAnother || /[*[:&|@]/.test(selector)) for (const use of uses) this.#everywhere.push(use)
    else {
      for (const word of new Set(wordsOf(selector))) {
        const known = this.#uses.get(word)
        if (known) known.push(uses)
        else this.#uses.set(word, [uses])
      }
    }
  }
}

/** Of what selectors say, and of what they may say it. */
export function wordsOf (text: string): string[] { return (text.match(/[^\s.#,>+~]+/g) ?? []).map(word => word.toLowerCase()) }

function blockIn (around: Block | undefined, text: string): Block {
  const isMedium = /^@media\b/i.test(text)
  const isInAnother = around !== undefined && (around.selector !== null || around.isInAnother)
  return { selector: isMedium ? null : text, isInAnother, uses: [] }
}

function usesOfDeclaration (declaration: string): Use[] {
  const colon = declaration.indexOf(':')
  return usesOf(declaration.slice(0, Math.max(0, colon)), readingsOf(declaration.slice(colon + 1)))
}

/** Whether it went through the whole sheet. */
function forEachPiece (css: string, visit: (piece: CssPiece) => void): boolean {
  const pieces = cssPieces(css)
  while (true) {
    const { done, value } = pieces.next()
    if (done) return value
    visit(value)
  }
}
