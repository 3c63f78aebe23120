import { type HtmlTag, type HtmlText, type HtmlToken, isBlock, isKnown, isSingle, needsClosing } from './html-tokens.ts'

export interface HtmlElement {
  kind: 'element'
  tag: HtmlTag
  children: HtmlNode[]
}

export type HtmlNode = HtmlElement | HtmlText

/** Nested deeper than this, elements are laid flat: nobody means it, and rendering recurses. */
const DEPTH = 50

/**
 * Elements as a lenient browser would nest them.
 *
 * @param strayTags what becomes of a known tag without its counterpart: dropped in HTML, kept as text inside Markdown,
 *   where it may be no tag at all
 */
export function buildTree (tokens: HtmlToken[], strayTags: 'drop' | 'keep'): HtmlNode[] {
  const root: HtmlNode[] = []
  const open: HtmlElement[] = []
  const childrenAt = (depth: number) => depth === 0 ? root : open[depth - 1]!.children
  const add = (node: HtmlNode) => childrenAt(open.length).push(node)
  const addText = (tag: HtmlTag) => add({ kind: 'text', markdown: tag.raw })

  // Ends the innermost element that has no closing tag: what needs one becomes what it contains.
  const abandon = () => {
    const element = open.pop()!
    if (!needsClosing(element.tag)) return
    const siblings = childrenAt(open.length)
    siblings.pop()
    if (strayTags === 'keep' || /^<[A-Z]>$/.test(element.tag.raw)) addText(element.tag)
    for (const child of element.children) siblings.push(child)
  }
  const abandonTo = (depth: number) => { while (open.length > depth) abandon() }

  for (const token of tokens) {
    if (token.kind === 'text') {
      add(token)
    } else if (!isKnown(token)) {
      addText(token)
    } else if (token.closing) {
      const at = open.findLastIndex(({ tag }) => tag.name === token.name && (isBlock(tag.name) || tag.scope === token.scope))
      if (at !== -1) {
        abandonTo(at + 1)
        open.pop()
      } else if (!isBlock(token.name) && strayTags === 'keep') {
        addText(token)
      }
    } else {
      const at = open.findLastIndex(({ tag }) => impliesEndOf(token.name, tag.name))
      const barrier = open.findLastIndex(({ tag }) => tag.name === 'ul' || tag.name === 'ol' || tag.name === 'blockquote')
      if (at > barrier) abandonTo(at)
      const element: HtmlElement = { kind: 'element', tag: token, children: [] }
      add(element)
      if (isSingle(token.name)) continue
      if (open.length < DEPTH) open.push(element)
    }
  }
  abandonTo(0)
  return root
}

/** A block ends an open paragraph, an item the item before it. */
function impliesEndOf (opening: string, open: string): boolean {
  return (open === 'p' && isBlock(opening)) || (open === 'li' && opening === 'li') || (open === 'a' && opening === 'a')
}
