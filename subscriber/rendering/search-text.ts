import MarkdownIt, { type Token } from 'markdown-it'
import footnotes from 'markdown-it-footnote'
import { commentsAndBreaks } from './comments-and-breaks.ts'

/** A Markdown text as the search reads it: what a reader reads, with what pictures show, and without addresses of links. */
export function renderSearchText (markdown: string): string {
  const md = new MarkdownIt({ html: false })
  md.set({ maxNesting: 50 })
  md.use(footnotes)
  md.use(commentsAndBreaks)
  const lines = md.parse(markdown, {}).flatMap(token => {
    if (token.type === 'inline') return [textOf(token.children ?? [])]
    return ['fence', 'code_block'].includes(token.type) ? [token.content] : []
  })
  // Overrides turn the text after them around; right-to-left writing does without.
  return lines.join('\n').replace(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, ' ').trim()
}

function textOf (tokens: Token[]): string {
  return tokens.map(({ type, content, children }) => {
    if (type === 'image') return ` ${textOf(children ?? [])} `
    if (type === 'softbreak' || type === 'hardbreak') return ' '
    return type === 'text' || type === 'code_inline' || type === 'text_special' ? content : ''
  }).join('')
}
