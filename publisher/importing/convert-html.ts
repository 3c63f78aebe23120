import { GFM, parser } from '@lezer/markdown'
import { type HtmlToken, isInline, isKnown, isSingle, readTag, readTokens } from './html-tokens.ts'
import { indent, MarkdownWriter, onOneLine } from './html-to-markdown.ts'
import { buildTree } from './html-tree.ts'
import { escapeText } from './markdown-text.ts'
import { applyEdits, type TextEdit } from './text-edits.ts'

const LEAF = /^(Paragraph|Task|TableCell|(ATX|Setext)Heading\d)$/

interface Range { from: number, to: number }
interface Markup extends Range { name: string, scope: string }

/** A paragraph, heading or table cell with what is marked up in it. */
interface Leaf extends Range { name: string, markup: Markup[], quoteMarks: Range[] }

/**
 * The same text with raw HTML written as Markdown, because readers show raw HTML as text. Code, Liquid's code, tags
 * without a counterpart and everything else stay as they are.
 *
 * @param note is told what got lost or changed
 */
export function convertHtml (text: string, note: (text: string) => void): string {
  if (!text.includes('<')) return text
  return new HtmlConverter(text, note).convert(true)
}

class HtmlConverter {
  #text: string
  #note: (text: string) => void
  #writer: MarkdownWriter

  constructor (text: string, note: (text: string) => void) {
    this.#text = text
    this.#note = note
    this.#writer = new MarkdownWriter(note)
  }

  /** @param htmlBlocks whether a block may be HTML as a whole, so that what stands between its tags is no Markdown */
  convert (htmlBlocks: boolean): string {
    const markdown = parser.configure(htmlBlocks ? [GFM] : [GFM, { remove: ['HTMLBlock'] }])
    const code = liquidCode(this.#text)
    const edits: TextEdit[] = []
    let leaf: Leaf | null = null
    markdown.parse(this.#text).iterate({
      enter: ({ name, from, to, node }) => {
        if (name === 'HTMLBlock' || name === 'CommentBlock') {
          const quoteMarks = node.getChildren('QuoteMark').map(({ from, to }) => ({ from, to }))
          edits.push(...this.#block({ name, from, to, markup: [], quoteMarks }))
          return false
        }
        if (LEAF.test(name)) leaf = { name, from, to, markup: [], quoteMarks: [] }
        else if (name === 'QuoteMark') leaf?.quoteMarks.push({ from, to })
        else if (name === 'HTMLTag' || name === 'Comment') leaf?.markup.push({ name, from, to, scope: `${node.parent?.from} ${node.parent?.to}` })
        return true
      },
      leave: ({ name }) => {
        if (!leaf || !LEAF.test(name)) return
        edits.push(...this.#leaf(leaf))
        leaf = null
      }
    })
    return applyEdits(this.#text, edits.filter(edit => !code.some(({ from, to }) => edit.from < to && edit.to > from)))
  }

  #block (block: Leaf): TextEdit[] {
    const html = this.#source(block, block)
    const tokens = readTokens(html, text => escapeText(text.replace(/(?<![ \t])[ \t]+(?=\n|$)/g, ' ').replace(/ \n/g, '\n')))
    const first = tokens.find(token => token.kind === 'tag')
    const comment = html.indexOf('<!--')
    const hasComment = comment !== -1 && html.includes('-->', comment + 4)
    if (!hasComment && !tokens.some(token => token.kind === 'tag' && isKnown(token))) return []
    // `<br>` or `<img>` alone on a line makes the lines below it HTML, too. Nobody who writes that knows it or means it.
    const meansMarkdown = first ? isInline(first.name) || isSingle(first.name) || !isKnown(first) : true
    const written = meansMarkdown
      ? new HtmlConverter(html, this.#note).convert(false)
      : this.#writer.blocks(buildTree(tokens, 'drop'))
    return written === html ? [] : [this.#replaceBlock(block, written)]
  }

  #replaceBlock ({ from, to }: Range, written: string): TextEdit {
    if (written.trim() !== '') return { from, to, text: this.#continued(from, written) }
    // Of two blank lines around a block that is gone, one goes, too.
    const blankLine = /[ \t]*\n[ \t]*(?=\n)|[ \t]*\n?$/y
    blankLine.lastIndex = to
    const after = blankLine.test(this.#text) ? blankLine.lastIndex : to
    const opensLine = from === 0 || this.#text[from - 1] === '\n'
    return { from, to: opensLine ? after + (this.#text[after] === '\n' ? 1 : 0) : to, text: '' }
  }

  #leaf (leaf: Leaf): TextEdit[] {
    const tokens: HtmlToken[] = []
    const first = leaf.markup[0]
    if (!first) return []
    let end = first.from
    let found = false
    const addText = (to: number) => { if (to > end) tokens.push({ kind: 'text', markdown: this.#source(leaf, { from: end, to }) }) }
    for (const part of leaf.markup) {
      addText(part.from)
      const tag = part.name === 'HTMLTag' ? readTag(this.#source(leaf, part), 0, part.scope) : null
      found ||= part.name === 'Comment' || (tag !== null && isKnown(tag))
      if (tag) tokens.push(tag)
      else if (part.name !== 'Comment') tokens.push({ kind: 'text', markdown: this.#source(leaf, part) })
      end = part.to
    }
    if (!found) return []
    let { from } = first
    // Spaces before a line break belong to it.
    if (/^<br/i.test(this.#text.slice(from, from + 3))) while (from > leaf.from && this.#text[from - 1] === ' ') from--
    const before = from === leaf.from ? '' : this.#text[from - 1]!
    if (leaf.name === 'Paragraph' || leaf.name === 'Task') {
      addText(leaf.to)
      const written = this.#writer.blocks(buildTree(tokens, 'keep'), before)
      return [{ from, to: leaf.to, text: this.#continued(leaf.from, written) }]
    }
    // Headings and cells have one line.
    const nodes = buildTree(tokens, 'keep')
    const written = this.#writer.inline(nodes, before, this.#text[end] ?? '')
    const text = leaf.name.startsWith('Setext') ? written.replaceAll('\\\n', ' ') : onOneLine(written)
    return [{ from, to: end, text: this.#continued(leaf.from, text) }]
  }

  /** A part of a block without the quotation marks at the starts of its lines. */
  #source ({ quoteMarks }: Leaf, { from, to }: Range): string {
    const inside = quoteMarks.filter(mark => mark.from >= from && mark.to <= to)
    const edits = inside.map(mark => ({ from: mark.from - from, to: mark.to - from + (this.#text[mark.to] === ' ' ? 1 : 0), text: '' }))
    return applyEdits(this.#text.slice(from, to), edits)
  }

  /** The lines put back into the quotations and list items in which the block at `from` lies. */
  #continued (from: number, written: string): string {
    const lineStart = this.#text.lastIndexOf('\n', from - 1) + 1
    return indent(written, '', this.#text.slice(lineStart, from).replace(/[^>\s]/g, ' '))
  }
}

/** What Liquid is told to show as code: `{% highlight swift %}…{% endhighlight %}` and raw. */
function liquidCode (text: string): Range[] {
  const ranges: Range[] = []
  const opening = /\{%-?\s*(highlight|raw)\b/g
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const closing = new RegExp(`\\{%-?\\s*end${found[1]}\\b`, 'g')
    closing.lastIndex = opening.lastIndex
    if (!closing.exec(text)) break
    ranges.push({ from: found.index, to: closing.lastIndex })
    opening.lastIndex = closing.lastIndex
  }
  return ranges
}
