import { attributesOf, tagAt } from './svg-tags.ts'

/** What stands in an element that has a name, or in the drawing: what is used there, and the elements with names in it. */
interface Part { used: string[], inner: Part[] }

/** As deep as the XML of browsers goes. */
const MOST_DEEP = 256
/** Of parts in parts that are used by parts: nobody draws so. */
const MOST_LED = 1_000

/** Looking at so many tags takes some milliseconds. */
const TAGS_AT_ONCE = 5_000

/**
 * How many parts a drawing has when all that it repeats is drawn: a few `use` in what others use make billions.
 *
 * @param limit a larger number says only that there are more
 * @param pause lets others have a turn
 */
export async function partsOf (text: string, from: number, limit: number, pause: () => Promise<void>): Promise<number> {
  const named = new Map<string, Part>()
  const root: Part = { used: [], inner: [] }
  const open: { name: string, part: Part }[] = []
  let [seen, tags] = [0, 0]
  for (let at = text.indexOf('<', from); at !== -1; at = text.indexOf('<', at)) {
    const tag = tagAt(text, at)
    at = tag.end
    // Each tag ends somewhere, and there may be a remark on each.
    if (++seen > 3 * limit) return limit + 1
    if (seen % TAGS_AT_ONCE === 0) await pause()
    if (tag.kind === 'none') continue
    if (tag.kind === 'close') {
      const last = open.findLastIndex(({ name }) => name === tag.name)
      if (last !== -1) open.length = last
      continue
    }
    if (++tags > limit || open.length > MOST_DEEP) return limit + 1
    const around = open.at(-1)?.part ?? root
    const attributes = attributesOf(text, tag.attributesAt)
    const id = attributes.get('id')
    const part: Part = id === undefined ? around : { used: [], inner: [] }
    if (part !== around) around.inner.push(part)
    if (id !== undefined && !named.has(id)) named.set(id, part)
    const target = /^#(.+)$/s.exec((attributes.get('href') ?? attributes.get('xlink:href') ?? '').trim())?.[1]
    if (target !== undefined) part.used.push(target)
    // Patterns, masks, filters.
    for (const value of attributes.values()) for (const [, name] of value.matchAll(/url\(\s*["']?#([^"')\s]+)/g)) part.used.push(name!)
    if (!tag.isEmpty) open.push({ name: tag.name, part })
  }
  return tags + new Counting(named, limit).of(root)
}

class Counting {
  #named: Map<string, Part>
  #limit: number
  #known = new Map<Part, number>()

  constructor (named: Map<string, Part>, limit: number) {
    this.#named = named
    this.#limit = limit
  }

  /** A part that leads back to itself is drawn nowhere. */
  of (part: Part, depth = 0): number {
    const known = this.#known.get(part)
    if (known !== undefined) return known
    if (depth > MOST_LED) return this.#limit + 1
    this.#known.set(part, 0)
    let count = 0
    for (const inner of part.inner) count += this.of(inner, depth + 1)
    for (const target of part.used) {
      const used = this.#named.get(target)
      if (used) count += 1 + this.of(used, depth + 1)
      if (count > this.#limit) break
    }
    this.#known.set(part, count)
    return count
  }
}
