import { stripVTControlCharacters } from 'node:util'
import { convert, type FormatCallback, type HtmlToTextOptions } from 'html-to-text'

const picture: FormatCallback = (element, _walk, builder) => {
  const { alt } = element.attribs as { alt?: string }
  builder.addInline(alt ? `[Picture: ${alt}]` : '[Picture]', { noWordTransform: true })
}

const OPTIONS: HtmlToTextOptions = {
  wordwrap: 80,
  // The body of an issue has a limit of its own; nothing may be cut off silently here.
  limits: { maxInputLength: Infinity },
  formatters: { picture },
  selectors: [
    { selector: 'a', options: { linkBrackets: ['<', '>'], noAnchorUrl: true, hideLinkHrefIfSameAsText: true } },
    { selector: 'a.footnote-backref', format: 'skip' },
    { selector: 'img', format: 'picture' },
    { selector: 'figure', format: 'paragraph', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'figcaption', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(selector => ({ selector, options: { uppercase: false } }))
  ]
}

/** HTML as text for a terminal, 80 columns wide, which can not steer the terminal. */
export function renderPlainText (html: string): string {
  const text = stripVTControlCharacters(convert(html, OPTIONS)).replaceAll('\t', ' ')
  // Overrides turn the text after them around; right-to-left writing does without.
  return text.replace(/[^\P{Cc}\n]|[\u202D\u202E]/gu, '').trimEnd() + '\n'
}
