import { GFM, parser } from '@lezer/markdown'
import { unescapeText } from './markdown-text.ts'

/** Markdown as readers show it: raw HTML is text. */
export const shownMarkdown = parser.configure([GFM, { remove: ['HTMLBlock', 'HTMLTag'] }])

export type MarkdownNode = ReturnType<typeof shownMarkdown.parse>['topNode']

/** What carries no words of its own. A link's target is none, but a bare address in the text is. */
const MARKS = /Mark$|^(LinkTitle|LinkLabel|TaskMarker)$/

/** The words of a heading or of a picture's description, without markup. */
export function plainText (text: string, node: MarkdownNode): string {
  const parts: string[] = []
  let at = node.from
  const skip = (from: number, to: number) => {
    if (from > at) parts.push(unescapeText(text.slice(at, from)))
    at = Math.max(at, to)
  }
  const visit = (parent: MarkdownNode) => {
    const isLink = parent.name === 'Link' || parent.name === 'Image'
    // `[draft]` alone is mostly no link, and then its brackets are words.
    const areWords = parent.name === 'Link' && parent.getChildren('LinkMark').length < 3 && !parent.getChild('LinkLabel')
    for (let child = parent.firstChild; child; child = child.nextSibling) {
      if (areWords && child.name === 'LinkMark') continue
      if (MARKS.test(child.name) || (isLink && child.name === 'URL' && text[child.from - 1] !== '[')) skip(child.from, child.to)
      else visit(child)
    }
  }
  visit(node)
  skip(node.to, node.to)
  return parts.join('').trim()
}

export interface Heading {
  level: number
  /** Without markup. */
  title: string
  from: number
  to: number
  /** Nothing stands before it. */
  isFirst: boolean
}

/** The first heading of level 1 or 2 that stands in no quotation or list; null when there is none with words in it. */
export function firstHeading (text: string): Heading | null {
  const { topNode } = shownMarkdown.parse(text)
  for (let block = topNode.firstChild; block; block = block.nextSibling) {
    const level = Number(/^(?:ATX|Setext)Heading([12])$/.exec(block.name)?.[1])
    if (!level) continue
    const title = plainText(text, block)
    if (title !== '') return { level, title, from: block.from, to: block.to, isFirst: text.slice(0, block.from).trim() === '' }
  }
  return null
}
