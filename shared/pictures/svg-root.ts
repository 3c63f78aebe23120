import { NotShown } from './not-shown.ts'
import { localName, readXml } from './read-xml.ts'

/** The attributes of the root, or null for what is no SVG. @param text may be cut off behind its root @throws NotShown */
export function svgRoot (text: string): ReadonlyMap<string, string> | null {
  let root: ReadonlyMap<string, string> | null = null
  readXml(text, piece => {
    if (piece.kind === 'open' && localName(piece.name) === 'svg') root = piece.attributes
    return piece.kind !== 'open'
  })
  return root
}

/** Whether a text is meant as an SVG, by how it begins. */
export function isSvg (text: string): boolean {
  try {
    return svgRoot(text) !== null
  } catch (error) {
    if (!(error instanceof NotShown)) throw error
    // What is wrong with it is told when all of it is read.
    return /^\ufeff?\s*</.test(text) && /<(?:!doctype\s+)?(?:[\w-]{1,40}:)?svg[\s/>[]/i.test(text)
  }
}
