import { decodeEntities } from './markdown-text.ts'

export interface HtmlTag {
  kind: 'tag'
  /** Lower case. */
  name: string
  closing: boolean
  attributes: Map<string, string>
  /** As written. */
  raw: string
  /** Opening and closing tag belong together only in the same scope: a tag can't open inside an emphasis and close outside. */
  scope: string
}

export interface HtmlText {
  kind: 'text'
  /** Markdown that shows this text. */
  markdown: string
}

export type HtmlToken = HtmlTag | HtmlText

const INLINE = new Set([
  'a', 'b', 'strong', 'i', 'em', 'cite', 'code', 'kbd', 'samp', 'tt', 'del', 's', 'strike', 'span', 'u', 'small', 'big', 'font', 'abbr',
  'mark', 'ins', 'sup', 'sub'
])
const SINGLE = new Set(['br', 'img', 'hr', 'wbr'])
const BLOCK = new Set([
  'p', 'div', 'section', 'article', 'header', 'footer', 'main', 'aside', 'center', 'figure', 'figcaption', 'details', 'summary', 'address',
  'blockquote', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'pre'
])
const OTHER = new Set(['iframe', 'script', 'style'])

export const isInline = (name: string): boolean => INLINE.has(name)
export const isSingle = (name: string): boolean => SINGLE.has(name)
export const isBlock = (name: string): boolean => BLOCK.has(name) || name === 'hr'

/**
 * Whether it is a tag that has a counterpart in Markdown. `<Item>` is rather a type of a programming language, and so is
 * `<T>` or `<A>` when nothing closes it (which the tree finds out).
 */
export function isKnown (tag: HtmlTag): boolean {
  if (!INLINE.has(tag.name) && !SINGLE.has(tag.name) && !BLOCK.has(tag.name) && !OTHER.has(tag.name)) return false
  const written = /[A-Za-z][A-Za-z0-9-]*/.exec(tag.raw)![0]
  return written === tag.name || written === written.toUpperCase()
}

/** Whether a tag means something only when it is closed, too: `<b>`, and `<P>` that may be a type. */
export function needsClosing (tag: HtmlTag): boolean {
  return INLINE.has(tag.name) || (/^<[A-Z]>$/.test(tag.raw))
}

/** The tag that starts at `position`, where a `<` stands; null when it is none. Takes what browsers take, smart quotes too. */
export function readTag (text: string, position = 0, scope = ''): HtmlTag | null {
  const opening = /<(\/?)([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])/y
  opening.lastIndex = position
  const start = opening.exec(text)
  if (!start) return null
  const attributes = new Map<string, string>()
  const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?|["'=/]|\s+/y
  let end = opening.lastIndex
  while (end < text.length && text[end] !== '>') {
    attribute.lastIndex = end
    const found = attribute.exec(text)
    if (!found) return null
    end = attribute.lastIndex
    const [, name, double, single, bare] = found
    const value = double ?? single ?? bare?.replace(/^["'“”„]+|["'“”]+$/g, '') ?? ''
    if (name && !attributes.has(name.toLowerCase())) attributes.set(name.toLowerCase(), decodeEntities(value))
  }
  if (end >= text.length) return null
  return { kind: 'tag', name: start[2]!.toLowerCase(), closing: start[1] === '/', attributes, raw: text.slice(position, end + 1), scope }
}

/** Splits HTML into tags and text. Comments are dropped; a comment that never ends is text. `toMarkdown` writes the text. */
export function readTokens (html: string, toMarkdown: (text: string) => string): HtmlToken[] {
  const tokens: HtmlToken[] = []
  let textStart = 0
  let at = html.indexOf('<')
  const lastCommentEnd = html.lastIndexOf('-->')
  const endText = (end: number) => { if (end > textStart) tokens.push({ kind: 'text', markdown: toMarkdown(html.slice(textStart, end)) }) }
  while (at !== -1) {
    const end = html.startsWith('<!--', at) && at + 4 <= lastCommentEnd ? html.indexOf('-->', at + 4) : -1
    const tag = end === -1 ? readTag(html, at) : null
    if (end !== -1 || tag) {
      endText(at)
      if (tag) tokens.push(tag)
      textStart = tag ? at + tag.raw.length : end + 3
    }
    at = html.indexOf('<', Math.max(at + 1, textStart))
  }
  endText(html.length)
  return tokens
}
