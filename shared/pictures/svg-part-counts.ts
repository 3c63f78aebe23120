/** What stands in an element that has a name, or in the drawing. */
export interface Part {
  /** Elements in it that are no parts of their own. */
  size: number
  /** Parts in it. */
  inner: Part[]
  /** What is used there, by name, and how often. */
  used: Map<string, number>
}

/** Of parts in parts that are used by parts: nobody draws so. */
const MOST_LED = 1_000

/** How much is drawn for each part, with all that it leads to. */
export class PartCounts {
  #named: ReadonlyMap<string, Part>
  #limit: number
  #counts = new Map<Part, number>()
  /** Of all that were reached, which one it was; and those of which it is not known yet what leads back to them. */
  #reached = new Map<Part, number>()
  #waiting: Part[] = []
  #isTooDeep = false

  constructor (named: ReadonlyMap<string, Part[]>, limit: number) {
    // One for all that have a name in common, or each would lead to each.
    this.#named = new Map(Array.from(named, ([name, parts]) => [name, parts.length === 1 ? parts[0]! : { size: 0, inner: parts, used: new Map() }]))
    this.#limit = limit
  }

  /** More than the limit says only that it is more. */
  of (part: Part): number {
    this.#visit(part, 0)
    return this.#isTooDeep ? this.#limit + 1 : this.#counts.get(part)!
  }

  /** Finds parts that lead to each other (as Tarjan did). @returns the first of those that it leads back to */
  #visit (part: Part, depth: number): number {
    const index = this.#reached.size
    this.#reached.set(part, index)
    this.#waiting.push(part)
    let first = index
    this.#isTooDeep ||= depth > MOST_LED
    for (const [target] of this.#ways(part)) {
      if (this.#isTooDeep) return 0
      if (!this.#counts.has(target)) first = Math.min(first, this.#reached.get(target) ?? this.#visit(target, depth + 1))
    }
    if (first === index) this.#count(this.#waiting.splice(this.#waiting.lastIndexOf(part)))
    return first
  }

  /** @param circle a part, or several that lead to each other: a browser draws none of them in itself, but by several ways each in all others */
  #count (circle: Part[]): void {
    const within = new Set(circle)
    let [count, waysWithin] = [0, 0]
    for (const part of circle) {
      count += part.size
      for (const [target, times] of this.#ways(part)) {
        if (within.has(target)) waysWithin += times
        else count += times * this.#counts.get(target)!
      }
    }
    if (waysWithin > circle.length) count = this.#limit + 1
    for (const part of circle) this.#counts.set(part, Math.min(count, this.#limit + 1))
  }

  /** But for those to itself. */
  * #ways (part: Part): Generator<[target: Part, times: number]> {
    for (const inner of part.inner) yield [inner, 1]
    for (const [name, times] of part.used) {
      const target = this.#named.get(name)
      if (target && target !== part) yield [target, times]
    }
  }
}
