import { markdownLanguage } from '@codemirror/lang-markdown'
import { Language } from '@codemirror/language'
import type { InlineContext, MarkdownConfig, MarkdownParser } from '@lezer/markdown'

/** `[^1]`, where it is called and where it is explained. */
const footnotes: MarkdownConfig = {
  defineNodes: [{ name: 'Footnote' }, { name: 'FootnoteMark' }],
  parseInline: [{
    name: 'Footnote',
    before: 'Link',
    parse: (context, next, position) => next === BRACKET && context.char(position + 1) === CARET ? footnote(context, position) : -1
  }]
}

const BRACKET = '['.charCodeAt(0)
const CARET = '^'.charCodeAt(0)

function footnote (context: InlineContext, position: number): number {
  const label = /^\[\^[^\s[\]]{1,40}\]/.exec(context.slice(position, Math.min(context.end, position + 44)))?.[0]
  if (label === undefined) return -1
  const to = position + label.length
  return context.addElement(context.elt('Footnote', position, to, [
    context.elt('FootnoteMark', position, position + 2),
    context.elt('FootnoteMark', to - 1, to)
  ]))
}

/** Markdown as readers see it: HTML is text, and there are footnotes, tables and tasks. */
export const shownMarkdown = new Language(
  // By this the commands that continue lists know the language.
  markdownLanguage.data,
  (markdownLanguage.parser as MarkdownParser).configure([{ remove: ['HTMLBlock', 'HTMLTag', 'Superscript', 'Subscript', 'Emoji'] }, footnotes]),
  [],
  'markdown'
)
