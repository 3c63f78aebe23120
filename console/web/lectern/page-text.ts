import { BEFORE_CHARACTERS, QUOTE_CHARACTERS } from '../../../shared/api/highlight-limits.ts'
import type { Mark } from './lectern-messages.ts'

/** Words that somebody has selected in a text, and where they stand in it. */
export interface Selected { quote: string, before: string, start: number }

/** The text of a page as one row of characters, and where each of them is in it. */
export class PageText {
  #main: Element
  #nodes: { node: Text, start: number }[] = []
  #text = ''

  constructor (main: Element) {
    this.#main = main
    const walker = main.ownerDocument.createTreeWalker(main, 4 /* text */)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      this.#nodes.push({ node: node as Text, start: this.#text.length })
      this.#text += (node as Text).data
    }
  }

  /** Null: nothing of the text, or too much of it. */
  selected (selection: Selection | null): Selected | null {
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
    const range = selection.getRangeAt(0)
    if (!this.#main.contains(range.commonAncestorContainer)) return null
    const above = this.#main.ownerDocument.createRange()
    above.setStart(this.#main, 0)
    above.setEnd(range.startContainer, range.startOffset)
    const all = range.toString()
    const quote = all.trim()
    if (quote === '' || quote.length > QUOTE_CHARACTERS) return null
    const start = above.toString().length + all.length - all.trimStart().length
    return { quote, before: this.#text.slice(Math.max(0, start - BEFORE_CHARACTERS), start), start }
  }

  /** Where a mark stands now: with the same words before it, and as near as can be to where it stood. Null: nowhere any more. */
  rangeOf ({ quote, before, start }: Mark): Range | null {
    const places: number[] = []
    for (let at = this.#text.indexOf(quote); at !== -1 && places.length < 1000; at = this.#text.indexOf(quote, at + 1)) places.push(at)
    const fits = places.filter(at => this.#text.slice(0, at).endsWith(before))
    const [nearest] = (fits.length > 0 ? fits : places).sort((a, b) => Math.abs(a - start) - Math.abs(b - start))
    return nearest === undefined ? null : this.#range(nearest, nearest + quote.length)
  }

  #range (start: number, end: number): Range {
    const range = this.#main.ownerDocument.createRange()
    const [from, to] = [this.#at(start, false), this.#at(end, true)]
    range.setStart(from.node, from.offset)
    range.setEnd(to.node, to.offset)
    return range
  }

  /** @param isEnd the end of one piece rather than the beginning of the next */
  #at (place: number, isEnd: boolean): { node: Text, offset: number } {
    const found = this.#nodes.findLast(({ start }) => isEnd ? start < place : start <= place) ?? this.#nodes[0]!
    return { node: found.node, offset: place - found.start }
  }
}
