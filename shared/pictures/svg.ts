import { NotShown } from './not-shown.ts'
import type { PictureBytes } from './picture-bytes.ts'
import type { PictureSize } from './picture-size.ts'
import { MOST_SVG_BYTES } from './picture-limits.ts'
import { partsOf } from './svg-parts.ts'
import { afterSpace, attributesOf, endOf } from './svg-tags.ts'

/** Pixels of a unit; those of letters as letters usually are. */
const PIXELS = new Map([
  ['', 1], ['px', 1], ['in', 96], ['cm', 96 / 2.54], ['mm', 96 / 25.4], ['q', 96 / 101.6], ['pt', 4 / 3], ['pc', 16], ['em', 16], ['rem', 16], ['ex', 8], ['ch', 8]
])
/**
 * Pieces of text by name, which some drawing programs write for the addresses of their own marks. Longer ones, and those made of
 * others or of tags, multiply.
 */
const ENTITY_CHARACTERS = 200
/** A drawing that repeats its parts draws them all. Charts repeat their letters some thousand times. */
const MOST_PARTS = 200_000

/** Whether a text is an SVG, by how it begins: the space, remarks and declarations that may stand before the root are passed over. */
export function isSvg (text: string): boolean { return rootOf(text) !== null }

/** SVG: a drawing, which has the size that it is given, but may say how large it wants to be. */
export async function svgSize (bytes: PictureBytes): Promise<PictureSize> {
  if (bytes.size > MOST_SVG_BYTES) throw new NotShown(`it is a drawing of more than ${MOST_SVG_BYTES / 1024 / 1024} MiB`)
  const text = (await bytes.whole()).toString('utf8')
  const root = rootOf(text)
  if (!root) throw new NotShown('it is no picture of a kind that is shown')
  for (const [, double, single] of root.before.matchAll(/<!ENTITY[^"'<>]*(?:"([^"]*)"|'([^']*)')/gi)) {
    const value = double ?? single ?? ''
    if (value.length > ENTITY_CHARACTERS || /[&%<]/.test(value)) throw new NotShown('it repeats text until it is very large')
  }
  if (await partsOf(text, root.at, MOST_PARTS, async () => await bytes.pause()) > MOST_PARTS) throw new NotShown(`it is made of more than ${MOST_PARTS.toLocaleString('en')} parts`)
  return { width: pixels(root.attributes.get('width')), height: pixels(root.attributes.get('height')), frames: 1 }
}

interface Root { at: number, before: string, attributes: Map<string, string> }

function rootOf (text: string): Root | null {
  let at = text.startsWith('\ufeff') ? 1 : 0
  while (true) {
    at = afterSpace(text, at)
    if (text.startsWith('<?', at)) at = endOf(text, '?>', at)
    else if (text.startsWith('<!--', at)) at = endOf(text, '-->', at)
    else if (/^<!doctype/i.test(text.slice(at, at + 9))) at = afterDoctype(text, at)
    else break
  }
  const name = /^<(?:[\w-]{1,40}:)?svg(?=[\s/>])/.exec(text.slice(at, at + 50))?.[0]
  return name ? { at, before: text.slice(0, at), attributes: attributesOf(text, at + name.length) } : null
}

/** It may have declarations of its own in brackets. */
function afterDoctype (text: string, from: number): number {
  let isInside = false
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (character === '"' || character === "'") at = endOf(text, character, at + 1) - 1
    else if (text.startsWith('<!--', at)) at = endOf(text, '-->', at) - 1
    else if (character === '[') isInside = true
    else if (character === ']') isInside = false
    else if (character === '>' && !isInside) return at + 1
  }
  return text.length
}

/** Null for what depends on where it is shown. */
function pixels (length: string | undefined): number | null {
  const [, number, unit = ''] = /^\s*\+?(\d{1,20}(?:\.\d{0,20})?(?:e\+?\d{1,3})?)([a-z]*)\s*$/i.exec(length ?? '') ?? []
  const one = PIXELS.get(unit.toLowerCase())
  return number === undefined || one === undefined ? null : Math.max(1, Math.round(Number(number) * one))
}
