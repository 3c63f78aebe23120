import { afterSpace, endOf, type Piece, pieceAt } from './svg-tags.ts'

/** What an SVG begins with, up to and with the tag of its root. */
export interface SvgProlog {
  root: Piece
  /** Where the root stands. */
  at: number
  /** What its DOCTYPE declares. */
  entities: Map<string, string>
  /** As it says itself. */
  encoding: string | null
  /** What it tells programs (`<?…?>`). */
  instructions: string[]
}

const ENCODING = /^xml\s+version\s*=\s*(?:"[^"]*"|'[^']*')\s+encoding\s*=\s*["']([^"']*)/
const ENTITY = /<!ENTITY\s+([^\s"'<>%&;]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/y

/**
 * Null for what is no SVG; `hidden` for one that declares more than pieces of text, after which only a parser with all rules of XML
 * would know what is what.
 */
export function prologOf (text: string): SvgProlog | 'hidden' | null {
  const entities = new Map<string, string>()
  const instructions: string[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (true) {
    at = afterSpace(text, at)
    if (isDoctype(text, at)) {
      const end = afterDoctype(text, at, entities)
      if (end === null) return /^<!doctype\s+(?:[\w-]{1,40}:)?svg[\s[>]/i.test(text.slice(at, at + 1_000)) ? 'hidden' : null
      at = end
      continue
    }
    if (text[at] !== '<') return null
    const piece = pieceAt(text, at)
    if (piece.kind === 'open') return /^(?:[\w-]{1,40}:)?svg$/.test(piece.value) ? { root: piece, at, entities, encoding: encodingOf(instructions), instructions } : null
    if (piece.kind !== 'other' && piece.kind !== 'instruction' || piece.end === at + 1) return null
    if (piece.kind === 'instruction') instructions.push(piece.value)
    at = piece.end
  }
}

function encodingOf (instructions: string[]): string | null {
  return instructions.map(instruction => ENCODING.exec(instruction)?.[1]).find(encoding => encoding !== undefined) ?? null
}

function isDoctype (text: string, at: number): boolean { return /^<!doctype/i.test(text.slice(at, at + 9)) }

/** Null where it is not to be understood. @param entities gets what it declares: of each name, the first */
function afterDoctype (text: string, from: number, entities: Map<string, string>): number | null {
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (character === '"' || character === "'") at = endOf(text, character, at + 1) - 1
    else if (character === '>') return at + 1
    else if (character === '[') {
      const end = afterDeclarations(text, at + 1, entities)
      if (end === null) return null
      at = end - 1
    }
  }
  return null
}

function afterDeclarations (text: string, from: number, entities: Map<string, string>): number | null {
  for (let at = afterSpace(text, from); at < text.length; at = afterSpace(text, at)) {
    if (text[at] === ']') return at + 1
    if (text.startsWith('<!--', at)) {
      at = endOf(text, '-->', at + 4)
      continue
    }
    ENTITY.lastIndex = at
    const [whole, name, double, single] = ENTITY.exec(text) ?? []
    if (whole === undefined) return null
    if (!entities.has(name!)) entities.set(name!, (double ?? single)!)
    at += whole.length
  }
  return null
}
