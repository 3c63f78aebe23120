import { SaxesParser } from 'saxes'
import { entitiesOf } from './xml-entities.ts'
import { NotShown } from './not-shown.ts'

/** What a text in XML says, piece by piece. What it names by references is in its place. */
export type XmlPiece =
  | { kind: 'open', name: string, attributes: ReadonlyMap<string, string> }
  | { kind: 'close', name: string }
  | { kind: 'text', value: string }
  | { kind: 'instruction', value: string }

/** Thrown through the parser, which has no other end than that of the text. */
const ENDED = new Error('It is not read further.')

/**
 * Reads an XML text to its end, or until `visit` answers false. Browsers stop at the first mistake, and some make something of what
 * stood before: so here a text with mistakes says nothing at all, and none can be read in two ways.
 *
 * @returns whether it came to the end
 * @throws NotShown
 */
export function readXml (text: string, visit: (piece: XmlPiece) => boolean): boolean {
  const parser = new SaxesParser({ defaultXMLVersion: '1.0', forceXMLVersion: true })
  const tell = (piece: XmlPiece): void => {
    if (!visit(piece)) throw ENDED
  }
  parser.on('error', ({ message }) => { throw new NotShown(`browsers can not read it (${message.replace(/\.$/, '')})`) })
  parser.on('xmldecl', ({ encoding }) => checkEncoding(encoding))
  parser.on('doctype', doctype => { parser.ENTITIES = entitiesOf(doctype, text) })
  parser.on('opentag', ({ name, attributes }) => tell({ kind: 'open', name, attributes: new Map(Object.entries(attributes)) }))
  parser.on('closetag', ({ name }) => tell({ kind: 'close', name }))
  parser.on('text', value => tell({ kind: 'text', value }))
  parser.on('cdata', value => tell({ kind: 'text', value }))
  parser.on('processinginstruction', ({ target, body }) => tell({ kind: 'instruction', value: `${target} ${body}` }))
  try {
    parser.write(text).close()
    return true
  } catch (error) {
    if (error === ENDED) return false
    throw error
  }
}

/** The name without what stands before its colon: a drawing may call its namespaces as it likes. */
export function localName (name: string): string { return name.slice(name.lastIndexOf(':') + 1) }

/** Whether a letter of English is one byte there, and a byte of one nothing else: otherwise a browser sees tags where there are none here. */
function checkEncoding (encoding = 'utf-8'): void {
  if (!/^(?:utf-?8|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d)$/i.test(encoding)) throw new NotShown('its letters are written in a way that is not read here')
}
