import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'
import type { PictureSize } from './picture-size.ts'
import { MOST_SVG_BYTES } from './picture-limits.ts'
import { partsOf } from './svg-parts.ts'
import { svgRoot } from './svg-root.ts'

/** Pixels of a unit; those of letters as letters usually are. */
const PIXELS = new Map([
  ['', 1], ['px', 1], ['in', 96], ['cm', 96 / 2.54], ['mm', 96 / 25.4], ['q', 96 / 101.6], ['pt', 4 / 3], ['pc', 16], ['em', 16], ['rem', 16], ['ex', 8], ['ch', 8]
])
/** A drawing that repeats its parts draws them all. Charts repeat their letters some thousand times. */
const MOST_PARTS = 200_000

/** SVG: a drawing, which has the size that it is given, but may say how large it wants to be. */
export async function svgSize (bytes: PictureBytes): Promise<PictureSize> {
  if (bytes.size > MOST_SVG_BYTES) throw new NotShown(`it is a drawing of more than ${MOST_SVG_BYTES / 1024 / 1024} MiB`)
  const text = (await bytes.whole()).toString('utf8')
  const root = svgRoot(text)
  if (!root) throw new NotShown('it is no picture of a kind that is shown')
  const { count, carried } = partsOf(text, MOST_PARTS)
  if (count > MOST_PARTS) throw new NotShown(`it is made of more than ${MOST_PARTS.toLocaleString('en')} parts`)
  const [width, height] = ['width', 'height'].map(side => pixels(root.get(side) ?? ''))
  return { width: width!, height: height!, frames: 1, carried }
}

/** Null for what depends on where it is shown. */
function pixels (length: string): number | null {
  const [, number, unit = ''] = /^\s*\+?(\d{1,20}(?:\.\d{0,20})?(?:e\+?\d{1,3})?)([a-z]*)\s*$/i.exec(length) ?? []
  const one = PIXELS.get(unit.toLowerCase())
  return number === undefined || one === undefined ? null : Math.max(1, Math.round(Number(number) * one))
}
