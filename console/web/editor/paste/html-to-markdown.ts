import { tables, taskListItems } from '@joplin/turndown-plugin-gfm'
import TurndownService from 'turndown'
import { cleanGoogleDocs, isFromGoogleDocs } from './clean-google.ts'
import { cleanHtml } from './clean-html.ts'
import { cleanTables } from './clean-tables.ts'
import { cleanWord, isFromWord } from './clean-word.ts'
import { parseForeign } from './parse-foreign.ts'
import { takePictures, type TakenPictures } from './pictures-of-html.ts'
import { withoutEnd } from './without-end.ts'

export interface PastedText extends TakenPictures {
  markdown: string
}

/** What another program or page puts on the clipboard, as Markdown: nothing but text leaves the document it is read in. */
export function htmlToMarkdown (html: string): PastedText {
  const body = parseForeign(html)
  const left = isFromGoogleDocs(html) ? cleanGoogleDocs(body) : 0
  if (isFromWord(html)) cleanWord(body)
  const taken = takePictures(body)
  cleanHtml(body)
  cleanTables(body)
  return { ...taken, lost: taken.lost + left, markdown: tidy(writer().turndown(body)) }
}

/** Whether the HTML says more than its text does: editors of code colour their text with it, and nothing else. */
export function hasStructure (html: string): boolean {
  return parseForeign(html).querySelector('p, h1, h2, h3, h4, h5, h6, ul, ol, blockquote, table, a[href], b, strong, i, em, img, hr') !== null
}

function writer (): TurndownService {
  const service = new TurndownService({
    headingStyle: 'atx', hr: '---', bulletListMarker: '-', codeBlockStyle: 'fenced', emDelimiter: '*', strongDelimiter: '**'
  })
  service.use([tables, taskListItems])
  service.addRule('break', { filter: 'br', replacement: (_content, node) => (node as HTMLElement).closest('td, th') ? '\n' : '\\\n' })
  service.addRule('struck', { filter: ['del'], replacement: content => `~~${content}~~` })
  service.addRule('footnote', {
    filter: node => node.nodeName === 'SPAN' && node.dataset.footnote !== undefined,
    replacement: (_content, node) => `[^${(node as HTMLElement).dataset.footnote}]${(node as HTMLElement).dataset.note === undefined ? '' : ': '}`
  })
  service.addRule('item', { filter: 'li', replacement: (content, node) => item(content, node as HTMLElement) })
  const escape = service.escape.bind(service)
  // An underscore inside a word marks nothing, and `[ ]` stands there because it was put there.
  service.escape = text => escape(text).replace(/(?<=[\p{L}\p{N}])\\_(?=[\p{L}\p{N}])/gu, '_').replace(/^\\\[( |x)\\\] /, '[$1] ')
  return service
}

/** As people write lists: one space behind the mark, and what belongs to the item below its text. */
function item (content: string, node: HTMLElement): string {
  const list = node.parentElement
  const index = list ? [...list.children].indexOf(node) : 0
  const start = Number(list?.getAttribute('start') ?? 1) || 1
  const mark = list?.tagName === 'OL' ? `${start + index}. ` : '- '
  const text = content.replace(/^\n+|\s+$/g, '').replace(/\n\n(?=[ \t]*(?:-|\d+\.) )/g, '\n').replace(/\n(?!\n)/g, `\n${' '.repeat(mark.length)}`)
  return `${mark}${text}${node.nextElementSibling ? '\n' : ''}`
}

/** Without breaks that break nothing, and with one empty line between blocks. What stands in code stays. */
function tidy (markdown: string): string {
  const parts = markdown.split(/(^```[^\n]*\n[\s\S]*?^```$)/m)
  const tidied = parts.map((part, i) => i % 2 === 1 ? part : part
    .replace(/[ \t]+$/gm, '')
    .replace(/^(?:\\\n)+/gm, '')
    .replace(/(?:\\\n)+(?=\n)/g, '\n')
    .replace(/^(\[\^\w+\]:) +/gm, '$1 ')
    .replace(/\n{3,}/g, '\n\n'))
  return withoutEnd(tidied.join('')).trim()
}
