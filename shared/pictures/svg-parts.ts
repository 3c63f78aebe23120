import { readXml, type XmlPiece } from './read-xml.ts'
import { SvgDrawing } from './svg-drawing.ts'
import { SvgOutline } from './svg-outline.ts'
import { PartCounts } from './svg-part-counts.ts'

/** For each part a tag at its beginning and one at its end, and something between them. */
const PIECES_A_PART = 5

export interface SvgParts {
  /** When all that is repeated is drawn: a few `use`, or patterns, in what others use make billions. */
  count: number
  /** Pictures that it brings along, each once. */
  carried: Uint8Array[]
}

/**
 * What a drawing is made of.
 *
 * @param limit a larger count says only that there are more
 * @throws NotShown
 */
export function partsOf (text: string, limit: number): SvgParts {
  const tooMany = { count: limit + 1, carried: [] }
  const outline = new SvgOutline(limit)
  if (!readXml(text, upTo(PIECES_A_PART * limit, piece => outline.add(piece)))) return tooMany
  const drawing = new SvgDrawing(outline, limit)
  if (!readXml(text, piece => drawing.add(piece))) return tooMany
  return { count: new PartCounts(drawing.named, limit).of(drawing.root), carried: drawing.carried.pictures }
}

function upTo (most: number, visit: (piece: XmlPiece) => boolean): (piece: XmlPiece) => boolean {
  let pieces = 0
  return piece => ++pieces <= most && visit(piece)
}
